/** Times in English. */
import { asWeekday, type Meaning, meaningsOf, type Vocabulary } from './vocabulary.ts';

const MORNING = 9 * 60;
const AFTERNOON = 15 * 60;
const EVENING = 18 * 60;
const NIGHT = 21 * 60;

const WEEKDAYS: readonly [plain: string, short: string, risky: string][] = [
  ['monday', '', 'mon'],
  ['tuesday', 'tue|tues', ''],
  ['wednesday', 'weds', 'wed'],
  ['thursday', 'thu|thur|thurs', ''],
  ['friday', 'fri', ''],
  ['saturday', '', 'sat'],
  ['sunday', '', 'sun'],
];

const MONTHS: readonly [plain: string, risky: string][] = [
  ['january|jan', ''],
  ['february|feb', ''],
  ['', 'march|mar'],
  ['april|apr', ''],
  ['', 'may'],
  ['june|jun', ''],
  ['july|jul', ''],
  ['august|aug', ''],
  ['september|sep|sept', ''],
  ['october|oct', ''],
  ['november|nov', ''],
  ['december|dec', ''],
];

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const ORDINALS = 'first second third fourth fifth'.split(' ');

type Row = readonly [string, Meaning];

const weekdays = WEEKDAYS.flatMap(([plain, short, risky], index): Row[] => {
  const weekday = asWeekday(index);
  return [
    [plain, { is: 'weekday', weekday, risk: 'plain' }],
    [short, { is: 'weekday', weekday, risk: 'short' }],
    [risky, { is: 'weekday', weekday, risk: 'risky' }],
    [`${plain}s`, { is: 'habit', weekdays: [weekday], alone: false }],
  ];
});

const months = MONTHS.flatMap(([plain, risky], index): Row[] => [
  [plain, { is: 'month', month: index + 1, risk: 'plain' }],
  [risky, { is: 'month', month: index + 1, risk: 'risky' }],
]);

const numbers = NUMBERS.map((word, index): Row => [word, { is: 'number', value: index + 1 }]);
const ordinals = ORDINALS.map((word, index): Row => [word, { is: 'ordinal', value: index + 1 }]);

const units = (
  [
    ['minute', 'min|mins|minutes'],
    ['hour', 'hr|hrs|hours'],
    ['day', 'days'],
    ['week', 'weeks'],
    ['month', 'months'],
    ['year', 'years'],
  ] as const
).flatMap(([unit, several]): Row[] => [
  [unit, { is: 'unit', unit, number: 'one' }],
  [several, { is: 'unit', unit, number: 'several' }],
]);

const rows: readonly Row[] = [
  ...weekdays,
  ...months,
  ...numbers,
  ...ordinals,
  ...units,
  ['every|each', { is: 'every', of: 'any' }],
  ['other', { is: 'other' }],
  ['last', { is: 'ordinal', value: -1 }],
  ['weekday|workday|working day', { is: 'dayset', weekdays: [1, 2, 3, 4, 5] }],
  ['weekend', { is: 'dayset', weekdays: [6, 7] }],
  ['weekdays|workdays', { is: 'habit', weekdays: [1, 2, 3, 4, 5], alone: false }],
  ['weekends', { is: 'habit', weekdays: [6, 7], alone: false }],
  ['hourly', { is: 'frequency', unit: 'hour', alone: false }],
  ['daily', { is: 'frequency', unit: 'day', alone: false }],
  ['weekly', { is: 'frequency', unit: 'week', alone: false }],
  ['monthly', { is: 'frequency', unit: 'month', alone: false }],
  ['yearly|annually', { is: 'frequency', unit: 'year', alone: false }],
  ['today', { is: 'relative', days: 0, notAfter: ['usa'] }],
  ['tomorrow|tmrw|tmr', { is: 'relative', days: 1, notAfter: [] }],
  ['the day after tomorrow|day after tomorrow', { is: 'relative', days: 2, notAfter: [] }],
  ['morning|in the morning', { is: 'daypart', minutes: MORNING, half: 'am' }],
  ['afternoon|in the afternoon', { is: 'daypart', minutes: AFTERNOON, half: 'pm' }],
  ['evening|in the evening', { is: 'daypart', minutes: EVENING, half: 'pm' }],
  ['night|at night', { is: 'daypart', minutes: NIGHT, half: 'pm' }],
  ['noon|midday', { is: 'hour', minutes: 720 }],
  ['midnight', { is: 'hour', minutes: 0 }],
  ['half past', { is: 'offset', minutes: 30 }],
  ['quarter past', { is: 'offset', minutes: 15 }],
  ['quarter to', { is: 'offset', minutes: -15 }],
  ['am|a.m', { is: 'meridiem', half: 'am' }],
  ['pm|p.m', { is: 'meridiem', half: 'pm' }],
  ["o'clock|oclock", { is: 'oclock' }],
  ['week', { is: 'period', unit: 'week' }],
  ['month', { is: 'period', unit: 'month' }],
  ['year', { is: 'period', unit: 'year' }],
  ['this weekend', { is: 'thisWeekend' }],
  ['at|@', { is: 'at' }],
  ['on', { is: 'on' }],
  ['the', { is: 'the' }],
  ['by|due|due on|due by', { is: 'by' }],
  ['in', { is: 'in' }],
  ['and|&|+', { is: 'and' }],
  ['next', { is: 'next' }],
  ['this', { is: 'this' }],
  ['until|till|through', { is: 'until' }],
  ['starting|starting on|from', { is: 'starting' }],
  ['times', { is: 'times' }],
  ['of', { is: 'of' }],
  ['to|through|thru|-', { is: 'to' }],
  ['tonight', { is: 'tonight' }],
  ['half an hour', { is: 'halfHour' }],
  ['a|an', { is: 'article' }],
  ['of the month|of each month|of every month|each month|every month', { is: 'ofMonth' }],
];

export const ENGLISH: Vocabulary = {
  language: 'en',
  meanings: meaningsOf(rows),
  shields: new Set(
    (
      'a an any ash black casual cyber easter good he her his hot i in it its like my no of our palm she some super ' +
      'that the their they this under we who you your'
    ).split(' '),
  ),
  nouns: new Set(),
};
