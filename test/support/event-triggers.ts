import type { NatsConnection } from '@nats-io/transport-node';
import pino, { type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import type { TaskCommands } from '../../src/application/execute-command.ts';
import { JetStreamLogFollower } from '../../src/jetstream/log-follower.ts';
import { JetStreamTriggerQueue } from '../../src/jetstream/trigger-queue.ts';
import { UserKeys } from '../../src/jetstream/user-keys.ts';
import { JetStreamViews } from '../../src/jetstream/views.ts';
import { EventTriggers } from '../../src/scheduler/event-triggers.ts';
import type { Stack } from './stack.ts';

/** One instance that takes the messages of event triggers, beside a stack. */
export function eventTriggers(
  api: Stack,
  logger: Logger = pino({ level: 'silent' }),
  commands: Pick<TaskCommands, 'execute'> = api.commands,
): EventTriggers {
  const { nc, deps } = api;
  const triggers = new EventTriggers({
    queue: new JetStreamTriggerQueue(nc, { logger, replicas: 1 }),
    views: new JetStreamViews(nc, { executionsKept: 100 }),
    follower: new JetStreamLogFollower(nc, new UserKeys(nc, new Uint8Array(32))),
    commands,
    clock: deps.clock,
    logger,
    executionTimeoutSeconds: 30,
  });
  triggers.start();
  onTestFinished(() => triggers.stop());
  return triggers;
}

export interface TriggerFigures {
  /** Delivered, and neither acknowledged nor dropped. */
  readonly num_ack_pending: number;
  readonly num_pending: number;
}

/** What the consumer of event triggers still has to do. */
export async function triggerFigures(nc: NatsConnection): Promise<TriggerFigures> {
  return (await nc.request('$JS.API.CONSUMER.INFO.TRIGGER_EVENTS.triggers')).json<TriggerFigures>();
}

/** Publishes and waits until the stream has it; the message's sequence. */
export async function publish(
  nc: NatsConnection,
  subject: string,
  payload: string | Uint8Array,
): Promise<number> {
  return (await nc.request(subject, payload)).json<{ seq: number }>().seq;
}
