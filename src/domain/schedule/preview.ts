/** The next slots of a schedule as people read them: local time, and what daylight saving did to each. */
import { epochMs, type Instant } from '../shared/instant.ts';
import { MS_PER_MINUTE } from './calendar/civil.ts';
import type { LocalRule } from './calendar/local-slots.ts';
import { matches, nextMatch } from './calendar/wall-pattern.ts';
import { gapAround, offsetAt, type Stretch, stretchAt } from './calendar/zone.ts';
import { type LocalSchedule, localRule } from './recurrence/local-rule.ts';
import { slotsFrom } from './slots.ts';
import type { Schedule } from './types.ts';

export interface SlotPreview {
  readonly at: Instant;
  /** RFC 3339 with the zone's offset at that instant: `2026-03-29T03:30:00+02:00`. */
  readonly local: string;
  /** What daylight saving moved, left out or doubled here, in a sentence; null where it did nothing. */
  readonly note: string | null;
}

/** A day without slots (Apia, 2011) is the most that one change of the clock leaves out. */
const MAX_DROPPED = 1440;

/** The next `count` slots strictly after `from`; fewer where the schedule ends. */
export function previewSlots(schedule: Schedule, from: Instant, count: number): SlotPreview[] {
  const previews: SlotPreview[] = [];
  if (count <= 0) return previews;
  let before = Math.max(
    epochMs(from),
    schedule.start_at === null ? -Infinity : epochMs(schedule.start_at) - 1,
  );
  for (const at of slotsFrom(schedule, from)) {
    const slot = epochMs(at);
    previews.push({ at, local: localText(slot, schedule.timezone), note: noteOn(schedule, before, slot) });
    before = slot;
    if (previews.length >= count) break;
  }
  return previews;
}

function localText(slot: number, timezone: string): string {
  // Offsets with seconds are older than any clock change of today; RFC 3339 cannot write them.
  const minutes = Math.round(offsetAt(timezone, slot) / MS_PER_MINUTE);
  const wall = new Date(slot + minutes * MS_PER_MINUTE).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const offset = `${twoDigits(Math.floor(size / 60))}:${twoDigits(size % 60)}`;
  return `${wall.replace(/\.000$/, '')}${minutes < 0 ? '-' : '+'}${offset}`;
}

function noteOn(schedule: Schedule, before: number, slot: number): string | null {
  switch (schedule.type) {
    case 'once':
    case 'interval':
      return null;
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule': {
      const notes = localNotes(schedule, before, slot);
      return notes.length === 0 ? null : notes.join('; ');
    }
  }
}

function localNotes(schedule: LocalSchedule, before: number, slot: number): string[] {
  const rule = localRule(schedule);
  const stretch = stretchAt(rule.timezone, slot);
  const notes = [
    droppedNote(rule, before, slot),
    movedNote(rule, stretch, slot),
    foldNote(rule, stretch, slot),
  ];
  return notes.filter((note) => note !== null);
}

/** Wall times between two slots that have none, because the clocks never show them. */
function droppedNote(rule: LocalRule, before: number, slot: number): string | null {
  if (rule.gap !== 'skip') return null;
  const end = slot + offsetAt(rule.timezone, slot);
  const dropped: number[] = [];
  let wall = nextMatch(rule.pattern, before + offsetAt(rule.timezone, before) + 1);
  for (let seen = 0; seen < MAX_DROPPED && wall !== null && wall < end; seen += 1) {
    if (gapAround(rule.timezone, wall) !== null) dropped.push(wall);
    wall = nextMatch(rule.pattern, wall + 1);
  }
  const [first, ...others] = dropped;
  if (first === undefined) return null;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${wallText(first)}${more} is left out before this one: ${missing(rule)}`;
}

/** A slot whose wall time does not exist, and where it went. */
function movedNote(rule: LocalRule, { opened, offset }: Stretch, slot: number): string | null {
  if (rule.gap === 'skip' || opened === null) return null;
  const wall = rule.gap === 'end' ? nextMatch(rule.pattern, opened.at + opened.before) : slot + opened.before;
  if (wall === null || wall >= opened.at + opened.after || !matches(rule.pattern, wall)) return null;
  if (rule.gap === 'end' && slot !== opened.at) return null;
  const shown = wallText(slot + offset).slice(-5);
  const merged = matches(rule.pattern, slot + offset)
    ? ', where it falls together with the slot of that time'
    : '';
  return `${wallText(wall)} is moved to ${shown}${merged}: ${missing(rule)}`;
}

/** A slot whose wall time is shown twice. */
function foldNote(rule: LocalRule, { opened, closes, offset }: Stretch, slot: number): string | null {
  // Where clocks go forward there, these are instants outside of the stretch.
  const isSecond = opened !== null && slot < opened.at + (opened.before - offset);
  const isFirst = closes !== null && slot >= closes.at - (offset - closes.after);
  if (!isSecond && !isFirst) return null;
  const which = isFirst ? 'first' : 'second';
  const other = rule.fold === 'both' ? 'both are slots' : `the ${isFirst ? 'second' : 'first'} is left out`;
  return `${wallText(slot + offset)} comes twice in ${rule.timezone} (clocks go back): this is the ${which}, ${other}`;
}

function missing(rule: LocalRule): string {
  return `it does not exist in ${rule.timezone} (clocks go forward)`;
}

/** `2026-03-29 02:30`. */
function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
