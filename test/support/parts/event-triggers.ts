import { headers, type NatsConnection } from '@nats-io/transport-node';
import pino, { type Logger } from 'pino';
import { onTestFinished } from 'vitest';
import type { TaskCommands } from '../../../src/application/commands/execute-command.ts';
import type { TriggerMessageQueue } from '../../../src/application/ports/work/trigger-messages.ts';
import { UserKeys } from '../../../src/jetstream/codec/user-keys.ts';
import { JetStreamLogFollower } from '../../../src/jetstream/log/follow/log-follower.ts';
import { JetStreamTriggerQueue } from '../../../src/jetstream/queues/trigger-queue.ts';
import { JetStreamViews } from '../../../src/jetstream/views/views.ts';
import { EventTriggers } from '../../../src/scheduler/triggers/event-triggers.ts';
import { NO_KEYS } from './no-keys.ts';
import type { Stack } from './stack.ts';

export interface EventTriggersOptions {
  readonly logger?: Logger;
  readonly commands?: Pick<TaskCommands, 'execute'>;
  /** What the log brings is taken up once this resolves. */
  readonly follows?: Promise<void>;
  readonly queue?: TriggerMessageQueue;
}

/** One instance that takes the messages of event triggers, beside a stack. */
export function eventTriggers(api: Stack, options: EventTriggersOptions = {}): EventTriggers {
  const { nc, deps } = api;
  const {
    logger = pino({ level: 'silent' }),
    commands = api.commands,
    follows = Promise.resolve(),
    queue = new JetStreamTriggerQueue(nc, { logger, replicas: 1 }),
  } = options;
  const follower = new JetStreamLogFollower(nc, new UserKeys(nc, new Uint8Array(32)));
  const triggers = new EventTriggers({
    queue,
    views: new JetStreamViews(nc, { executionsKept: 100, keys: NO_KEYS }),
    follower: {
      lastSequence: () => follower.lastSequence(),
      followUnopened: (after, onEvents, how) =>
        follower.followUnopened(
          after,
          (events, through, others) => follows.then(() => onEvents(events, through, others)),
          how,
        ),
    },
    commands,
    clock: deps.clock,
    logger,
    executionTimeoutSeconds: 30,
  });
  triggers.start();
  onTestFinished(() => triggers.stop());
  return triggers;
}

interface ConsumerInfo {
  readonly num_ack_pending: number;
  readonly delivered?: { readonly stream_seq: number };
}

/**
 * Whether every message of the stream was delivered, and all but `waiting` of them are acknowledged or dropped. Not
 * told by how many are pending: the consumer counts those a little after the stream has stored them.
 */
export async function triggersSettled(nc: NatsConnection, waiting = 0): Promise<boolean> {
  const stream = (await nc.request('$JS.API.STREAM.INFO.TRIGGER_EVENTS')).json<{
    state: { last_seq: number };
  }>();
  const consumer = (await nc.request('$JS.API.CONSUMER.INFO.TRIGGER_EVENTS.triggers')).json<ConsumerInfo>();
  return consumer.delivered?.stream_seq === stream.state.last_seq && consumer.num_ack_pending === waiting;
}

/** Publishes and waits until the stream has it; the message's sequence. */
export async function publish(
  nc: NatsConnection,
  subject: string,
  payload: string | Uint8Array,
  carried: Readonly<Record<string, string>> = {},
): Promise<number> {
  const all = headers();
  for (const [name, value] of Object.entries(carried)) all.set(name, value);
  const options = { timeout: 5_000, headers: all };
  return (await nc.request(subject, payload, options)).json<{ seq: number }>().seq;
}
