/**
 * Time zones by `Intl`, quick enough to ask for every slot.
 *
 * `Intl` answers one question: the offset of a zone at an instant, in about a microsecond. Everything else is
 * worked out from *stretches*: spans of constant offset, each with the change of offset that opened it and the
 * one that closes it where these are near. Time is cut into blocks of 2^31 ms (24.9 days); a block's stretches
 * are found once, by sampling every 2^28 ms (3.1 days) and bisecting where the offset differs, and kept.
 *
 * The samples see every change because the closest two in the zone data that undo each other are a week
 * apart (Gaza, 2040). A change counts as near within one sample of the block, which is longer than the longest
 * gap there was (a whole day, Apia 2011), so a stretch knows all that daylight saving does to it.
 */
import { BoundedCache } from './bounded-cache.ts';

const BLOCK_MS = 2 ** 31;
const SAMPLE_MS = 2 ** 28;
const SAMPLES_PER_BLOCK = BLOCK_MS / SAMPLE_MS;

/** A change of offset: the first instant with the new one. Offsets are milliseconds east of UTC. */
export interface OffsetChange {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

export interface Stretch {
  /** First instant, epoch ms; a stretch may begin and end without a change of offset. */
  readonly from: number;
  /** First instant after it. */
  readonly to: number;
  /** Milliseconds east of UTC: the wall shows instant + offset. */
  readonly offset: number;
  /** The last change at or before `from`, if at most three days before it. */
  readonly opened: OffsetChange | null;
  /** The first change at or after `to`, if at most three days after it. */
  readonly closes: OffsetChange | null;
}

interface Zone {
  /** The spelling to keep. */
  readonly name: string;
  /** Null where the offset is always 0. */
  readonly format: Intl.DateTimeFormat | null;
}

const ALWAYS_UTC: Stretch = { from: -Infinity, to: Infinity, offset: 0, opened: null, closes: null };

/** Stored, so known to the zone data of some instance, and not to those of this one. */
export class UnknownZone extends RangeError {
  override readonly name = 'UnknownZone';
  readonly zone: string;

  constructor(zone: string, cause: RangeError) {
    super(`the zone data of this process have no zone ${zone}`, { cause });
    this.zone = zone;
  }
}

/** More than there are zone names; each holds a formatter of about 25 KB. */
const zones = new BoundedCache<string, Zone>(700);
/** About 100 bytes each, 15 a year for a zone in use. */
const blocks = new BoundedCache<string, readonly Stretch[]>(20_000);

const IANA_FORM = /^[A-Za-z][A-Za-z0-9_+/-]{1,63}$/;
/**
 * IANA names without a slash that are as short as an abbreviation. `Intl` also takes abbreviations that are
 * no IANA names, and some not as most would mean them (`AST` is Alaska): those are refused.
 */
const SHORT_NAMES = new Set('UTC GMT UCT CET EET MET WET EST MST HST PRC ROC ROK NZ GB'.split(' '));

/**
 * The name of a zone as it is to be kept, null for one that is unknown here. Case does not matter; aliases
 * (`Asia/Kolkata`, `US/Eastern`) stay what they are. Offsets (`+02:00`) and abbreviations that are not IANA
 * names (`PST`) are refused.
 */
export function knownZone(name: string): string | null {
  if (!IANA_FORM.test(name) || /^systemv\//i.test(name)) return null;
  if (name.length <= 3 && !SHORT_NAMES.has(name.toUpperCase())) return null;
  try {
    return zoneOf(name).name;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The stretch that an instant (epoch ms) lies in. Throws UnknownZone. */
export function stretchAt(zone: string, instant: number): Stretch {
  const known = zoneOf(zone);
  if (known.format === null) return ALWAYS_UTC;
  const format = known.format;
  const block = Math.floor(instant / BLOCK_MS);
  const stretches = blocks.get(`${block} ${known.name}`, () => stretchesOf(format, block));
  const found = stretches.find((stretch) => instant < stretch.to);
  if (found === undefined) throw new RangeError(`no offset of ${zone} at ${instant}`);
  return found;
}

/** Milliseconds east of UTC at an instant (epoch ms). */
export function offsetAt(zone: string, instant: number): number {
  return stretchAt(zone, instant).offset;
}

/** The change of offset whose gap a wall time (ms) lies in; null for one that the clocks do show. */
export function gapAround(zone: string, wall: number): OffsetChange | null {
  const { opened, closes } = stretchAt(zone, wall - offsetAt(zone, wall));
  const around = [opened, closes].filter((change) => change !== null);
  return (
    around.find((change) => wall >= change.at + change.before && wall < change.at + change.after) ?? null
  );
}

function zoneOf(name: string): Zone {
  return zones.get(name, () => {
    const format = formatOf(name);
    const resolved = format.resolvedOptions().timeZone;
    const sameName = resolved.toLowerCase() === name.toLowerCase();
    return { name: sameName ? resolved : name, format: resolved === 'UTC' ? null : format };
  });
}

function formatOf(zone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch (error) {
    throw error instanceof RangeError ? new UnknownZone(zone, error) : error;
  }
}

function stretchesOf(format: Intl.DateTimeFormat, block: number): readonly Stretch[] {
  const start = block * BLOCK_MS;
  const end = start + BLOCK_MS;
  const changes = changesAround(format, start);
  const cuts = changes.map((change) => change.at).filter((at) => at > start && at < end);
  const bounds = [start, ...cuts, end];
  return bounds.slice(1).map((to, index) => {
    const from = bounds[index] ?? start;
    const opened = changes.findLast((change) => change.at <= from) ?? null;
    const closes = changes.find((change) => change.at >= to) ?? null;
    const offset = opened?.after ?? closes?.before ?? readOffset(format, from);
    return { from, to, offset, opened, closes };
  });
}

/** Changes of offset from one sample before the block to one after it. */
function changesAround(format: Intl.DateTimeFormat, start: number): OffsetChange[] {
  const changes: OffsetChange[] = [];
  let earlier = start - SAMPLE_MS;
  let before = readOffset(format, earlier);
  for (let sample = 0; sample <= SAMPLES_PER_BLOCK + 1; sample += 1) {
    const later = start + sample * SAMPLE_MS;
    const after = readOffset(format, later);
    if (after !== before) changes.push({ at: changeBetween(format, earlier, later, before), before, after });
    earlier = later;
    before = after;
  }
  return changes;
}

/** The first second at which the offset is no longer `before`. */
function changeBetween(format: Intl.DateTimeFormat, earlier: number, later: number, before: number): number {
  let low = Math.floor(earlier / 1000);
  let high = Math.ceil(later / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (readOffset(format, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

const LONG_OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

function readOffset(format: Intl.DateTimeFormat, instant: number): number {
  const text = format.format(instant);
  const match = LONG_OFFSET.exec(text);
  if (match === null) throw new Error(`cannot read the offset in ${text}`);
  const [, sign, hours, minutes, seconds] = match;
  if (sign === undefined) return 0;
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  return (sign === '-' ? -1 : 1) * size * 1000;
}
