/** What the log says about the executions of a stretch: read after the fact, so that reading costs the run nothing. */

import type { Sequence } from '../../src/domain/shared/ids.ts';
import { epochMs } from '../../src/domain/shared/instant.ts';
import type { JetStreamLogFollower } from '../../src/jetstream/log/follow/log-follower.ts';

export interface Runs {
  readonly started: number;
  readonly ended: number;
  /** From when a run was due to the entry of its executor, or to its decision where it has none. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Epoch milliseconds of the last outcome. */
  readonly lastEnd: number;
  readonly lastSequence: number;
}

export async function runsAfter(follower: JetStreamLogFollower, after: Sequence): Promise<Runs> {
  const end = await follower.lastSequence();
  const late: number[] = [];
  /** By task: when its run was due, epoch milliseconds. */
  const due = new Map<string, number>();
  let ended = 0;
  let lastEnd = 0;
  const done = new AbortController();
  await follower.followUnopened(
    after,
    async (events, through) => {
      for (const event of events) {
        const time = epochMs(event.meta.time);
        if (event.type === 'task.execution_started') {
          due.set(event.meta.task_id, time - event.data.late_by_ms);
        }
        if (event.type === 'task.execution_completed') {
          ended++;
          lastEnd = Math.max(lastEnd, time);
          late.push(time - event.data.duration_ms - (due.get(event.meta.task_id) ?? time));
        }
      }
      if (through >= end) done.abort();
    },
    { maxBatch: 1_000, signal: done.signal },
  );
  late.sort((a, b) => a - b);
  const at = (share: number) => late[Math.min(late.length - 1, Math.floor(late.length * share))] ?? 0;
  return {
    started: late.length,
    ended,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: late.at(-1) ?? 0,
    lastEnd,
    lastSequence: end,
  };
}
