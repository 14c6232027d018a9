/**
 * The one way to connect to NATS, with the settings that the rest relies on.
 *
 * A connection is for ever: it waits for a server that is not there yet and comes back after every loss. While there is
 * none, nothing piles up: what was published is dropped at the next try to connect (every 100 to 250 ms), a request
 * ends by its own timeout. So every publish that matters is a request, and a stopped or frozen server shows as a
 * timeout. A frozen one that keeps its socket open is given up after three pings, 15 s, and another is tried.
 *
 * Only one thing ends a connection by itself: credentials refused twice in a row. `connectionEnd` tells.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  errors,
  type NatsConnection,
  type ServerInfo,
  type TlsOptions,
} from '@nats-io/transport-node';
import { jetstreamApi } from './api.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode } from './errors.ts';
import { withOwnRequests } from './own-requests.ts';

/** Per-key TTL, batched direct get, per-stream persistence and atomic batches all exist from here on. */
const LEAST_VERSION = [2, 12] as const;
/** One message holds a task with its config and metadata, sealed. */
const LEAST_MAX_PAYLOAD = 2 * 1024 * 1024;

export interface NatsOptions {
  /** `host:port` or `nats://host:port`, all servers of a cluster. */
  readonly servers: string | readonly string[];
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  /** Path of a `.creds` file. */
  readonly credsFile?: string | undefined;
  readonly tls?: TlsOptions | undefined;
  /** Shown by the server's monitoring. */
  readonly name: string;
  /** How long a server that is connected may take until its JetStream answers, milliseconds; default 30,000. */
  readonly readyTimeoutMs?: number | undefined;
}

export type UnfitReason =
  | 'CREDENTIALS_REFUSED'
  | 'SERVER_TOO_OLD'
  | 'MAX_PAYLOAD_TOO_SMALL'
  | 'JETSTREAM_OFF'
  | 'JETSTREAM_SILENT'
  | 'DEVICES_MISSING';

/** The server answers but cannot carry this service; `message` says what to change. */
export class UnfitServer extends Error {
  override readonly name = 'UnfitServer';
  readonly reason: UnfitReason;
  constructor(reason: UnfitReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** Connects, waiting for a server for as long as it takes, and checks it. Throws UnfitServer. */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const nc = await dial(options);
  try {
    checkServer(nc.info);
    await untilJetStreamAnswers(nc, options.readyTimeoutMs ?? 30_000);
    return nc;
  } catch (error) {
    await nc.close();
    throw error;
  }
}

async function dial(options: NatsOptions): Promise<NatsConnection> {
  const settings: ConnectionOptions = {
    servers: [options.servers].flat(),
    name: options.name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 150,
    reconnectJitterTLS: 150,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    // A frozen server accepts the socket and then says nothing: do not wait for its handshake long.
    timeout: 2_000,
    noAsyncTraces: true,
  };
  if (options.user !== undefined) settings.user = options.user;
  if (options.pass !== undefined) settings.pass = options.pass;
  if (options.tls !== undefined) settings.tls = options.tls;
  if (options.credsFile !== undefined) {
    settings.authenticator = credsAuthenticator(await readFile(options.credsFile));
  }
  try {
    return withOwnRequests(await connect(settings));
  } catch (error) {
    if (!(error instanceof errors.AuthorizationError)) throw error;
    const message = 'the NATS server refuses the credentials: check user, password or .creds file';
    throw new UnfitServer('CREDENTIALS_REFUSED', message, { cause: error });
  }
}

/** Resolves when the connection has ended by itself, with why; never where it was closed from here. */
export async function connectionEnd(nc: NatsConnection): Promise<UnfitServer> {
  const cause = await nc.closed();
  if (!(cause instanceof Error)) return new Promise(() => {});
  const message = `the connection to NATS has ended for good (${cause.message}): check the credentials`;
  return new UnfitServer('CREDENTIALS_REFUSED', message, { cause });
}

/** Throws UnfitServer where a server of this description cannot carry the service. */
export function checkServer(info: Pick<ServerInfo, 'version' | 'max_payload'> | undefined): void {
  const version = info?.version ?? '';
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [leastMajor, leastMinor] = LEAST_VERSION;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) {
    throw new UnfitServer(
      'SERVER_TOO_OLD',
      `nats-server ${version} is too old: ${LEAST_VERSION.join('.')} or newer is needed`,
    );
  }
  const maxPayload = info?.max_payload ?? 0;
  if (maxPayload < LEAST_MAX_PAYLOAD) {
    throw new UnfitServer(
      'MAX_PAYLOAD_TOO_SMALL',
      `nats-server takes messages of at most ${maxPayload} bytes: set max_payload to ${LEAST_MAX_PAYLOAD} or more`,
    );
  }
}

/** A cluster that has not yet elected its leader stays silent, and a server still recovering answers 503. */
async function untilJetStreamAnswers(nc: NatsConnection, timeoutMs: number): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      await jetstreamApi(nc, 'INFO', undefined, 1_000);
      return;
    } catch (error) {
      if (jetstreamErrorCode(error) === JetStreamCode.notEnabledForAccount) {
        throw new UnfitServer('JETSTREAM_OFF', 'JetStream is not enabled for this NATS account', {
          cause: error,
        });
      }
      const off = error instanceof errors.RequestError && error.isNoResponders() && !nc.info?.jetstream;
      if (off) {
        const message =
          'JetStream is not enabled on this NATS server (start it with -js or a jetstream block)';
        throw new UnfitServer('JETSTREAM_OFF', message, { cause: error });
      }
      if (!isUnavailable(error)) throw error;
      if (performance.now() > giveUpAt) {
        const message = `JetStream did not answer within ${timeoutMs} ms: is a leader elected, is the disk full?`;
        throw new UnfitServer('JETSTREAM_SILENT', message, { cause: error });
      }
      await delay(100);
    }
  }
}
