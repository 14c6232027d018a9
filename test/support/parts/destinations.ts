import { createHmac } from 'node:crypto';
import pino from 'pino';
import { onTestFinished } from 'vitest';
import { ulidIds } from '../../../src/app/ulid-ids.ts';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { NOT_TRACED } from '../../../src/application/ports/traces.ts';
import { NO_SEQUENCE, type UserId } from '../../../src/domain/shared/ids.ts';
import { type Instant, instantOf, plusMs } from '../../../src/domain/shared/instant.ts';
import { ShownEvents } from '../../../src/history/shown-events.ts';
import { openedDocument } from '../../../src/jetstream/codec/codec.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import {
  JetStreamDeliveryRecords,
  JetStreamDestinationProgress,
} from '../../../src/jetstream/publishing/delivery-records.ts';
import type { EgressPolicy } from '../../../src/outbound/egress.ts';
import { GuardedEndpoints } from '../../../src/outbound/endpoint-calls.ts';
import type { PlaceCounts } from '../../../src/relay/destinations/delivery-places.ts';
import {
  DestinationsRelay,
  type DestinationsRelayDeps,
} from '../../../src/relay/destinations/destinations-relay.ts';
import { machineMs } from '../clock.ts';
import type { ReceivedRequest } from '../world/http-receiver.ts';
import { LOOPBACK_EGRESS, type Stack } from './stack.ts';

export interface RelayingOptions {
  readonly egress?: EgressPolicy;
  readonly timeoutMs?: number;
  readonly places?: PlaceCounts;
  readonly clock?: Clock;
  readonly holder?: string;
  /** Default: 20 ms after each failure, for ever. */
  readonly nextTry?: DestinationsRelayDeps['nextTry'];
}

/** What sends events of a stack's users to their endpoints, started. */
export function destinationsRelayOn(stack: Stack, options: RelayingOptions = {}): DestinationsRelay {
  const { nc, log, parts } = stack;
  const { keys: _, ...shared } = parts;
  const clock = options.clock ?? jumpingClock();
  const shown = new ShownEvents({
    catalog: stack.deps.catalog,
    firstEvent: async (userId, taskId) => (await log.readTask(userId, taskId, NO_SEQUENCE, 1))[0] ?? null,
    views: parts.views,
    cloudEventOf: openedDocument,
  });
  const { places } = options;
  const relay = new DestinationsRelay({
    ...shared,
    lease: new JetStreamLease(nc, clock, {
      name: 'destinations',
      holder: options.holder ?? 'test',
      ttlMs: 500,
    }),
    log,
    progress: new JetStreamDestinationProgress(nc),
    records: new JetStreamDeliveryRecords(nc),
    calls: new GuardedEndpoints(options.egress ?? LOOPBACK_EGRESS, NOT_TRACED, options.timeoutMs ?? 2_000),
    documentOf: (event) => shown.documentOf(event),
    clock,
    ids: ulidIds(),
    nextTry: options.nextTry ?? soon,
    random: () => 0.5,
    logger: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    ...(places === undefined ? {} : { places }),
  });
  relay.start();
  onTestFinished(() => relay.stop());
  return relay;
}

function soon({ now }: { readonly now: Instant }): Instant {
  return plusMs(now, 20);
}

/** The real clocks, until the wall clock is put ahead. */
export function jumpingClock(): Clock & { jump(ms: number): void } {
  let aheadMs = 0;
  return {
    now: () => instantOf(Date.now() + aheadMs),
    monotonicMs: machineMs,
    jump: (ms) => {
      aheadMs += ms;
    },
  };
}

export interface MadeDestination {
  readonly id: string;
  readonly path: string;
  readonly secret: string;
}

export async function makeDestination(
  stack: Stack,
  url: string,
  more: Readonly<Record<string, unknown>> = {},
  user?: UserId,
): Promise<MadeDestination> {
  const body = { url, ...more };
  const made = await stack.call('POST', '/api/v1/event-destinations', {
    body,
    ...(user === undefined ? {} : { user }),
  });
  if (made.status !== 201) throw new Error(`${made.status}: ${made.text}`);
  const id = String(made.body.destination_id);
  return { id, path: `/api/v1/event-destinations/${id}`, secret: String(made.body.secret) };
}

/** Whether it was signed with the secret, as libraries of Standard Webhooks look at it. */
export function isSigned({ headers, body }: ReceivedRequest, secret: string): boolean {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', key).update(signed).digest('base64');
  return headers['webhook-signature'] === `v1,${signature}`;
}

export function eventIn({ body }: ReceivedRequest): {
  id: string;
  type: string;
  subject: string;
  revision: number;
} {
  return JSON.parse(body);
}
