/**
 * Sees to a durable consumer that can be pulled from: provisioned again as declared where it or its stream has
 * vanished, and made anew where it stands beyond the end of its stream, which delivers all there is.
 *
 * That happens to a stream that persists asynchronously, whose consumers do not: `kill -9` of the server can take away
 * its last messages and leave a consumer that waits for acks of them. The stream then counts on from where it stands,
 * and what it stores under the numbers of the lost is held back for the ack wait. Once as many are stored as were lost,
 * nothing shows it any more: so who publishes looks before it does (`refitConsumer`).
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { jetstreamApi } from '../connection/api.ts';
import { ConnectionLost, type ConnectionWatch } from '../connection/connection-watch.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { type Declaration, loadDeclarations } from '../provisioning/declarations.ts';
import { provision } from '../provisioning/provision.ts';

export interface FitConsumerOptions {
  readonly nc: NatsConnection;
  readonly watch: ConnectionWatch;
  readonly logger: Logger;
  readonly stream: string;
  readonly consumer: string;
  readonly replicas: number;
  /** Default: the project's `streams/*.json`. */
  readonly declarations?: readonly Declaration[] | undefined;
}

interface ConsumerInfo {
  readonly num_pending: number;
  readonly delivered: { readonly stream_seq: number };
}

export function consumerInfo(nc: NatsConnection, stream: string, consumer: string): Promise<ConsumerInfo> {
  return jetstreamApi(nc, `CONSUMER.INFO.${stream}.${consumer}`);
}

/** Ends at once where there is no connection, or it breaks: the next one repairs again. Never throws. */
export async function fitConsumer(options: FitConsumerOptions): Promise<void> {
  const { watch, logger, stream } = options;
  if (!watch.up) return;
  try {
    await watch.orLost(makeFit(options));
  } catch (error) {
    if (isPassing(error)) return;
    logger.error({ err: error, stream }, 'the queue cannot be made');
  }
}

/** Whether it may go well another time. Another instance may have deleted the consumer at the same time. */
export function isPassing(error: unknown): boolean {
  const vanished = jetstreamErrorCode(error) === JetStreamCode.consumerNotFound;
  return vanished || isUnavailable(error) || error instanceof ConnectionLost;
}

/**
 * Makes a consumer anew that stands beyond the end of its stream, and touches nothing else. Throws ConnectionLost, and
 * what the server answers.
 */
export async function refitConsumer(options: FitConsumerOptions): Promise<void> {
  if (await options.watch.orLost(isBeyondItsStream(options))) await options.watch.orLost(makeFit(options));
}

async function makeFit(options: FitConsumerOptions): Promise<void> {
  const { nc, logger, stream, consumer, replicas } = options;
  if (await isBeyondItsStream(options)) {
    await jetstreamApi(nc, `CONSUMER.DELETE.${stream}.${consumer}`);
  }
  const declared = options.declarations ?? (await loadDeclarations());
  const declarations = declared.filter(({ name }) => name === stream);
  const report = await provision(nc, { replicas, declarations });
  const changed = [...report.streams, ...report.consumers].filter(({ action }) => action !== 'unchanged');
  if (changed.length > 0) logger.warn({ changed }, 'the queue was made anew');
}

/** The consumer first: what is stored in between only moves the end away from it. */
async function isBeyondItsStream({ nc, stream, consumer }: FitConsumerOptions): Promise<boolean> {
  try {
    const { delivered } = await consumerInfo(nc, stream, consumer);
    const { state } = await jetstreamApi<{ state: { last_seq: number } }>(nc, `STREAM.INFO.${stream}`);
    return delivered.stream_seq > state.last_seq;
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === JetStreamCode.consumerNotFound || code === JetStreamCode.streamNotFound) return false;
    throw error;
  }
}
