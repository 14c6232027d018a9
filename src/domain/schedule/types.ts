import type { CalendarId } from '../shared/ids.ts';
import type { Instant } from '../shared/instant.ts';
import type { Said } from '../shared/says.ts';

/**
 * A schedule in its normalised form: what is stored, shown, and asked for slots. Aliases, shorthand and
 * defaults of the REST document are gone; every member is present.
 */
export type Schedule = ScheduleShape & ScheduleOptions;

/** One of several schedules of a task, with the id that its slots name. */
export type NamedSchedule = Schedule & { readonly id: string };

/**
 * Two to ten schedules of one task, or one that goes by an id of its own. Their slots are taken together: two on one
 * instant are one. All of them are on whole minutes of UTC, so slots stay a minute apart.
 */
export interface SeveralSchedules {
  readonly type: 'several';
  /** In the order of their owner: of two that have a slot, the first decides what becomes of it. */
  readonly schedules: readonly NamedSchedule[];
}

/** What a task is scheduled by. */
export type TaskSchedule = Schedule | SeveralSchedules;

/** A schedule less single slots. */
export type ThinnedSchedule = TaskSchedule & { readonly without?: readonly Instant[] };
/** The same of one schedule. */
export type ThinnedOne = Schedule & { readonly without?: readonly Instant[] };

export type ScheduleShape =
  /** Five fields, upper-case, one space apart; `@hourly` and the like already replaced. */
  | {
      readonly type: 'cron';
      readonly expression: string;
      /** Where day of month and day of week are both restricted: both must match; absent: either. */
      readonly days?: 'all';
    }
  /** Slots are anchor + k x interval, k >= 0: real elapsed time, never drifting. */
  | { readonly type: 'interval'; readonly interval_seconds: number; readonly anchor: Instant }
  | { readonly type: 'once'; readonly run_time: Instant }
  /** `run_time` is local wall-clock time "HH:MM". */
  | { readonly type: 'daily'; readonly run_time: string }
  /** Monday is 1; sorted, no repeats, at least one. */
  | { readonly type: 'weekly'; readonly weekdays: readonly number[]; readonly run_time: string }
  /** A day that a month lacks is its last day. */
  | { readonly type: 'monthly'; readonly day: number | 'last'; readonly run_time: string }
  /** RFC 5545, in one spelling; counts from `start_date`, a local day "YYYY-MM-DD". */
  | {
      readonly type: 'rrule';
      readonly rrule: string;
      readonly start_date: string;
      readonly run_time: string;
    };

export interface ScheduleOptions {
  /** IANA name known to this machine's zone data; an alias (`Asia/Kolkata`) stays what the caller gave. */
  readonly timezone: string;
  /** No slot before. */
  readonly start_at: Instant | null;
  /** No slot after. */
  readonly end_at: Instant | null;
  /** Local times that do not exist that day: later by the gap's length, first instant after it, or none. */
  readonly dst_gap: 'shift' | 'end' | 'skip';
  /** Local times that occur twice that day. */
  readonly dst_fold: 'first' | 'second' | 'both';
  /** Due slots older than a minute: none of them runs, or only the most recent within the window. */
  readonly catch_up: 'skip' | 'latest' | 'all';
  readonly catch_up_window_seconds: number;
  /** A slot due while the last run is still going: left out, run after it (one of them), or run in its place. */
  readonly overlap: 'skip' | 'buffer_one' | 'cancel_running';
  /** Slots that this schedule may fire; one is used up by its request, whatever becomes of the run. */
  readonly max_runs: number | null;
  /** A slot is due up to so much later, the same for everyone who asks, and before the next slot; 0: none. */
  readonly jitter_seconds: number;
  /** Local dates "YYYY-MM-DD" without slots; sorted, no repeats, at least one. */
  readonly exclude_dates: readonly string[] | null;
  /** No slots on their days; at least one, no repeats. Absent: none. */
  readonly exclude_calendars?: readonly CalendarDays[];
  /** Slots only on days that one of them has; likewise. Absent: on any day. */
  readonly only_calendars?: readonly CalendarDays[];
  /** The task is paused after so many failed runs in a row. */
  readonly pause_on_failure: number | null;
  /** Null: one attempt. */
  readonly retry: Retry | null;
  /** Seconds that one attempt may take; null: the installation's default. */
  readonly timeout_seconds: number | null;
}

/**
 * The days of a calendar as they were at one of its revisions, copied into the schedule that follows it: so slots follow
 * from the schedule alone, today and whenever a history is folded again.
 */
// A type and not an interface: stored as JSON, it is JSON.
export type CalendarDays = {
  readonly calendar_id: CalendarId;
  /** 1 with its creation, one more with each change of it. */
  readonly revision: number;
  /** `packed-dates.ts` writes and reads it; empty: none. */
  readonly dates: string;
  /** Every week; Monday is 1; sorted, no repeats. */
  readonly weekdays: readonly number[];
};

export type FollowedCalendars = Pick<ScheduleOptions, 'exclude_calendars' | 'only_calendars'>;

/** How often a failed run is attempted, and the pause before the next attempt. */
export interface Retry {
  /** With the first one. */
  readonly max_attempts: number;
  /** Before the second attempt; before each later one `multiplier` times as long, at most `max_seconds`. */
  readonly initial_seconds: number;
  readonly multiplier: number;
  readonly max_seconds: number;
}

/** A fault in a schedule document: `path` below the document (`['weekdays', 0]`), a sentence for people, a stable type. */
export interface ScheduleFault extends Said {
  readonly path: readonly (string | number)[];
  readonly type: string;
}

export type ParsedSchedule =
  | { readonly ok: true; readonly schedule: Schedule /** The first slot. */; readonly first: Instant }
  | { readonly ok: false; readonly faults: readonly ScheduleFault[] };

/** How many slots lie in a range; counting stops at 10,000 and says so. */
export interface SlotCount {
  readonly count: number;
  readonly count_is_minimum: boolean;
}
