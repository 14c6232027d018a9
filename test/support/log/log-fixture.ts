import { randomBytes } from 'node:crypto';
import type { NatsConnection } from '@nats-io/transport-node';
import { ulid } from 'ulid';
import type { Append, Appended } from '../../../src/application/ports/log/log.ts';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Position, RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import {
  type EventId,
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  type TaskId,
  type UserId,
} from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskEvent } from '../../../src/domain/task/events/events.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { GroupCommit } from '../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../../../src/jetstream/log/event-log.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { connected } from '../nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../nats/nats-server.ts';

/** A server of the test's own with its streams, and the log on it. */
export interface LogFixture {
  readonly server: TestNatsServer;
  readonly nc: NatsConnection;
  readonly keys: UserKeys;
  readonly log: JetStreamEventLog;
}

export async function logFixture(): Promise<LogFixture> {
  const server = await natsServer();
  const nc = await connected(server);
  await provision(nc, { replicas: 1 });
  const keys = new UserKeys(nc, SECRETS);
  return { server, nc, keys, log: new JetStreamEventLog(nc, keys, new GroupCommit(nc)) };
}

/** SECRETS_KEY of the test's own. */
export const SECRETS = randomBytes(32);
export const START: Position = { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };
export const USER = 'usr_demo' as UserId;

export function newTaskId(): TaskId {
  return `tsk_${ulid()}` as TaskId;
}

export function taskCreated(name = 'Buy milk'): TaskEvent {
  return {
    type: 'task.created',
    data: {
      task_type: 'todo',
      priority: 'medium',
      status: { from: 'pending', to: 'pending' },
      schedule: null,
      next_run_time: null,
      credits_per_run_micros: 0 as CreditMicros,
      due_date: null,
      reminder_time: null,
      remind_before: null,
      trigger: null,
      notify: null,
      template_id: null,
      armed: { reminder_due: null, before_due: null, overdue_due: null },
      personal: { name, description: null, config: {}, metadata: {}, tags: [] },
    },
  };
}

export function taskUpdated(name: string): TaskEvent {
  return {
    type: 'task.updated',
    data: {
      updated_fields: ['name'],
      changes: {},
      status: null,
      schedule_version: 0,
      next_run_time: null,
      ended_execution: null,
      slots_skipped: null,
      armed: {},
      personal: { name, reason: null },
    },
  };
}

/** An append with ids of its own; `after` is the start of a new task. */
export function appendOf(given: Partial<Append> = {}): Append {
  return {
    userId: USER,
    taskId: newTaskId(),
    eventId: ulid() as EventId,
    time: '2026-11-23T08:54:00.000Z' as Instant,
    event: taskCreated(),
    context: { actor: `user:${USER}`, correlation_id: 'req_1', causation_id: null, traceparent: null },
    after: START,
    ...given,
  };
}

/** The next append to the task of an event, decided on it. */
export function updateAfter(event: RecordedTaskEvent, name = 'Buy bread'): Append {
  const { user_id, task_id } = event.meta;
  return appendOf({
    userId: user_id,
    taskId: task_id,
    event: taskUpdated(name),
    after: positionOf(event),
  });
}

export function positionOf({ meta }: RecordedTaskEvent): Position {
  return { sequence: meta.sequence, revision: meta.revision, hash: meta.hash };
}

/** The event of an append that must have landed. */
export function landed(appended: Appended): RecordedTaskEvent {
  if (appended.kind !== 'appended') throw new Error('the append met a conflict');
  return appended.event;
}
