import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { previewSlots } from '../../../src/domain/schedule/preview.ts';
import { at, schedule } from './given.ts';

const preview = (document: JsonObject, from: string, count = 2) =>
  previewSlots(schedule(document), at(from), count);
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
});
