import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gapAround,
  knownZone,
  offsetAt,
  stretchAt,
  UnknownZone,
} from '../../../../src/domain/schedule/calendar/zone.ts';

const HOUR = 3_600_000;
const ms = (text: string) => Date.parse(text);

/** The offset by the fields that `Intl` shows, in ms. */
function shownOffset(zone: string, instant: number): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] =
    format.format(instant).match(/\d+/g)?.map(Number) ?? [];
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
}

describe('offsetAt', () => {
  it('is what Intl shows, for every zone it knows', () => {
    const zones = Intl.supportedValuesOf('timeZone');
    const instant = fc.integer({ min: ms('1970-01-01T00:00:00Z'), max: ms('2060-01-01T00:00:00Z') });
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, (zone, at) => {
        expect(offsetAt(zone, at)).toBe(shownOffset(zone, at));
      }),
      { numRuns: 600 },
    );
  });

  it('changes at the instant of the change, not before', () => {
    const change = ms('2026-03-29T01:00:00Z');
    expect(offsetAt('Europe/Berlin', change - 1)).toBe(HOUR);
    expect(offsetAt('Europe/Berlin', change)).toBe(2 * HOUR);
    expect(offsetAt('Australia/Lord_Howe', ms('2026-10-03T15:30:00Z') - 1)).toBe(10.5 * HOUR);
    expect(offsetAt('Australia/Lord_Howe', ms('2026-10-03T15:30:00Z'))).toBe(11 * HOUR);
  });

  it('throws for a zone that is not known', () => {
    expect(() => offsetAt('Mars/Olympus', 0)).toThrow(RangeError);
  });
});

describe('stretchAt', () => {
  it('covers time without gaps, each stretch knowing the changes beside it', () => {
    for (const zone of ['Europe/Berlin', 'Asia/Gaza', 'Africa/Casablanca', 'Asia/Kathmandu']) {
      let at = ms('2039-06-01T00:00:00Z');
      let before = offsetAt(zone, at - 1);
      while (at < ms('2041-06-01T00:00:00Z')) {
        const stretch = stretchAt(zone, at);
        expect(stretch.from <= at && at < stretch.to).toBe(true);
        if (stretch.from === at) {
          const changed = stretch.offset !== before;
          expect(stretch.opened?.at === at).toBe(changed);
          if (changed) expect(stretch.opened).toEqual({ at, before, after: stretch.offset });
        }
        before = stretch.offset;
        at = stretch.to;
      }
    }
  });

  it('sees two changes a week apart', () => {
    const changes = new Set<number>();
    for (let at = ms('2040-10-01T00:00:00Z'); at < ms('2040-11-10T00:00:00Z'); ) {
      const stretch = stretchAt('Asia/Gaza', at);
      if (stretch.opened !== null) changes.add(stretch.opened.at);
      at = stretch.to;
    }
    expect(changes.size).toBeGreaterThanOrEqual(2);
  });

  it('of UTC has no end', () => {
    expect(stretchAt('UTC', 0)).toMatchObject({ from: -Infinity, to: Infinity, offset: 0 });
  });
});

describe('the name of a zone', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['EUROPE/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['US/Eastern', 'US/Eastern'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
    ['GB', 'GB'],
    ['NZ', 'NZ'],
    ['UTC', 'UTC'],
    ['EST5EDT', 'EST5EDT'],
  ])('%s is kept as %s', (name, kept) => {
    expect(knownZone(name)).toBe(kept);
  });

  it.each([
    '',
    'U',
    '+02:00',
    'AST',
    'PST',
    'Mars/Olympus',
    'SystemV/EST5',
    'systemv/est5',
    ' Europe/Berlin',
    'Europe/Berlin ',
    'Europe/Berlin\n',
    '1Europe/Berlin',
    `A${'a'.repeat(70)}`,
  ])('%j is none', (name) => {
    expect(knownZone(name)).toBeNull();
  });
});

describe('a zone that is stored and not known here', () => {
  it('is named by the error, and no zone to those who ask', () => {
    expect(() => stretchAt('Mars/Olympus_Mons', 0)).toThrow(UnknownZone);
    expect(() => offsetAt('Mars/Olympus_Mons', 0)).toThrow(
      expect.objectContaining({ zone: 'Mars/Olympus_Mons' }),
    );
    expect(knownZone('Mars/Olympus_Mons')).toBeNull();
  });
});

describe('a wall time that the clocks never show', () => {
  const gap = { at: ms('2026-03-29T01:00:00Z'), before: HOUR, after: 2 * HOUR };
  it.each([
    ['2026-03-29T01:59:59.999Z', null],
    ['2026-03-29T02:00:00Z', gap],
    ['2026-03-29T02:59:59.999Z', gap],
    ['2026-03-29T03:00:00Z', null],
    ['2026-10-25T02:30:00Z', null],
    ['2026-06-15T12:00:00Z', null],
  ])('%s lies in the gap %j', (wall, change) => {
    expect(gapAround('Europe/Berlin', ms(wall))).toEqual(change);
  });

  it('is found also where the zone is behind UTC, and where it is far ahead', () => {
    expect(gapAround('America/New_York', ms('2026-03-08T02:30:00Z'))?.at).toBe(ms('2026-03-08T07:00:00Z'));
    expect(gapAround('America/New_York', ms('2026-03-08T01:59:00Z'))).toBeNull();
    expect(gapAround('America/New_York', ms('2026-03-08T03:00:00Z'))).toBeNull();
    expect(gapAround('Pacific/Apia', ms('2011-12-30T12:00:00Z'))?.at).toBe(ms('2011-12-30T10:00:00Z'));
    expect(gapAround('UTC', ms('2026-03-29T02:30:00Z'))).toBeNull();
  });
});

describe('an offset', () => {
  it('may have seconds, as they had them before clocks agreed', () => {
    expect(offsetAt('Africa/Monrovia', ms('1971-06-01T00:00:00Z'))).toBe(-(44 * 60 + 30) * 1000);
    expect(offsetAt('Europe/Amsterdam', ms('1900-01-01T00:00:00Z'))).toBe(
      shownOffset('Europe/Amsterdam', ms('1900-01-01T00:00:00Z')),
    );
  });

  it('of zones named after UTC is nought throughout', () => {
    expect(offsetAt('Etc/UTC', 0)).toBe(0);
    expect(stretchAt('Etc/UTC', 0)).toEqual({
      from: -Infinity,
      to: Infinity,
      offset: 0,
      opened: null,
      closes: null,
    });
  });
});

describe('a stretch', () => {
  it('knows the change that closes it, up to three days ahead', () => {
    const change = { at: ms('2026-03-29T01:00:00Z'), before: HOUR, after: 2 * HOUR };
    expect(stretchAt('Europe/Berlin', change.at - 1)).toMatchObject({ to: change.at, closes: change });
    expect(stretchAt('Europe/Berlin', change.at)).toMatchObject({ from: change.at, opened: change });
    expect(stretchAt('Europe/Berlin', ms('2026-06-15T00:00:00Z'))).toMatchObject({
      opened: null,
      closes: null,
    });
  });
});
