/**
 * Where in the log a point in time is. Instances append by their own clocks, so the log is in the order of time only
 * about: a place by time is one before which surely nothing happened later. What comes after it is looked at event by
 * event.
 */
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence, TaskId } from '../../../domain/shared/ids.ts';
import { type Instant, plusMs } from '../../../domain/shared/instant.ts';
import type { LogTimes } from '../../ports/log/log.ts';
import { CLOCKS_DIFFER_MS } from './execution-history.ts';
import type { AsOf } from './task-history.ts';

/** Events up to the returned sequence are all before the time. Throws LogUnavailable. */
export async function surelyBefore(times: LogTimes, time: Instant): Promise<Sequence> {
  const certain = plusMs(time, -CLOCKS_DIFFER_MS);
  let before = 0;
  let after = (await times.lastSequence()) + 1;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    const found = await times.timeFrom(middle as Sequence);
    if (found === null || found >= certain) after = middle;
    else before = middle;
  }
  return before as Sequence;
}

/** Events up to the returned sequence are all in what was at that point. Throws LogUnavailable. */
export async function surelyIn(times: LogTimes, asOf: AsOf): Promise<Sequence> {
  return 'sequence' in asOf ? asOf.sequence : surelyBefore(times, asOf.time);
}

/** Which events were there at a point in time; they are asked about in the order of the log. */
export class EventsThen {
  readonly #asOf: AsOf;
  /** Tasks that have had an event that is later. */
  readonly #over = new Set<TaskId>();
  /** None of those that are still to come was there. */
  isOver = false;

  constructor(asOf: AsOf) {
    this.#asOf = asOf;
  }

  has({ meta: { sequence, time, task_id } }: RecordedTaskEvent): boolean {
    if ('sequence' in this.#asOf) {
      this.isOver ||= sequence > this.#asOf.sequence;
      return !this.isOver;
    }
    if (time > this.#asOf.time) this.#over.add(task_id);
    this.isOver ||= time > plusMs(this.#asOf.time, CLOCKS_DIFFER_MS);
    return !this.#over.has(task_id);
  }
}
