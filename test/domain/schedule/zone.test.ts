import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetAt, stretchAt } from '../../../src/domain/schedule/zone.ts';

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
