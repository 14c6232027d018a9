import type { NatsConnection } from '@nats-io/transport-node';
import { expect, onTestFinished } from 'vitest';
import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../../../src/domain/shared/ids.ts';
import { publishBatch } from '../../../src/jetstream/connection/atomic-batch.ts';
import type { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';

export interface Following {
  readonly events: (RecordedTaskEvent | UnopenedTaskEvent)[];
  readonly throughs: Sequence[];
  readonly sizes: number[];
  /** Of the follower itself. */
  readonly ended: Promise<void>;
  stop(): void;
  /** Resolves once it has seen that sequence. */
  through(sequence: number): Promise<void>;
}

interface FollowingOptions {
  readonly after?: Sequence;
  readonly maxBatch?: number;
  readonly opened?: boolean;
  readonly onEvents?: () => Promise<void>;
}

export function follow(follower: JetStreamLogFollower, options: FollowingOptions = {}): Following {
  const { after = NO_SEQUENCE, maxBatch = 500, opened = true, onEvents = async () => {} } = options;
  const stop = new AbortController();
  const waiting: { sequence: number; resolve: () => void }[] = [];
  const events: Following['events'] = [];
  const throughs: Sequence[] = [];
  const sizes: number[] = [];
  const take = async (batch: readonly (RecordedTaskEvent | UnopenedTaskEvent)[], through: Sequence) => {
    events.push(...batch);
    sizes.push(batch.length);
    throughs.push(through);
    for (const { sequence, resolve } of waiting) if (sequence <= through) resolve();
    await onEvents();
  };
  const followOptions = { maxBatch, signal: stop.signal };
  const ended = opened
    ? follower.followOpened(after, take, followOptions)
    : follower.followUnopened(after, take, followOptions);
  ended.catch(() => undefined);
  onTestFinished(() => stop.abort());
  return {
    events,
    throughs,
    sizes,
    ended,
    stop: () => stop.abort(),
    through: (sequence) =>
      new Promise((resolve) => {
        if ((throughs.at(-1) ?? 0) >= sequence) resolve();
        else waiting.push({ sequence, resolve });
      }),
  };
}

/** Puts that many small messages that are no task's into the log. */
export async function fill(nc: NatsConnection, count: number): Promise<void> {
  for (let from = 0; from < count; from += 1_000) {
    const messages = Array.from({ length: Math.min(1_000, count - from) }, () => ({
      subject: 'tasklog.u._user',
      headers: {},
      payload: Buffer.alloc(300, 'x'),
    }));
    await publishBatch(nc, messages, 5_000);
  }
}

export function gapless(events: readonly { meta: { sequence: Sequence } }[], from = 1): void {
  expect(events.map((event) => event.meta.sequence)).toEqual(events.map((_, index) => index + from));
}

/** Nothing more comes in between two round trips to the server. */
export async function settled(nc: NatsConnection): Promise<void> {
  let last = -1;
  while (last !== nc.stats().inMsgs) {
    await nc.flush();
    last = nc.stats().inMsgs;
    await nc.flush();
    await nc.flush();
  }
}

/** How many consumers read the log. */
export async function consumersOfLog(nc: NatsConnection): Promise<number> {
  return (await nc.request('$JS.API.CONSUMER.NAMES.TASK_LOG', '')).json<{ total: number }>().total;
}
