import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countMatches, nextMatch } from '../../../../src/domain/schedule/calendar/wall-pattern.ts';
import { cronPattern, readCron } from '../../../../src/domain/schedule/recurrence/cron.ts';
import { says } from '../../../../src/domain/shared/says.ts';
import { cronExpression } from '../arbitraries.ts';
import { schedule, slots } from '../given.ts';

const cron = (expression: string, from: string, count = 3) =>
  slots({ type: 'cron', expression }, from, count);

describe('a cron expression matches', () => {
  it.each([
    ['*/1 in the day of the month', '0 9 */1 * MON'],
    ['?', '0 9 ? * MON'],
    ['1-31', '0 9 1-31 * MON'],
    ['*,*', '0 9 *,* * MON'],
    ['15-14', '0 9 15-14 * MON'],
  ])('nothing but the weekday where the day of the month is all of them: %s', (_, expression) => {
    expect(cron(expression, '2027-01-01T00:00:00Z')).toEqual([
      '2027-01-04T09:00:00.000Z',
      '2027-01-11T09:00:00.000Z',
      '2027-01-18T09:00:00.000Z',
    ]);
  });

  it('either where a step leaves out days: */2 restricts', () => {
    expect(cron('0 9 */2 * MON', '2027-01-01T10:00:00Z', 4)).toEqual([
      '2027-01-03T09:00:00.000Z',
      '2027-01-04T09:00:00.000Z',
      '2027-01-05T09:00:00.000Z',
      '2027-01-07T09:00:00.000Z',
    ]);
  });

  it('both where days is "all", and one alone as ever', () => {
    const all = (expression: string) =>
      slots({ type: 'cron', expression, days: 'all' }, '2027-01-01T00:00:00Z', 3);
    expect(all('0 9 13 * FRI')).toEqual([
      '2027-08-13T09:00:00.000Z',
      '2028-10-13T09:00:00.000Z',
      '2029-04-13T09:00:00.000Z',
    ]);
    expect(all('0 9 1-7 * MON')).toEqual(cron('0 9 * * 1#1', '2027-01-01T00:00:00Z'));
    expect(all('0 9 * * MON')).toEqual(cron('0 9 * * MON', '2027-01-01T00:00:00Z'));
    expect(schedule({ type: 'cron', expression: '0 9 13 * FRI', days: 'all' })).toMatchObject({
      days: 'all',
    });
    expect(schedule({ type: 'cron', expression: '0 9 13 * FRI', days: 'either' })).not.toHaveProperty('days');
  });

  it('one time a day where a step covers the day, moved out of a gap as any fixed hour is', () => {
    const given = { type: 'cron', expression: '0 */24 * * *', timezone: 'Africa/Cairo', dst_gap: 'shift' };
    expect(slots(given, '2027-04-29T00:00:00Z', 2)).toEqual([
      '2027-04-29T22:00:00.000Z',
      '2027-04-30T21:00:00.000Z',
    ]);
  });

  it('no Sunday at the end of a step of weekdays', () => {
    expect(cron('0 9 * * 1/2', '2027-01-01T10:00:00Z', 4)).toEqual([
      '2027-01-04T09:00:00.000Z',
      '2027-01-06T09:00:00.000Z',
      '2027-01-08T09:00:00.000Z',
      '2027-01-11T09:00:00.000Z',
    ]);
  });

  it('either the day of the month or the day of the week where both are restricted', () => {
    expect(cron('0 0 13 * 5', '2026-03-01T00:00:00Z', 4)).toEqual([
      '2026-03-06T00:00:00.000Z',
      '2026-03-13T00:00:00.000Z',
      '2026-03-20T00:00:00.000Z',
      '2026-03-27T00:00:00.000Z',
    ]);
    expect(cron('0 0 13 4 5', '2026-04-05T00:00:00Z', 3)).toEqual([
      '2026-04-10T00:00:00.000Z',
      '2026-04-13T00:00:00.000Z',
      '2026-04-17T00:00:00.000Z',
    ]);
  });

  it('only the restricted one where the other is * or ?', () => {
    expect(cron('0 0 13 * ?', '2026-03-01T00:00:00Z', 1)).toEqual(['2026-03-13T00:00:00.000Z']);
    expect(cron('0 0 ? * 5', '2026-03-01T00:00:00Z', 1)).toEqual(['2026-03-06T00:00:00.000Z']);
  });

  it('L as the last day of the month and the last weekday of its kind', () => {
    expect(cron('0 0 L * *', '2028-01-15T00:00:00Z')).toEqual([
      '2028-01-31T00:00:00.000Z',
      '2028-02-29T00:00:00.000Z',
      '2028-03-31T00:00:00.000Z',
    ]);
    expect(cron('0 0 * * 5L', '2026-03-01T00:00:00Z')).toEqual([
      '2026-03-27T00:00:00.000Z',
      '2026-04-24T00:00:00.000Z',
      '2026-05-29T00:00:00.000Z',
    ]);
    expect(cron('0 0 * 2 SUNL', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-02-22T00:00:00.000Z']);
  });

  it('# as the nth weekday of the month', () => {
    expect(cron('0 0 * * 5#3', '2026-01-01T00:00:00Z')).toEqual([
      '2026-01-16T00:00:00.000Z',
      '2026-02-20T00:00:00.000Z',
      '2026-03-20T00:00:00.000Z',
    ]);
    expect(cron('0 0 * 2 5#5', '2026-01-01T00:00:00Z', 2)).toEqual([
      '2036-02-29T00:00:00.000Z',
      '2064-02-29T00:00:00.000Z',
    ]);
  });

  it('0 and 7 as Sunday, steps, ranges and lists', () => {
    expect(cron('0 0 * * 7', '2026-03-01T00:00:00Z', 1)).toEqual(
      cron('0 0 * * 0', '2026-03-01T00:00:00Z', 1),
    );
    expect(cron('*/20 9-10,17 * * *', '2026-03-01T10:30:00Z')).toEqual([
      '2026-03-01T10:40:00.000Z',
      '2026-03-01T17:00:00.000Z',
      '2026-03-01T17:20:00.000Z',
    ]);
  });
});

describe('an expression', () => {
  it.each([
    ['0 9 * * *', '0 9 * * *'],
    ['  0\t9  *\t* mon-fri ', '0 9 * * MON-FRI'],
    ['@HOURLY', '0 * * * *'],
    [' @weekly ', '0 0 * * 0'],
    ['0 0 * MAR THU', '0 0 * MAR THU'],
    ['0 0 1-5,7 */2 ?', '0 0 1-5,7 */2 ?'],
  ])('%j is kept as %s', (text, expression) => {
    expect(readCron(text)).toEqual({ ok: true, expression });
  });

  it('may be 1,000 characters long', () => {
    expect(readCron(`${' '.repeat(991)}0 9 * * *`)).toEqual({ ok: true, expression: '0 9 * * *' });
    expect(readCron(`${' '.repeat(992)}0 9 * * *`).ok).toBe(false);
  });

  it('whose day never comes is told from one that says nonsense', () => {
    expect(readCron('0 0 30 2 *')).toEqual({
      ok: false,
      reasons: [says`names a day that none of its months has, so the schedule has no future slot`],
      never: true,
    });
    expect(readCron('0 0 32 2 *')).toMatchObject({ ok: false, never: false });
    expect(readCron('')).toEqual({ ok: false, reasons: [says`must not be empty`], never: false });
  });

  it.each([
    ['* * * * *', true],
    ['5 ? * * *', true],
    ['5 */2 * * *', true],
    ['5 1-9/2,*/4 * * *', true],
    ['5 1 * * *', false],
    ['5 1-9 * * *', false],
    ['5 */2,3 * * *', false],
    ['* 9 * * *', false],
    ['0 0-23 * * *', true],
    ['0 */24 * * *', false],
    ['0 5/20 * * *', false],
    ['0 22-2 * * *', false],
  ])('%s runs on elapsed time: %s', (expression, elapsed) => {
    expect(cronPattern(expression).elapsed).toBe(elapsed);
  });

  it('has its times in minutes of the day, its months and its days as bits', () => {
    const { times, months, daysOf } = cronPattern('0,30 9-10 1,31 2,12 *');
    expect(times).toEqual([540, 570, 600, 630]);
    expect(months).toBe((1 << 2) | (1 << 12));
    expect(daysOf(2026, 12)).toBe(1 | (1 << 30));
    expect(daysOf(2026, 2)).toBe(1);
  });

  it.each([
    ['*/20,*/30 1 * * *', '0,20,30,40 1 * * *'],
    ['5 0-10,5-15 * * *', '5 0-15 * * *'],
    ['5 */12,0 * * *', '5 0,12 * * *'],
    ['0 0 1-3,2,L,L * *', '0 0 1-3,L * *'],
    ['0 0 * JAN-MAR,FEB,3 *', '0 0 * 1-3 *'],
    ['0 0 * * MON-FRI,5,FRI', '0 0 * * 1-5'],
    ['0 0 * * 0,7,SUN', '0 0 * * 0'],
    ['0 0 * * 5L,1,MON,5L', '0 0 * * 1,5L'],
    ['0 0 *,5 * *', '0 0 1-31 * *'],
  ])('may name a value twice: %s matches as %s does', (expression, plain) => {
    expect(readCron(expression)).toEqual({ ok: true, expression });
    const [pattern, wanted] = [cronPattern(expression), cronPattern(plain)];
    expect([pattern.times, pattern.months]).toEqual([wanted.times, wanted.months]);
    for (let month = 1; month <= 12; month++) {
      expect(pattern.daysOf(2026, month)).toBe(wanted.daysOf(2026, month));
    }
  });

  it.each(['0 0 * * 1#6,1', '0 0 * * 1,1,8', '1,1,60 0 * * *', '1,,1 0 * * *'])(
    'that names one twice must be valid otherwise: %s',
    (expression) => {
      expect(readCron(expression)).toMatchObject({ ok: false, never: false });
    },
  );

  it.each([
    ['*/90 * * * *', 'Minute: a step of 90 reaches beyond the field (0-59)'],
    ['0 */36 * * *', 'Hour: a step of 36 reaches beyond the field (0-23)'],
    ['0 0 1 MARCH *', 'Month: names are three letters: MAR, not "MARCH"'],
    ['0 0 * * MON,THURSDAY', 'Day of week: names are three letters: THU, not "THURSDAY"'],
    ['30 18 * * 2#5 Europe/Paris', 'Must have 5 fields and no zone: a zone belongs in timezone'],
    ['CRON_TZ=Asia/Tokyo 30 18 * * 2', 'Must have 5 fields and no zone: a zone belongs in timezone'],
    ['30 18 * * 2 America/Argentina/Salta', 'Must have 5 fields and no zone: a zone belongs in timezone'],
    ['0 30 18 * * 2', 'Must have 5 fields, not 6: seconds are not supported'],
    ['H H(0-7) * * *', 'Minute: H (a random value) is not supported'],
    ['0 0 32W * *', 'Day of month: "32W" is not valid here (1-31, L, L-3, LW or 15W)'],
    ['0 0 L-31 * *', 'Day of month: "L-31" is not valid here (1-31, L, L-3, LW or 15W)'],
    ['0 0 1-5W * *', 'Day of month: "1-5W" is not valid here (1-31, L, L-3, LW or 15W)'],
    ['0 0 * * 1-5#2', 'Day of week: "1-5#2" is not valid here (0-7 or SUN-SAT, 5L, 5#3)'],
    ['0 0 * * L', 'Day of week: "L" is not valid here (0-7 or SUN-SAT, 5L, 5#3)'],
  ])('that is refused is told why: %s', (expression, reason) => {
    const read = readCron(expression);
    expect(read.ok ? [] : read.reasons[0]?.msg).toBe(reason);
  });

  it.each(['*/90 * * * *', '0 */36 * * *', '0 0 5/40 * *'])(
    'that was stored before its step was refused keeps its slots: %s',
    (expression) => {
      expect(readCron(expression).ok).toBe(false);
      expect(cronPattern(expression).times.length).toBeGreaterThan(0);
    },
  );

  it('is no pattern where it is not valid', () => {
    expect(() => cronPattern('60 * * * *')).toThrow();
  });
});

describe('days of a month and of a week', () => {
  const days = (expression: string, year: number, month: number) => {
    const bits = cronPattern(expression).daysOf(year, month);
    return Array.from({ length: 31 }, (_, index) => index + 1).filter((day) => bits & (1 << (day - 1)));
  };
  // February 2026 begins on a Sunday and has four whole weeks; March too, and three days more.
  it.each<[string, number, number[]]>([
    ['0 0 * * *', 2, Array.from({ length: 28 }, (_, index) => index + 1)],
    ['0 0 L * *', 2, [28]],
    ['0 0 L * *', 3, [31]],
    ['0 0 1,L * *', 3, [1, 31]],
    ['0 0 * * 0', 2, [1, 8, 15, 22]],
    ['0 0 * * 0', 3, [1, 8, 15, 22, 29]],
    ['0 0 * * 6', 2, [7, 14, 21, 28]],
    ['0 0 * * 0L', 3, [29]],
    ['0 0 * * 3L', 3, [25]],
    ['0 0 * * 2L', 3, [31]],
    ['0 0 * * 7L', 2, [22]],
    ['0 0 * * 1,0L', 2, [2, 9, 16, 22, 23]],
    ['0 0 * * 0#1', 3, [1]],
    ['0 0 * * 0#5', 3, [29]],
    ['0 0 * * 0#5', 2, []],
    ['0 0 * * 6#1', 3, [7]],
    ['0 0 10 * 0', 2, [1, 8, 10, 15, 22]],
    ['0 0 L * 0', 2, [1, 8, 15, 22, 28]],
    ['0 0 * * SAT-SUN', 2, [1, 7, 8, 14, 15, 21, 22, 28]],
    ['0 0 * * FRI-MON', 2, [1, 2, 6, 7, 8, 9, 13, 14, 15, 16, 20, 21, 22, 23, 27, 28]],
    ['0 0 * * 1#1,5#3,1#1', 2, [2, 20]],
    ['0 0 * * 3,5#3', 2, [4, 11, 18, 20, 25]],
    ['0 0 28-3 * *', 3, [1, 2, 3, 28, 29, 30, 31]],
    ['0 0 L-3 * *', 2, [25]],
    ['0 0 L-30 * *', 2, []],
    ['0 0 LW * *', 2, [27]],
    ['0 0 L-3W * *', 3, [27]],
    ['0 0 15W * *', 2, [16]],
    ['0 0 14W * *', 2, [13]],
    ['0 0 13W * *', 2, [13]],
    ['0 0 1W * *', 8, [3]],
    ['0 0 31W * *', 5, [29]],
    ['0 0 31W * *', 4, []],
    ['0 0 1W,15W,LW * *', 2, [2, 16, 27]],
    ['0 0 31 * 0', 2, [1, 8, 15, 22]],
  ])('by %s in month %d of 2026 are %j', (expression, month, expected) => {
    expect(days(expression, 2026, month)).toEqual(expected);
  });
});

/** cron-parser counts Sunday as the eighth day, and a full range of days as a restriction. */
function asTheirs(text: string): string {
  const [minute, hour, day = '', month, weekday = ''] = text.split(' ');
  const open = (field: string, full: RegExp) => (full.test(field) ? '*' : field);
  const weekdays = open(weekday.replace(/^(\d)\//, '$1-6/'), /^(\*\/1|0-6(\/1)?|SUN-SAT)$/);
  return [minute, hour, open(day, /^(\*|1)\/1$/), month, weekdays].join(' ');
}

describe('matching', () => {
  // From 2020 to 2060, whole milliseconds.
  const wallTime = fc.integer({ min: 1_577_836_800_000, max: 2_840_140_800_000 });

  it('equals that of cron-parser in UTC', () => {
    fc.assert(
      fc.property(cronExpression, wallTime, (text, from) => {
        const read = readCron(text);
        if (!read.ok) throw new Error(`${text}: ${JSON.stringify(read.reasons)}`);
        const pattern = cronPattern(read.expression);
        const theirs = CronExpressionParser.parse(asTheirs(text), { tz: 'UTC', currentDate: from });
        let after = from;
        for (let step = 0; step < 3; step += 1) {
          after = nextMatch(pattern, after + 1) ?? Number.NaN;
          expect(after).toBe(theirs.next().getTime());
        }
      }),
      { numRuns: 500 },
    );
  });

  it('counts what it finds one by one', () => {
    fc.assert(
      fc.property(
        cronExpression,
        wallTime,
        fc.integer({ min: 0, max: 20 * 86_400_000 }),
        (text, from, length) => {
          const pattern = cronPattern(text);
          let found = 0;
          let match = nextMatch(pattern, from);
          while (match !== null && match < from + length) {
            found += 1;
            match = nextMatch(pattern, match + 1);
          }
          expect(countMatches(pattern, from, from + length, Number.MAX_SAFE_INTEGER)).toBe(found);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives up on a date that never comes within a century', () => {
    const never = { times: [0], months: 1 << 2, daysOf: () => 0 };
    expect(nextMatch(never, 0)).toBeNull();
  });
});
