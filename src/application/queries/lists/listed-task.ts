/**
 * A task as lists keep it: without those of its members that callers may make large and that no list is chosen or
 * ordered by. Hundreds of tasks with configs of 256 KiB, deleted ones among them, would be more than a cache holds, and
 * every question would read them all again.
 */
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../../domain/task/state.ts';
import { valueBytes } from '../approximate-bytes.ts';

export interface ListedTask extends TaskSnapshot {
  /** True where `config`, `metadata` or `last_result` is left out, being large: the task itself has it. */
  readonly isCut?: true;
}

/** Roughly. The config of a calendar event, which the feed is made of, is always smaller. */
const LARGE_BYTES = 8 * 1024;

export function listedOf(task: TaskSnapshot): ListedTask {
  const { state } = task;
  const { config, metadata, last_result } = state;
  const large = [config, metadata, last_result].map((value) => valueBytes(value) > LARGE_BYTES);
  if (!large.includes(true)) return task;
  const cut: TaskState = {
    ...state,
    config: large[0] ? {} : config,
    metadata: large[1] ? {} : metadata,
    last_result: large[2] ? null : last_result,
  };
  measured.set(cut, storedBytes(state));
  return { ...task, state: cut, isCut: true };
}

/** Of states that do not change: each is measured once. */
const measured = new WeakMap<TaskState, number>();

/** What a task takes as it is stored, deleted or not, with what a list leaves out: its history is not in it. */
export function storedBytes(state: TaskState): number {
  const known = measured.get(state);
  if (known !== undefined) return known;
  const bytes = Buffer.byteLength(JSON.stringify(state));
  measured.set(state, bytes);
  return bytes;
}
