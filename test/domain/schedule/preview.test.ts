import { describe, expect, it } from 'vitest';
import { previewSlots } from '../../../src/domain/schedule/preview.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { at, schedule } from './given.ts';

const preview = (document: JsonObject, from: string, count = 2) =>
  previewSlots(schedule(document), at(from), count).map(({ notes: _, ...slot }) => slot);
const EVE_OF_GAP = '2026-03-28T12:00:00Z';
const EVE_OF_FOLD = '2026-10-24T12:00:00Z';
const berlin = (time: string, options: JsonObject = {}) => ({
  type: 'daily',
  time,
  timezone: 'Europe/Berlin',
  ...options,
});

describe('a preview', () => {
  it('gives each slot with its local time and offset', () => {
    expect(preview({ type: 'daily', timezone: 'Asia/Kathmandu' }, '2026-03-20T10:00:00Z')).toEqual([
      { at: '2026-03-21T03:15:00.000Z', local: '2026-03-21T09:00:00+05:45', note: null },
      { at: '2026-03-22T03:15:00.000Z', local: '2026-03-22T09:00:00+05:45', note: null },
    ]);
    expect(preview({ type: 'daily' }, '2026-03-20T10:00:00Z', 1)[0]?.local).toBe('2026-03-21T09:00:00+00:00');
    const west = preview({ type: 'daily', timezone: 'America/St_Johns' }, '2026-01-20T00:00:00Z', 1);
    expect(west[0]?.local).toBe('2026-01-20T09:00:00-03:30');
    const interval = { type: 'interval', every: 'PT90M', anchor: '2026-03-20T10:00:00.25Z' };
    expect(preview(interval, '2026-03-20T10:00:00Z', 1)[0]?.local).toBe('2026-03-20T10:00:00.250+00:00');
  });

  it('ends where the schedule does', () => {
    expect(
      preview({ type: 'once', run_time: '2026-03-20T11:00:00Z' }, '2026-03-20T10:00:00Z', 10),
    ).toHaveLength(1);
    expect(preview({ type: 'daily' }, '2026-03-20T10:00:00Z', 0)).toEqual([]);
  });
});

describe('a note says', () => {
  it('that a time was moved out of a gap, and to where', () => {
    expect(preview(berlin('02:30'), EVE_OF_GAP)).toEqual([
      {
        at: '2026-03-29T01:30:00.000Z',
        local: '2026-03-29T03:30:00+02:00',
        note: '2026-03-29 02:30 is moved to 03:30: it does not exist in Europe/Berlin (clocks go forward)',
      },
      { at: '2026-03-30T00:30:00.000Z', local: '2026-03-30T02:30:00+02:00', note: null },
    ]);
    const [end] = preview(berlin('02:30', { dst_gap: 'end' }), EVE_OF_GAP);
    expect(end?.note).toMatch(/^2026-03-29 02:30 is moved to 03:00: it does not exist/);
    const both = { type: 'cron', expression: '30 2,3 * * *', timezone: 'Europe/Berlin' };
    expect(preview(both, EVE_OF_GAP)[0]?.note).toContain('falls together with the slot of that time');
  });

  it('that a time was left out, on the slot after it, however far that is', () => {
    const skip = { dst_gap: 'skip' };
    const [next] = preview(berlin('02:30', skip), EVE_OF_GAP);
    expect(next?.local).toBe('2026-03-30T02:30:00+02:00');
    expect(next?.note).toMatch(
      /^2026-03-29 02:30 is left out before this one: it does not exist in Europe\/Berlin/,
    );
    const weekly = { type: 'weekly', weekday: 7, time: '02:30', timezone: 'Europe/Berlin', ...skip };
    expect(preview(weekly, EVE_OF_GAP)[0]).toMatchObject({
      local: '2026-04-05T02:30:00+02:00',
      note: expect.stringContaining('2026-03-29 02:30 is left out'),
    });
    const hourly = { type: 'cron', expression: '15,30 * * * *', timezone: 'Europe/Berlin' };
    const [before, after] = preview(hourly, '2026-03-29T00:20:00Z');
    expect(before?.note).toBeNull();
    expect(after?.note).toMatch(/^2026-03-29 02:15 \(and 1 more\) is left out/);
  });

  it('which one it is of a time that comes twice', () => {
    expect(preview(berlin('02:30'), EVE_OF_FOLD)).toEqual([
      {
        at: '2026-10-25T00:30:00.000Z',
        local: '2026-10-25T02:30:00+02:00',
        note: '2026-10-25 02:30 comes twice in Europe/Berlin (clocks go back): this is the first, the second is left out',
      },
      { at: '2026-10-26T01:30:00.000Z', local: '2026-10-26T02:30:00+01:00', note: null },
    ]);
    const [second] = preview(berlin('02:30', { dst_fold: 'second' }), EVE_OF_FOLD);
    expect(second).toMatchObject({
      local: '2026-10-25T02:30:00+01:00',
      note: expect.stringContaining('this is the second, the first is left out'),
    });
    const notes = preview(berlin('02:30', { dst_fold: 'both' }), EVE_OF_FOLD).map((slot) => slot.note);
    expect(notes[0]).toMatch(/this is the first, both are slots$/);
    expect(notes[1]).toMatch(/this is the second, both are slots$/);
  });

  it('nothing where daylight saving did nothing', () => {
    const [, ...rest] = preview(berlin('02:30', { dst_gap: 'skip' }), '2026-10-25T00:45:00Z', 100);
    expect(rest.every((slot) => slot.note === null)).toBe(true);
    expect(preview(berlin('02:30', { dst_gap: 'skip' }), '2026-10-25T01:10:00Z', 1)[0]?.note).toBeNull();
    expect(
      preview({ type: 'interval', every: 'PT1H', timezone: 'Europe/Berlin' }, EVE_OF_GAP, 48).every(
        (slot) => slot.note === null,
      ),
    ).toBe(true);
    expect(
      preview(berlin('02:30', { dst_gap: 'skip', start_at: '2026-03-29T12:00:00Z' }), EVE_OF_GAP)[0]?.note,
    ).toBeNull();
  });

  const FALLING_BACK = ' comes twice in Europe/Berlin (clocks go back): this is the ';
  const foldNotes = (options: JsonObject, from: string, count: number) =>
    preview({ type: 'cron', timezone: 'Europe/Berlin', ...options }, from, count).map(({ local, note }) => [
      local.slice(11),
      note?.replace('2026-10-25 ', '').replace(FALLING_BACK, ' ') ?? null,
    ]);

  it('of which times come twice, from the first minute to the last', () => {
    const expression = '0,59 1-3 * * *';
    expect(foldNotes({ expression, dst_fold: 'both' }, '2026-10-24T22:30:00Z', 8)).toEqual([
      ['01:00:00+02:00', null],
      ['01:59:00+02:00', null],
      ['02:00:00+02:00', '02:00 first, both are slots'],
      ['02:59:00+02:00', '02:59 first, both are slots'],
      ['02:00:00+01:00', '02:00 second, both are slots'],
      ['02:59:00+01:00', '02:59 second, both are slots'],
      ['03:00:00+01:00', null],
      ['03:59:00+01:00', null],
    ]);
  });

  it('that both are slots of what runs on elapsed time, whatever the options', () => {
    const notes = foldNotes({ expression: '30 * * * *', dst_fold: 'first' }, '2026-10-24T23:45:00Z', 3);
    expect(notes).toEqual([
      ['02:30:00+02:00', '02:30 first, both are slots'],
      ['02:30:00+01:00', '02:30 second, both are slots'],
      ['03:30:00+01:00', null],
    ]);
  });

  it('of which times were moved, from the first minute to the last', () => {
    const notes = (options: JsonObject, count: number) =>
      preview({ type: 'cron', timezone: 'Europe/Berlin', ...options }, '2026-03-29T00:30:00Z', count).map(
        ({ local, note }) => [
          local.slice(11, 16),
          note?.slice(11).replace(/: it does not exist.*/, '') ?? null,
        ],
      );
    expect(notes({ expression: '0,59 2,4 * * *' }, 4)).toEqual([
      ['03:00', '02:00 is moved to 03:00'],
      ['03:59', '02:59 is moved to 03:59'],
      ['04:00', null],
      ['04:59', null],
    ]);
    expect(notes({ expression: '0,30 1,3 * * *' }, 3)).toEqual([
      ['03:00', null],
      ['03:30', null],
      ['01:00', null],
    ]);
    expect(notes({ expression: '10,20 2 * * *', dst_gap: 'end' }, 2)).toEqual([
      ['03:00', '02:10 is moved to 03:00'],
      ['02:10', null],
    ]);
    expect(notes({ expression: '0 2,3 * * *', dst_gap: 'end' }, 2)).toEqual([
      ['03:00', '02:00 is moved to 03:00, where it falls together with the slot of that time'],
      ['02:00', null],
    ]);
    expect(notes({ expression: '0 3 * * *', dst_gap: 'end' }, 2)).toEqual([
      ['03:00', null],
      ['03:00', null],
    ]);
    expect(notes({ expression: '10 2,3 * * *', dst_gap: 'end' }, 2)).toEqual([
      ['03:00', '02:10 is moved to 03:00'],
      ['03:10', null],
    ]);
  });

  it.each<JsonObject>([
    { type: 'cron', expression: '30 2 * * *' },
    { type: 'daily', time: '02:30' },
    { type: 'weekly', weekday: 'sun', time: '02:30' },
    { type: 'monthly', day: 29, time: '02:30' },
    { type: 'rrule', rrule: 'FREQ=DAILY', time: '02:30' },
  ])('the same of %j', (document) => {
    const [slot] = preview({ ...document, timezone: 'Europe/Berlin' }, EVE_OF_GAP);
    expect(slot?.note).toMatch(/^2026-03-29 02:30 is moved to 03:30: /);
  });

  it('nothing of a one-off or an interval, which are instants', () => {
    const zone = { timezone: 'Europe/Berlin' };
    const once = preview({ type: 'once', run_time: '2026-03-29T01:30:00Z', ...zone }, EVE_OF_GAP, 1);
    const interval = { type: 'interval', every: 'P1D', anchor: '2026-03-29T01:30:00Z' };
    for (const [slot] of [once, preview({ ...interval, ...zone }, EVE_OF_GAP, 1)]) {
      expect(slot).toEqual({
        at: '2026-03-29T01:30:00.000Z',
        local: '2026-03-29T03:30:00+02:00',
        note: null,
      });
    }
  });

  it('of how many times were left out, the first of them by name', () => {
    const skip = { type: 'cron', timezone: 'Europe/Berlin', dst_gap: 'skip' };
    const noteOf = (expression: string, from: string) =>
      preview({ ...skip, expression }, from, 1)[0]?.note ?? null;
    const left = (text: string) =>
      `2026-03-29 ${text} is left out before this one: it does not exist in Europe/Berlin (clocks go forward)`;
    expect(noteOf('0 2 * * *', '2026-03-28T12:00:00Z')).toBe(left('02:00'));
    expect(noteOf('59 2 * * *', '2026-03-28T12:00:00Z')).toBe(left('02:59'));
    expect(noteOf('0,59 2 * * *', '2026-03-28T12:00:00Z')).toBe(left('02:00 (and 1 more)'));
    expect(noteOf('* 2 * * *', '2026-03-28T12:00:00Z')).toBe(left('02:00 (and 59 more)'));
    expect(noteOf('0 2,3 * * *', '2026-03-28T12:00:00Z')).toBe(left('02:00'));
    expect(noteOf('0 1,3 * * *', '2026-03-29T00:30:00Z')).toBeNull();
  });

  it('only what lies between the slot and the one before it', () => {
    const skip = { type: 'cron', expression: '30 2 * * *', timezone: 'Europe/Berlin', dst_gap: 'skip' };
    expect(preview(skip, '2026-03-28T12:00:00Z', 3).map(({ note }) => note !== null)).toEqual([
      true,
      false,
      false,
    ]);
    const from = '2026-03-29T00:00:00Z';
    expect(preview({ ...skip, start_at: '2026-03-29T01:00:00.001Z' }, from, 1)[0]?.note).toBeNull();
    expect(preview({ ...skip, start_at: '2026-03-29T01:00:00Z' }, from, 1)[0]?.note).not.toBeNull();
  });

  it('both, where a time was left out and the next comes twice', () => {
    const rare = {
      type: 'cron',
      expression: '30 2 25,29 3,10 *',
      timezone: 'Europe/Berlin',
      dst_gap: 'skip',
    };
    const [, october] = preview(rare, '2026-03-20T00:00:00Z', 2);
    expect(october?.note).toBe(
      '2026-03-29 02:30 is left out before this one: it does not exist in Europe/Berlin (clocks go forward); ' +
        '2026-10-25 02:30 comes twice in Europe/Berlin (clocks go back): this is the first, the second is left out',
    );
  });
});

describe('local time', () => {
  it.each([
    ['Pacific/Marquesas', '2026-04-01T12:00:00-09:30'],
    ['Pacific/Kiritimati', '2026-04-01T12:00:00+14:00'],
    ['America/Noronha', '2026-04-01T12:00:00-02:00'],
    ['Europe/London', '2026-04-01T12:00:00+01:00'],
  ])('in %s is written with its offset: %s', (timezone, local) => {
    expect(preview({ type: 'daily', time: '12:00', timezone }, '2026-03-31T21:59:00Z', 1)[0]?.local).toBe(
      local,
    );
  });

  it('has no seconds in its offset, which RFC 3339 cannot write', () => {
    const old = schedule({ type: 'daily', time: '12:00', timezone: 'Africa/Monrovia' });
    expect(previewSlots(old, at('1971-06-01T00:00:00Z'), 1)[0]).toMatchObject({
      at: '1971-06-01T12:44:30.000Z',
      local: '1971-06-01T12:00:30-00:44',
    });
  });
});
