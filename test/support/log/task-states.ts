import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import { evolve } from '../../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { serviceKeys } from './inspect-log.ts';

/** The log of the built service and the tasks that it makes, followed over kills of the service and of its server. */
export interface TaskStates {
  readonly events: readonly RecordedTaskEvent[];
  /** By task id. */
  readonly states: ReadonlyMap<string, TaskState>;
  /** Resolves when it is so, asked after each step of the log. */
  until(isSo: () => boolean): Promise<void>;
  /** Resolves when all is in `events` that the log holds now. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

export function followStates(nc: NatsConnection): TaskStates {
  const done = new AbortController();
  const events: RecordedTaskEvent[] = [];
  const states = new Map<string, TaskState>();
  const waiting = new Set<() => void>();
  const follower = new JetStreamLogFollower(nc, serviceKeys(nc));
  let followed = NO_SEQUENCE;
  const following = follower.followOpened(
    NO_SEQUENCE,
    async (batch, through) => {
      followed = through;
      for (const event of batch) {
        events.push(event);
        states.set(event.meta.task_id, evolve(states.get(event.meta.task_id) ?? null, event));
      }
      for (const look of [...waiting]) look();
    },
    { maxBatch: 1_000, signal: done.signal },
  );
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!isSo()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      following.catch(reject);
    });
  return {
    events,
    states,
    until,
    caughtUp: async () => {
      const end = await follower.lastSequence();
      await until(() => followed >= end);
    },
    stop: async () => {
      done.abort();
      await following;
    },
  };
}
