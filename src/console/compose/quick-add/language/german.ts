/** Times in German; umlauts are written out, as in folded words. */
import { asWeekday, type Meaning, meaningsOf, type Vocabulary } from './vocabulary.ts';

const PARTS = [
  ['frueh|morgen|vormittag', 9 * 60, 'am'],
  ['mittag', 12 * 60, 'pm'],
  ['nachmittag', 15 * 60, 'pm'],
  ['abend', 18 * 60, 'pm'],
  ['nacht', 21 * 60, 'pm'],
] as const;

const WEEKDAYS = 'montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag'.split(' ');
const TINY = 'mo di mi do fr sa so'.split(' ');

const MONTHS: readonly [plain: string, risky: string][] = [
  ['januar|jaenner|jan', ''],
  ['februar|feber|feb', ''],
  ['maerz', 'mrz'],
  ['april|apr', ''],
  ['', 'mai'],
  ['juni|jun', ''],
  ['juli|jul', ''],
  ['august|aug', ''],
  ['september|sep|sept', ''],
  ['oktober|okt', ''],
  ['november|nov', ''],
  ['dezember|dez', ''],
];

const NUMBERS =
  'eins|ein|eine|einen|einem|einer zwei drei vier fuenf sechs sieben acht neun zehn elf zwoelf'.split(' ');
const ORDINALS = 'erst zweit dritt viert fuenft'.split(' ');

type Row = readonly [string, Meaning];

const weekdays = WEEKDAYS.flatMap((names, index): Row[] => {
  const weekday = asWeekday(index);
  return [
    [names, { is: 'weekday', weekday, risk: 'plain' }],
    [TINY[index] ?? '', { is: 'weekday', weekday, risk: 'tiny' }],
    [each(names, (name) => `${name}s`), { is: 'habit', weekdays: [weekday], alone: true }],
    ...PARTS.map(
      ([parts, minutes, half]): Row => [
        each(names, (name) => each(parts, (part) => `${name}${part}`)),
        { is: 'dayAndPart', weekday, minutes, half },
      ],
    ),
  ];
});

const months = MONTHS.flatMap(([plain, risky], index): Row[] => [
  [plain, { is: 'month', month: index + 1, risk: 'plain' }],
  [risky, { is: 'month', month: index + 1, risk: 'risky' }],
]);

const numbers = NUMBERS.map((words, index): Row => [words, { is: 'number', value: index + 1 }]);
const ordinals = [
  ...ORDINALS.map((stem, index): Row => [declined(stem), { is: 'ordinal', value: index + 1 }]),
  [declined('letzt'), { is: 'ordinal', value: -1 }] satisfies Row,
];

const units = (
  [
    ['minute', 'minute', 'minuten|min'],
    ['hour', 'stunde', 'stunden|std'],
    ['day', 'tag|tages', 'tage|tagen'],
    ['week', 'woche', 'wochen'],
    ['month', 'monat|monats', 'monate|monaten'],
    ['year', 'jahr|jahres', 'jahre|jahren'],
  ] as const
).flatMap(([unit, one, several]): Row[] => [
  [one, { is: 'unit', unit, number: 'one' }],
  [several, { is: 'unit', unit, number: 'several' }],
]);

const rows: readonly Row[] = [
  ...weekdays,
  ...months,
  ...numbers,
  ...ordinals,
  ...units,
  ['jeden|jede|jedes|jeder|jedem|an jedem', { is: 'every', of: 'one' }],
  ['alle', { is: 'every', of: 'several' }],
  ['anderen|andere', { is: 'other' }],
  ['werktag|arbeitstag|wochentag', { is: 'dayset', weekdays: [1, 2, 3, 4, 5] }],
  ['wochenende', { is: 'dayset', weekdays: [6, 7] }],
  ['werktags|wochentags|werktaeglich', { is: 'habit', weekdays: [1, 2, 3, 4, 5], alone: true }],
  ['werktagen', { is: 'habit', weekdays: [1, 2, 3, 4, 5], alone: false }],
  ['wochenenden', { is: 'habit', weekdays: [6, 7], alone: false }],
  ['stuendlich', { is: 'frequency', unit: 'hour', alone: true }],
  ['taeglich', { is: 'frequency', unit: 'day', alone: true }],
  ['woechentlich', { is: 'frequency', unit: 'week', alone: true }],
  ['monatlich', { is: 'frequency', unit: 'month', alone: true }],
  ['jaehrlich', { is: 'frequency', unit: 'year', alone: true }],
  ['heute', { is: 'relative', days: 0, notAfter: [] }],
  [
    'morgen',
    {
      is: 'relative',
      days: 1,
      notAfter:
        'am der den dem des diesen dieser ein einen frohen guten jeden jeder schoen schoenen vom'.split(' '),
    },
  ],
  ['uebermorgen', { is: 'relative', days: 2, notAfter: [] }],
  ...PARTS.flatMap(([parts, minutes, half]): Row[] => [
    [each(parts, (part) => `${part}|am ${part}`), { is: 'daypart', minutes, half }],
  ]),
  ['morgens|vormittags|frueh|am morgen|am vormittag', { is: 'meridiem', half: 'am' }],
  ['mittags|nachmittags|abends|am nachmittag|am abend', { is: 'meridiem', half: 'pm' }],
  ['morgens|vormittags', { is: 'daypart', minutes: 9 * 60, half: 'am' }],
  ['nachmittags', { is: 'daypart', minutes: 15 * 60, half: 'pm' }],
  ['abends', { is: 'daypart', minutes: 18 * 60, half: 'pm' }],
  ['nachts', { is: 'daypart', minutes: 21 * 60, half: 'pm' }],
  ['mittag|mittags', { is: 'hour', minutes: 720 }],
  ['mitternacht', { is: 'hour', minutes: 0 }],
  ['halb', { is: 'offset', minutes: -30 }],
  ['viertel nach', { is: 'offset', minutes: 15 }],
  ['viertel vor|dreiviertel', { is: 'offset', minutes: -15 }],
  ['uhr', { is: 'oclock' }],
  ['bis|-', { is: 'to' }],
  ['einer halben stunde', { is: 'halfHour' }],
  ['woche', { is: 'period', unit: 'week' }],
  ['monat|monats', { is: 'period', unit: 'month' }],
  ['jahr|jahres', { is: 'period', unit: 'year' }],
  ['am wochenende|dieses wochenende', { is: 'thisWeekend' }],
  ['um|@', { is: 'at' }],
  ['am|an', { is: 'on' }],
  ['der|den|dem', { is: 'the' }],
  ['bis|bis zum|faellig|faellig am|spaetestens|spaetestens am', { is: 'by' }],
  ['in', { is: 'in' }],
  ['und|&|+', { is: 'and' }],
  [declined('naechst'), { is: 'next' }],
  [`${declined('dies')}|${declined('kommend')}`, { is: 'this' }],
  ['bis|bis zum', { is: 'until' }],
  ['ab|ab dem', { is: 'starting' }],
  ['mal', { is: 'times' }],
  ['im monat|des monats|jedes monats|jeden monats|jeden monat', { is: 'ofMonth' }],
];

export const GERMAN: Vocabulary = {
  language: 'de',
  meanings: meaningsOf(rows),
  shields: new Set('blauer das dem den der des die ein eine einen schwarzer'.split(' ')),
  nouns: new Set(['morgen']),
};

function each(words: string, change: (word: string) => string): string {
  return words.split('|').map(change).join('|');
}

function declined(stem: string): string {
  return ['e', 'en', 'er', 'es', 'em'].map((ending) => stem + ending).join('|');
}
