import { setTimeout as delay } from 'node:timers/promises';
import { nuid } from '@nats-io/transport-node';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { Caller, tokenFor } from '../processes/service.ts';

/** A task that a caller got a 201 for. */
export interface Acknowledged {
  readonly taskId: string;
  /** The name that it was given: one for each request, however often it was repeated. */
  readonly name: string;
  /** Its one slot; null: it is not to run. */
  readonly slot: string | null;
}

interface Created {
  readonly task_id: string;
  readonly next_run_time: string | null;
}
interface Problem {
  readonly error_code: string;
}

const PEOPLE_PER_INSTANCE = 3;
const PAUSE_MS = 20;
const REPEAT_MS = 50;
/** How far off the slots of tasks are. */
const SLOT_WITHIN_MS = 2_000;

/**
 * People who go on creating tasks at each instance, every request with an Idempotency-Key and repeated until it is
 * answered with a 201. Every second task is due soon.
 */
export class ClusterLoad {
  readonly acknowledged: Acknowledged[] = [];
  readonly #random: () => number;
  /** When the people at each instance were answered with a 201, by `performance.now()`. */
  readonly #answers: (readonly number[])[] = [];
  readonly #stop = new AbortController();
  readonly #people: Promise<void>[] = [];

  static async at(urls: readonly string[], random: () => number): Promise<ClusterLoad> {
    const load = new ClusterLoad(random);
    for (const [index, url] of urls.entries()) {
      const answers: number[] = [];
      load.#answers.push(answers);
      for (let person = 0; person < PEOPLE_PER_INSTANCE; person++) {
        const caller = new Caller(url, await tokenFor(`user-${index}-${person}`));
        load.#people.push(load.#beBusy(caller, answers));
      }
    }
    return load;
  }

  private constructor(random: () => number) {
    this.#random = random;
  }

  /** The longest time that an instance has acknowledged nothing, from `since` (of `performance.now()`) on, milliseconds. */
  longestGap(since: number): number {
    return Math.max(...this.#answers.map((answers) => longestPause(answers, since, performance.now())));
  }

  /** Resolves when no instance has been silent for a second for that long. */
  async steadyFor(ms: number): Promise<void> {
    let since = performance.now();
    while (performance.now() - since < ms) {
      await delay(20);
      if (this.longestGap(performance.now() - 1_000) >= 1_000) since = performance.now();
    }
  }

  /** Resolves when every request that is under way has been acknowledged. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#people);
  }

  async #beBusy(caller: Caller, answers: number[]): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const due = new Date(Date.now() + this.#random() * SLOT_WITHIN_MS).toISOString();
      const schedule = this.#random() < 0.5 ? { schedule: { type: 'once', run_time: due } } : {};
      const name = nuid.next();
      const created = await create(caller, { name, task_type: 'todo', ...schedule });
      answers.push(performance.now());
      this.acknowledged.push({ taskId: created.task_id, name, slot: created.next_run_time });
      await delay(PAUSE_MS * this.#random());
    }
  }
}

/** Repeats the request, with one key, until it is acknowledged. Throws where it is refused for good. */
async function create(
  caller: Caller,
  task: { readonly name: string; readonly task_type: string },
): Promise<Created> {
  for (;;) {
    const key = { 'idempotency-key': task.name };
    const { status, body } = await caller.call<Created & Problem>('POST', '/tasks', task, key);
    if (status === 201) return body;
    if (status !== 503 && status !== 409) throw new Error(`${status} ${body.error_code}`);
    await delay(REPEAT_MS);
  }
}

function longestPause(moments: readonly number[], from: number, to: number): number {
  let [before, longest] = [from, 0];
  for (const moment of [...moments.filter((at) => at > from), to]) {
    longest = Math.max(longest, moment - before);
    before = moment;
  }
  return longest;
}

export interface Lost {
  /** Acknowledged, and not in the log. */
  readonly tasks: readonly string[];
  /** Names of requests that made more than one task. */
  readonly twice: readonly string[];
  /** Tasks whose slot was not requested exactly once. */
  readonly slots: readonly string[];
}

/** What the log lacks, or has too often, of what was acknowledged. */
export function lostOf(acknowledged: readonly Acknowledged[], events: readonly RecordedTaskEvent[]): Lost {
  const made = new Map<string, string[]>();
  const requested = new Map<string, string[]>();
  for (const event of events) {
    const { task_id } = event.meta;
    if (event.type === 'task.created') {
      const { name } = event.data.personal;
      made.set(name, [...(made.get(name) ?? []), task_id]);
    } else if (event.type === 'task.execution_requested' && event.data.scheduled_for !== null) {
      requested.set(task_id, [...(requested.get(task_id) ?? []), event.data.scheduled_for]);
    }
  }
  const due = acknowledged.filter(({ slot }) => slot !== null);
  const isFired = ({ taskId, slot }: Acknowledged) => requested.get(taskId)?.join() === slot;
  const isThere = ({ taskId, name }: Acknowledged) => made.get(name)?.includes(taskId) === true;
  return {
    tasks: acknowledged.filter((task) => !isThere(task)).map(({ taskId }) => taskId),
    twice: [...made].filter(([, ids]) => ids.length > 1).map(([name]) => name),
    slots: due.filter((task) => !isFired(task)).map(({ taskId }) => taskId),
  };
}
