import { describe, expect, it } from 'vitest';
import {
  type RecurrenceRule,
  readRule,
  ruleText,
  untilInstant,
  untilWall,
} from '../../../../src/domain/schedule/recurrence/recurrence-rule.ts';

const PLAIN: RecurrenceRule = {
  freq: 'DAILY',
  interval: 1,
  count: null,
  until: null,
  byMonth: [],
  byYearDay: [],
  byMonthDay: [],
  byDay: [],
  byHour: [],
  byMinute: [],
  bySetPos: [],
  weekStart: 0,
};

function rule(text: string): RecurrenceRule {
  const read = readRule(text);
  if (!read.ok) throw new Error(JSON.stringify(read.reasons));
  return read.rule;
}

/** What is wrong with a rule; a star where it is of the format, but not taken here. */
function wrongWith(text: string): string[] {
  const read = readRule(text);
  return read.ok ? [] : read.reasons.map(({ said, supported }) => `${supported ? '' : '* '}${said.msg}`);
}

describe('a recurrence rule', () => {
  it.each<[string, Partial<RecurrenceRule>]>([
    ['FREQ=DAILY', {}],
    ['RRULE:FREQ=DAILY', {}],
    ['FREQ=DAILY;', {}],
    ['FREQ=DAILY;BYHOUR=17,0,9;BYMINUTE=30,0', { byHour: [0, 9, 17], byMinute: [0, 30] }],
    ['FREQ=YEARLY;BYYEARDAY=366,-1', { freq: 'YEARLY', byYearDay: [-1, 366] }],
    [
      'FREQ=WEEKLY;BYDAY=MO;BYSETPOS=-1;BYHOUR=8',
      { freq: 'WEEKLY', byDay: [{ weekday: 0, nth: null }], bySetPos: [-1], byHour: [8] },
    ],
    ['  rrule:freq=weekly  ', { freq: 'WEEKLY' }],
    ['FREQ=DAILY;INTERVAL=1000', { interval: 1000 }],
    ['FREQ=DAILY;COUNT=100000', { count: 100_000 }],
    ['FREQ=DAILY;COUNT=1', { count: 1 }],
    ['FREQ=DAILY;UNTIL=20280229', { until: '20280229' }],
    ['FREQ=DAILY;UNTIL=20271231T235959', { until: '20271231T235959' }],
    ['FREQ=DAILY;UNTIL=20271231T235959Z', { until: '20271231T235959Z' }],
    ['FREQ=YEARLY;BYMONTH=12,1,+3,1', { freq: 'YEARLY', byMonth: [1, 3, 12] }],
    ['FREQ=MONTHLY;BYMONTHDAY=31,-31,1', { freq: 'MONTHLY', byMonthDay: [-31, 1, 31] }],
    [
      'FREQ=WEEKLY;BYDAY=SU,MO,SU',
      {
        freq: 'WEEKLY',
        byDay: [
          { weekday: 0, nth: null },
          { weekday: 6, nth: null },
        ],
      },
    ],
    [
      'FREQ=MONTHLY;BYDAY=5FR,-5MO,+1TU,WE,1MO',
      {
        freq: 'MONTHLY',
        byDay: [
          { weekday: 0, nth: -5 },
          { weekday: 2, nth: null },
          { weekday: 0, nth: 1 },
          { weekday: 1, nth: 1 },
          { weekday: 4, nth: 5 },
        ],
      },
    ],
    ['FREQ=YEARLY;BYDAY=-53SA', { freq: 'YEARLY', byDay: [{ weekday: 5, nth: -53 }] }],
    [
      'FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=366,-366',
      { freq: 'MONTHLY', byMonthDay: [1], bySetPos: [-366, 366] },
    ],
    [
      'FREQ=YEARLY;BYDAY=TH;BYSETPOS=1',
      { freq: 'YEARLY', byDay: [{ weekday: 3, nth: null }], bySetPos: [1] },
    ],
    ['FREQ=WEEKLY;WKST=SU', { freq: 'WEEKLY', weekStart: 6 }],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', { freq: 'YEARLY', byMonth: [2], byMonthDay: [29] }],
    ['FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=30', { freq: 'YEARLY', byMonth: [2, 4], byMonthDay: [30] }],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30,-29', { freq: 'YEARLY', byMonth: [2], byMonthDay: [-29, 30] }],
    ['FREQ=DAILY;BYMONTHDAY=31', { byMonthDay: [31] }],
  ])('%s is read', (text, changes) => {
    expect(rule(text)).toEqual({ ...PLAIN, ...changes });
  });

  it('may be 500 characters long and have 62 values in a part', () => {
    const values = (count: number) => Array.from({ length: count }, (_, index) => (index % 31) + 1).join();
    expect(wrongWith(`FREQ=MONTHLY;BYMONTHDAY=${values(62)}`)).toEqual([]);
    expect(wrongWith(`FREQ=MONTHLY;BYMONTHDAY=${values(63)}`)).toEqual([
      'BYMONTHDAY must have at most 62 values',
    ]);
    expect(wrongWith(`${' '.repeat(490)}FREQ=DAILY`)).toEqual([]);
    expect(wrongWith(`${' '.repeat(491)}FREQ=DAILY`)).toEqual(['Must be at most 500 characters long']);
  });

  it.each<[string, string]>([
    ['', '"" is no part such as FREQ=WEEKLY'],
    ['FREQ', '"FREQ" is no part such as FREQ=WEEKLY'],
    ['FREQ=DAILY;;', '"" is no part such as FREQ=WEEKLY'],
    ['FREQ=DAILY;BYHOUR=24', 'BYHOUR: "24" is not valid here (0 to 23)'],
    ['FREQ=DAILY;BYMINUTE=60', 'BYMINUTE: "60" is not valid here (0 to 59)'],
    ['FREQ=DAILY;BYYEARDAY=1', 'BYYEARDAY has its place in yearly rules only'],
    ['FREQ=YEARLY;BYYEARDAY=0', 'BYYEARDAY: "0" is not valid here (1 to 366, -1 to -366)'],
    [
      'FREQ=MONTHLY;BYDAY=MO;BYHOUR=8,9;BYSETPOS=1',
      '* BYSETPOS is not supported together with several times of a day',
    ],
    ['FREQ=DAILY;COUNT=1=2', '"COUNT=1=2" is no part such as FREQ=WEEKLY'],
    ['FREQ=DAILY;COUNT=1;COUNT=1', '"COUNT" is given twice'],
    ['FREQ=DAILY;COLOUR=RED', '"COLOUR" is no part of a rule'],
    [`FREQ=DAILY;${'X'.repeat(40)}=1`, `"${'X'.repeat(40)}" is no part of a rule`],
    [`FREQ=DAILY;${'X'.repeat(41)}=1`, `"${'X'.repeat(40)}…" is no part of a rule`],
    ...['BYSECOND', 'BYEASTER', 'BYWEEKNO', 'RSCALE', 'SKIP', 'DTSTART', 'EXDATE'].map(
      (name): [string, string] => [`FREQ=DAILY;${name}=1`, `* ${name} is not supported`],
    ),
    ['INTERVAL=2', 'FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY'],
    ['FREQ=FORTNIGHTLY', 'FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY'],
    ['FREQ=HOURLY', '* FREQ=HOURLY is not supported: use an interval or cron'],
    ['FREQ=MINUTELY', '* FREQ=MINUTELY is not supported: use an interval or cron'],
    ['FREQ=SECONDLY', '* FREQ=SECONDLY is not supported: use an interval or cron'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;INTERVAL=1001', 'INTERVAL must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;INTERVAL=1.5', 'INTERVAL must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;INTERVAL=', 'INTERVAL must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;INTERVAL=X1', 'INTERVAL must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;COUNT=0', 'COUNT must be a whole number from 1 to 100000'],
    ['FREQ=DAILY;COUNT=100001', 'COUNT must be a whole number from 1 to 100000'],
    ['FREQ=DAILY;COUNT=0000001', 'COUNT must be a whole number from 1 to 100000'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20270101', 'COUNT and UNTIL exclude each other'],
    ...['20270229', '2027', '20271301', '20270101T2400', '20270101T240000', '20270101T23', 'X20270101'].map(
      (until): [string, string] => [
        `FREQ=DAILY;UNTIL=${until}`,
        'UNTIL must be a day such as 20271231, or a time such as 20271231T235959Z',
      ],
    ),
    ['FREQ=YEARLY;BYMONTH=13', 'BYMONTH: "13" is not valid here (1 to 12)'],
    ['FREQ=YEARLY;BYMONTH=0', 'BYMONTH: "0" is not valid here (1 to 12)'],
    ['FREQ=YEARLY;BYMONTH=-1', 'BYMONTH: "-1" is not valid here (1 to 12)'],
    ['FREQ=YEARLY;BYMONTH=1,', 'BYMONTH: "" is not valid here (1 to 12)'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'BYMONTHDAY: "32" is not valid here (1 to 31, -1 to -31)'],
    ['FREQ=MONTHLY;BYMONTHDAY=-32', 'BYMONTHDAY: "-32" is not valid here (1 to 31, -1 to -31)'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'BYMONTHDAY: "0" is not valid here (1 to 31, -1 to -31)'],
    ['FREQ=MONTHLY;BYMONTHDAY=0001', 'BYMONTHDAY: "0001" is not valid here (1 to 31, -1 to -31)'],
    ['FREQ=MONTHLY;BYMONTHDAY=1X', 'BYMONTHDAY: "1X" is not valid here (1 to 31, -1 to -31)'],
    ['FREQ=YEARLY;BYDAY=MO;BYSETPOS=367', 'BYSETPOS: "367" is not valid here (1 to 366, -1 to -366)'],
    ['FREQ=WEEKLY;BYDAY=XX', 'BYDAY: "XX" is no weekday such as MO or -1FR'],
    ['FREQ=WEEKLY;BYDAY=MON', 'BYDAY: "MON" is no weekday such as MO or -1FR'],
    ['FREQ=MONTHLY;BYDAY=123MO', 'BYDAY: "123MO" is no weekday such as MO or -1FR'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'BYDAY: 2MO counts weekdays, which only monthly and yearly rules do'],
    ['FREQ=DAILY;BYDAY=-1MO', 'BYDAY: -1MO counts weekdays, which only monthly and yearly rules do'],
    ['FREQ=MONTHLY;BYDAY=6MO', 'BYDAY: there is no 6MO'],
    ['FREQ=MONTHLY;BYDAY=-6MO', 'BYDAY: there is no -6MO'],
    ['FREQ=MONTHLY;BYDAY=0MO', 'BYDAY: there is no 0MO'],
    ['FREQ=YEARLY;BYDAY=54MO', 'BYDAY: there is no 54MO'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'BYMONTHDAY has no place in a weekly rule'],
    ['FREQ=DAILY;BYDAY=MO;BYSETPOS=1', '* BYSETPOS is supported in weekly, monthly and yearly rules only'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'BYSETPOS needs BYDAY, BYMONTHDAY or BYYEARDAY'],
    ['FREQ=YEARLY;BYMONTH=1;BYSETPOS=1', 'BYSETPOS needs BYDAY, BYMONTHDAY or BYYEARDAY'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'Names a day that none of its months has'],
    ['FREQ=YEARLY;BYMONTH=4,6;BYMONTHDAY=31,-31', 'Names a day that none of its months has'],
    ['FREQ=WEEKLY;WKST=1', 'WKST must be a weekday such as SU'],
  ])('%s is refused: %s', (text, fault) => {
    expect(wrongWith(text)).toContain(fault);
  });

  it('has only its real faults named, each once', () => {
    expect(wrongWith('FREQ=DAILY;COUNT=0;UNTIL=X;WKST=X')).toEqual([
      'COUNT must be a whole number from 1 to 100000',
      'UNTIL must be a day such as 20271231, or a time such as 20271231T235959Z',
      'WKST must be a weekday such as SU',
    ]);
    expect(wrongWith('FREQ=DAILY;INTERVAL=0;BYMONTH=2;BYMONTHDAY=30')).toEqual([
      'INTERVAL must be a whole number from 1 to 1000',
    ]);
    expect(wrongWith('FREQ=DAILY;BYSETPOS=1')).toEqual([
      '* BYSETPOS is supported in weekly, monthly and yearly rules only',
    ]);
    expect(wrongWith('FREQ=MONTHLY;BYDAY=6MO')).toEqual(['BYDAY: there is no 6MO']);
  });

  it('has 20 faults named at most', () => {
    const wrong = (count: number) => `FREQ=YEARLY;BYMONTH=${Array(count).fill('13').join()}`;
    expect(wrongWith(wrong(20))).toHaveLength(20);
    expect(wrongWith(wrong(25))).toHaveLength(20);
  });
});

describe('the one spelling of a rule', () => {
  it.each([
    ['wkst=MO;interval=1;freq=daily', 'FREQ=DAILY'],
    [
      'WKST=SU;BYDAY=SU,MO;UNTIL=20270101T000000Z;INTERVAL=2;FREQ=WEEKLY',
      'FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z;BYDAY=MO,SU;WKST=SU',
    ],
    [
      'BYSETPOS=2,-1;BYDAY=+1MO,-1FR;BYMONTHDAY=2,1;BYMONTH=2,1;COUNT=3;FREQ=MONTHLY',
      'FREQ=MONTHLY;COUNT=3;BYMONTH=1,2;BYMONTHDAY=1,2;BYDAY=-1FR,1MO;BYSETPOS=-1,2',
    ],
  ])('of %s is %s, which reads as the same rule', (text, spelling) => {
    expect(ruleText(rule(text))).toBe(spelling);
    expect(rule(spelling)).toEqual(rule(text));
  });
});

describe('UNTIL', () => {
  it('with a Z is an instant and no wall time', () => {
    expect(untilInstant('20271230T235958Z')).toBe(Date.UTC(2027, 11, 30, 23, 59, 58));
    expect(untilWall('20271230T235958Z')).toBeNull();
  });

  it('without one is a wall time and no instant', () => {
    expect(untilWall('20271230T220102')).toBe(Date.UTC(2027, 11, 30, 22, 1, 2));
    expect(untilInstant('20271230T220102')).toBeNull();
  });

  it('of a day alone is the end of that day on the wall', () => {
    expect(untilWall('20271230')).toBe(Date.UTC(2027, 11, 30, 23, 59, 59));
    expect(untilInstant('20271230')).toBeNull();
  });
});
