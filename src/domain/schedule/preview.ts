/** The next slots of a schedule as people read them: local time, and what daylight saving did to each. */
import { epochMs, type Instant, plusMs } from '../shared/instant.ts';
import { MS_PER_MINUTE } from './calendar/civil.ts';
import type { LocalRule } from './calendar/local-slots.ts';
import { matches, nextMatch } from './calendar/wall-pattern.ts';
import { gapAround, offsetAt, type Stretch, stretchAt } from './calendar/zone.ts';
import { mergedSlots } from './merged-slots.ts';
import { type LocalSchedule, localRule } from './recurrence/local-rule.ts';
import { MAIN_SCHEDULE, namedSchedules } from './several.ts';
import { slotsFrom } from './slots.ts';
import type { Schedule, TaskSchedule } from './types.ts';

export interface SlotPreview {
  readonly at: Instant;
  /** RFC 3339 with the zone's offset at that instant: `2026-03-29T03:30:00+02:00`. */
  readonly local: string;
  /** What daylight saving moved, left out or doubled here, in a sentence; null where it did nothing. */
  readonly note: string | null;
  /** The same for programs. */
  readonly notes: readonly SlotNote[];
}

/** Wall times are local, `2026-03-29 02:30`. */
export type SlotNote =
  /** These wall times, `first` and `more` after it, do not exist and have no slots. */
  | {
      readonly code: 'gap_dropped';
      readonly params: { readonly first: string; readonly more: number; readonly timezone: string };
    }
  /** The slot of a wall time that does not exist; `merged`: another has the same instant. */
  | {
      readonly code: 'gap_moved';
      readonly params: {
        readonly from: string;
        readonly to: string;
        readonly merged: boolean;
        readonly timezone: string;
      };
    }
  /** A wall time that comes twice; `kept`: which of the two are slots. */
  | {
      readonly code: 'fold';
      readonly params: {
        readonly wall: string;
        readonly which: 'first' | 'second';
        readonly kept: 'first' | 'second' | 'both';
        readonly timezone: string;
      };
    };

/** A day without slots (Apia, 2011) is the most that one change of the clock leaves out. */
const MAX_DROPPED = 1440;

/** The next `count` slots strictly after `from`, up to `to`; fewer where the schedule ends. */
export function previewSlots(
  schedule: Schedule,
  from: Instant,
  count: number,
  to: Instant | null = null,
): SlotPreview[] {
  const previews: SlotPreview[] = [];
  if (count <= 0) return previews;
  let before = Math.max(
    epochMs(from),
    schedule.start_at === null ? -Infinity : epochMs(schedule.start_at) - 1,
  );
  for (const at of slotsFrom(schedule, from)) {
    if (to !== null && at > to) break;
    const slot = epochMs(at);
    const notes = notesOn(schedule, before, slot);
    const note = notes.length === 0 ? null : notes.map(sentenceOf).join('; ');
    previews.push({ at, local: localText(slot, schedule.timezone), note, notes });
    before = slot;
    if (previews.length >= count) break;
  }
  return previews;
}

export type NamedPreview = SlotPreview & {
  /** The schedule that it is of, in whose zone it is told: of several the first that has it. */
  readonly schedule_id: string;
};

/** As `previewSlots`, of what would be set at `from`: with its `max_runs`, and with a one-off that is due just then. */
export function previewUnset(
  schedule: TaskSchedule,
  from: Instant,
  count: number,
  to: Instant | null = null,
): NamedPreview[] {
  const all = namedSchedules(schedule);
  const parts = all.map((one) => {
    const begin = one.type === 'once' ? plusMs(from, -1) : from;
    return previewSlots(one, begin, Math.min(count, one.max_runs ?? count), to).values();
  });
  const previews: NamedPreview[] = [];
  for (const { index, ...slot } of mergedSlots(parts)) {
    if (previews.length >= count) break;
    previews.push({ ...slot, schedule_id: all[index]?.id ?? MAIN_SCHEDULE });
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

function notesOn(schedule: Schedule, before: number, slot: number): readonly SlotNote[] {
  switch (schedule.type) {
    case 'once':
    case 'interval':
      return [];
    case 'cron':
    case 'daily':
    case 'weekly':
    case 'monthly':
    case 'rrule':
      return localNotes(schedule, before, slot);
  }
}

function localNotes(schedule: LocalSchedule, before: number, slot: number): SlotNote[] {
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
function droppedNote(rule: LocalRule, before: number, slot: number): SlotNote | null {
  if (rule.gap !== 'skip') return null;
  const { timezone } = rule;
  const end = slot + offsetAt(timezone, slot);
  const dropped: number[] = [];
  let wall = nextMatch(rule.pattern, before + offsetAt(timezone, before) + 1);
  for (let seen = 0; seen < MAX_DROPPED && wall !== null && wall < end; seen += 1) {
    if (gapAround(timezone, wall) !== null) dropped.push(wall);
    wall = nextMatch(rule.pattern, wall + 1);
  }
  const [first, ...others] = dropped;
  if (first === undefined) return null;
  return { code: 'gap_dropped', params: { first: wallText(first), more: others.length, timezone } };
}

/** A slot whose wall time does not exist, and where it went. */
function movedNote(rule: LocalRule, { opened, offset }: Stretch, slot: number): SlotNote | null {
  if (rule.gap === 'skip' || opened === null) return null;
  const wall = rule.gap === 'end' ? nextMatch(rule.pattern, opened.at + opened.before) : slot + opened.before;
  if (wall === null || wall >= opened.at + opened.after || !matches(rule.pattern, wall)) return null;
  if (rule.gap === 'end' && slot !== opened.at) return null;
  const merged = matches(rule.pattern, slot + offset);
  const [from, to] = [wallText(wall), wallText(slot + offset)];
  return { code: 'gap_moved', params: { from, to, merged, timezone: rule.timezone } };
}

/** A slot whose wall time is shown twice. */
function foldNote(rule: LocalRule, { opened, closes, offset }: Stretch, slot: number): SlotNote | null {
  // Where clocks go forward there, these are instants outside of the stretch.
  const isSecond = opened !== null && slot < opened.at + (opened.before - offset);
  const isFirst = closes !== null && slot >= closes.at - (offset - closes.after);
  if (!isSecond && !isFirst) return null;
  const which = isFirst ? 'first' : 'second';
  const kept = rule.fold === 'both' ? 'both' : which;
  return { code: 'fold', params: { wall: wallText(slot + offset), which, kept, timezone: rule.timezone } };
}

function sentenceOf(note: SlotNote): string {
  switch (note.code) {
    case 'gap_dropped': {
      const { first, more, timezone } = note.params;
      const others = more > 0 ? ` (and ${more} more)` : '';
      return `${first}${others} is left out before this one: ${missing(timezone)}`;
    }
    case 'gap_moved': {
      const { from, to, merged, timezone } = note.params;
      const together = merged ? ', where it falls together with the slot of that time' : '';
      return `${from} is moved to ${to.slice(-5)}${together}: ${missing(timezone)}`;
    }
    case 'fold': {
      const { wall, which, kept, timezone } = note.params;
      const other =
        kept === 'both' ? 'both are slots' : `the ${which === 'first' ? 'second' : 'first'} is left out`;
      return `${wall} comes twice in ${timezone} (clocks go back): this is the ${which}, ${other}`;
    }
  }
}

function missing(timezone: string): string {
  return `it does not exist in ${timezone} (clocks go forward)`;
}

/** `2026-03-29 02:30`. */
function wallText(wall: number): string {
  return new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
