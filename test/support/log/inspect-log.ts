import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import { verifyViews } from '../../../src/application/queries/verify.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { SECRETS_KEY } from '../processes/service.ts';
import { verifyChain } from './verify-chain.ts';

/** All of a log that the built service wrote, opened. */
export async function readWholeLog(nc: NatsConnection): Promise<RecordedTaskEvent[]> {
  const follower = new JetStreamLogFollower(nc, serviceKeys(nc));
  const end = await follower.lastSequence();
  const events: RecordedTaskEvent[] = [];
  const done = new AbortController();
  if (end === 0) return events;
  await follower.followOpened(
    NO_SEQUENCE,
    async (batch, through) => {
      events.push(...batch);
      if (through >= end) done.abort();
    },
    { maxBatch: 1_000, signal: done.signal },
  );
  return events;
}

/** Throws where a promise about loss or repetition does not hold in this history. */
export function expectSoundHistory(events: readonly RecordedTaskEvent[]): void {
  verifyChain(events);
  const byTask = new Map<string, RecordedTaskEvent[]>();
  for (const event of events) {
    const history = byTask.get(event.meta.task_id);
    if (history === undefined) byTask.set(event.meta.task_id, [event]);
    else history.push(event);
  }
  for (const history of byTask.values()) expectSoundTask(history);
}

/** Each slot has one fate, each attempt starts once, each execution has one request and one end. */
function expectSoundTask(history: readonly RecordedTaskEvent[]): void {
  const slots: string[] = [];
  const starts: string[] = [];
  const requests: number[] = [];
  const ends: number[] = [];
  let skippedTo = '';
  for (const event of history) {
    if (event.type === 'task.slots_skipped') {
      expect(event.data.from > skippedTo).toBe(true);
      skippedTo = event.data.to;
    }
    const number = executionNumberOf(event);
    if (number === null) continue;
    if (event.type === 'task.execution_requested') {
      requests.push(number);
      if (event.data.scheduled_for !== null) {
        slots.push(`${event.data.schedule_version} ${event.data.scheduled_for}`);
        expect(event.data.scheduled_for > skippedTo).toBe(true);
      }
    } else if (event.type === 'task.execution_started') {
      starts.push(`${number}.${event.data.attempt}`);
    } else if (event.type !== 'task.execution_failed' || !event.data.will_retry) {
      ends.push(number);
    }
  }
  for (const seen of [slots, starts, requests, ends]) expect(new Set<unknown>(seen).size).toBe(seen.length);
  expect([...ends].sort((a, b) => a - b)).toEqual(requests);
}

/** No view differs from the log; the projector has caught up. */
export async function expectViewsEqualLog(nc: NatsConnection): Promise<void> {
  const keys = serviceKeys(nc);
  const views = new JetStreamViews(nc, { executionsKept: 100, keys });
  const follower = new JetStreamLogFollower(nc, keys);
  expect(await views.checkpoint()).toBe(await follower.lastSequence());
  const report = await verifyViews({
    log: new JetStreamEventLog(nc, keys, new GroupCommit(nc)),
    follower,
    views,
  });
  expect(report.differences).toEqual([]);
}

export function serviceKeys(nc: NatsConnection): UserKeys {
  return new UserKeys(nc, Buffer.from(SECRETS_KEY, 'base64'));
}
