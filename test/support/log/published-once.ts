import type { NatsConnection } from '@nats-io/transport-node';
import { expect } from 'vitest';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import { JetStreamPublishedStream } from '../../../src/jetstream/publishing/published-stream.ts';
import { eventually } from '../eventually.ts';
import type { Published } from './published.ts';

/** Every message that the events lead to was published once, in the order of the log, and no other. */
export function expectPublishedOnce(
  events: readonly RecordedTaskEvent[],
  published: readonly Published[],
): void {
  const wanted = events.flatMap((event) =>
    subjectsOf(event, events).map((subject) => `${event.meta.sequence}.${subject}`),
  );
  expect(published.map(({ headers }) => headers['Nats-Msg-Id'])).toEqual(wanted);
  expect(published.map(({ document }) => document.id)).toEqual(wanted);
}

/** Resolves when the last that is to be published of the events was. */
export async function publishedThrough(
  nc: NatsConnection,
  events: readonly RecordedTaskEvent[],
): Promise<void> {
  const told = events.findLast((event) => subjectsOf(event, events).length > 0)?.meta.sequence ?? NO_SEQUENCE;
  const stream = new JetStreamPublishedStream(nc);
  await eventually(async () => (await stream.position()).logSequence >= told);
}

/** What other services are told of an event (docs/other-services.md). */
function subjectsOf(event: RecordedTaskEvent, events: readonly RecordedTaskEvent[]): string[] {
  switch (event.type) {
    case 'task.created':
    case 'task.deleted':
    case 'task.status_changed':
    case 'task.reminder_triggered':
    case 'task.overdue':
      return [event.type];
    case 'task.updated':
    case 'task.restored':
      return ['task.updated', ...(event.data.status === null ? [] : ['task.status_changed'])];
    case 'task.execution_completed':
      return ['task.executed'];
    case 'task.execution_failed': {
      if (event.data.will_retry) return [];
      const isPaused = (event.data.paused_after_failures ?? null) !== null;
      return ['task.executed', 'task.failed', ...(isPaused ? ['task.status_changed'] : [])];
    }
    case 'task.execution_cancelled':
    case 'task.slots_skipped': {
      const moves = event.data.status !== null && event.data.status.from !== 'running';
      const skipped = event.type === 'task.slots_skipped' || isSlotNotStarted(event, events);
      return [...(skipped ? ['task.slots_skipped'] : []), ...(moves ? ['task.status_changed'] : [])];
    }
    case 'task.execution_requested':
    case 'task.execution_started':
    case 'task.slot_buffered':
    case 'task.slot_skip_changed':
    case 'task.occurrence_marked':
    case 'task.backfill_requested':
    case 'task.rescheduled':
    case 'task.webhook_issued':
    case 'task.webhook_revoked':
      return [];
  }
}

function isSlotNotStarted(
  { data }: Extract<RecordedTaskEvent, { type: 'task.execution_cancelled' }>,
  events: readonly RecordedTaskEvent[],
): boolean {
  const request = events.find(
    (event) => event.type === 'task.execution_requested' && event.data.execution_id === data.execution_id,
  );
  const slot = request?.type === 'task.execution_requested' ? request.data : null;
  return data.code === 'NOT_STARTED' && slot?.trigger_type === 'scheduled' && slot.scheduled_for !== null;
}
