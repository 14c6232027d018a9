import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import type { TaskEvent, TaskEventType } from '../../../src/domain/task/events/events.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { serviceKeys } from './inspect-log.ts';

type EventOf<T extends TaskEventType> = RecordedTaskEvent & Extract<TaskEvent, { type: T }>;

/** The log of the built service, followed on NATS as a subscriber follows it, opened. */
export interface LogWatch {
  /** The task's events of a type, as soon as there are `count` of them, in the log's order. */
  events<T extends TaskEventType>(taskId: string, type: T, count?: number): Promise<readonly EventOf<T>[]>;
  /** The types of the task's events so far. */
  typesOf(taskId: string): TaskEventType[];
  stop(): Promise<void>;
}

export function watchLog(nc: NatsConnection): LogWatch {
  const done = new AbortController();
  const seen: RecordedTaskEvent[] = [];
  const waiting = new Set<() => void>();
  const ofTask = (taskId: string) => seen.filter(({ meta }) => meta.task_id === taskId);
  const following = new JetStreamLogFollower(nc, serviceKeys(nc)).followOpened(
    NO_SEQUENCE,
    async (batch) => {
      seen.push(...batch);
      for (const look of [...waiting]) look();
    },
    { maxBatch: 1_000, signal: done.signal },
  );
  return {
    events: (taskId, type, count = 1) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = ofTask(taskId).filter((event): event is EventOf<typeof type> => event.type === type);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        following.catch(reject);
      }),
    typesOf: (taskId) => ofTask(taskId).map(({ type }) => type),
    stop: async () => {
      done.abort();
      await following;
    },
  };
}
