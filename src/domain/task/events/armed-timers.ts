import type { Instant } from '../../shared/instant.ts';

/** What a task waits for beside its slots, and when; null: not, or not any more. */
export interface ArmedTimers {
  readonly reminder_due: Instant | null;
  /** The next of the reminders before the due date. */
  readonly before_due: Instant | null;
  readonly overdue_due: Instant | null;
}

/** Those that an event arms, or takes away (null); the others stay as they are. */
export type ArmedChange = Partial<ArmedTimers>;

/** Events of version 1 left it to their reader to work that out: see `armed-in-version-1.ts`. */
export type Armed = ArmedChange | 'as_in_version_1';
