/**
 * Makes the server's streams and consumers what `streams/*.json` declares, at every start. Only what is declared is
 * compared; what an operator has set beside it stays. A difference is applied and reported. What JetStream cannot change
 * is refused whole, before the service works on the wrong stream, with the declaration's own way out.
 *
 * Any number of services may do this at once: creating what is there under the same settings is no error, and what
 * another has just created is read again. A stream that never lets a message be deleted, and is declared to, is made anew
 * (`remake.ts`). On a cluster that has no leader yet a creation is dropped without a word, and
 * one that has not heard of all its servers since it started finds no place for it: so each request waits one second
 * and is sent again, for half a minute.
 */
import { isDeepStrictEqual } from 'node:util';
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { type ConsumerSettings, type Declaration, loadDeclarations } from './declarations.ts';
import { remakeDeletable } from './remake.ts';

const REQUEST_TIMEOUT_MS = 1_000;
const PATIENCE_MS = 30_000;

export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface Provisioned {
  readonly name: string;
  /** `remade`: with all that was in it, or empty where that is made again by the service. */
  readonly action: 'created' | 'unchanged' | 'updated' | 'remade';
  readonly changes: readonly Change[];
}

export interface ProvisionReport {
  readonly streams: readonly Provisioned[];
  /** `name` is `<stream>/<consumer>`. */
  readonly consumers: readonly Provisioned[];
}

export interface ProvisionOptions {
  readonly replicas: number;
  /** Default: the project's `streams/*.json`. */
  readonly declarations?: readonly Declaration[];
  /** Subject under which another account's JetStream API is imported; default: that of the connection's own. */
  readonly api?: string;
  /** How long a server that does not answer is asked again, milliseconds; default 30,000. */
  readonly patienceMs?: number;
}

/** A stored stream or consumer differs in what JetStream cannot change, or the server cannot hold what is declared. */
export class IncompatibleStream extends Error {
  override readonly name = 'IncompatibleStream';
  readonly stream: string;
  readonly changes: readonly Change[];
  readonly wayOut: string;
  constructor(name: string, changes: readonly Change[], wayOut: string, cause: unknown) {
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    super(`${name} cannot be made what is declared: ${changes.map(shown).join(', ')}${reason}. ${wayOut}`, {
      cause,
    });
    this.stream = name;
    this.changes = changes;
    this.wayOut = wayOut;
  }
}

function shown({ field, from, to }: Change): string {
  return `${field} is ${JSON.stringify(from)}, declared ${JSON.stringify(to)}`;
}

/**
 * Applies the declarations, streams first. Throws IncompatibleStream, and LogUnavailable where the server does not
 * answer for 30 s (`patienceMs`).
 */
export async function provision(nc: NatsConnection, options: ProvisionOptions): Promise<ProvisionReport> {
  const declarations = options.declarations ?? (await loadDeclarations());
  const { api, patienceMs = PATIENCE_MS } = options;
  const server: Server = { nc, api, patienceMs };
  const streams: Provisioned[] = [];
  const consumers: Provisioned[] = [];
  for (const declaration of declarations) {
    streams.push(await provisionStream(server, declaration, options.replicas));
    for (const settings of declaration.consumers) {
      consumers.push(await provisionConsumer(server, declaration, settings));
    }
  }
  return { streams, consumers };
}

/** How many replicas a stream has; null where there is no such stream. Throws LogUnavailable. */
export async function storedReplicas(nc: NatsConnection, stream: string): Promise<number | null> {
  const server = { nc, api: undefined, patienceMs: PATIENCE_MS };
  const stored = await storedConfig(server, `STREAM.INFO.${stream}`);
  return stored === null ? null : Number(stored.num_replicas);
}

interface Server {
  readonly nc: NatsConnection;
  readonly api: string | undefined;
  readonly patienceMs: number;
}

async function provisionStream(
  server: Server,
  declaration: Declaration,
  replicas: number,
): Promise<Provisioned> {
  const wanted = declaration.settings(replicas);
  const { isDisposable } = declaration;
  const isOwn = server.api === undefined;
  const remade =
    isOwn && (await patiently(server, () => remakeDeletable({ nc: server.nc, wanted, isDisposable })));
  const reconciled = await reconcile(server, {
    name: wanted.name,
    wanted,
    wayOut: declaration.wayOut,
    read: `STREAM.INFO.${wanted.name}`,
    create: { subject: `STREAM.CREATE.${wanted.name}`, body: (config) => config },
    update: { subject: `STREAM.UPDATE.${wanted.name}`, body: (config) => config },
  });
  return remade ? { ...reconciled, action: 'remade' } : reconciled;
}

async function provisionConsumer(
  server: Server,
  declaration: Declaration,
  wanted: ConsumerSettings,
): Promise<Provisioned> {
  const stream = declaration.name;
  const filter = wanted.filter_subject === undefined ? '' : `.${wanted.filter_subject}`;
  const subject = `CONSUMER.CREATE.${stream}.${wanted.name}${filter}`;
  return await reconcile(server, {
    name: `${stream}/${wanted.name}`,
    wanted,
    wayOut: `Stop the workers, delete the consumer (nats consumer rm ${stream} ${wanted.name}) and start again: what it had delivered and not seen acknowledged is delivered anew.`,
    read: `CONSUMER.INFO.${stream}.${wanted.name}`,
    create: { subject, body: (config) => ({ stream_name: stream, config, action: 'create' }) },
    update: { subject, body: (config) => ({ stream_name: stream, config, action: 'update' }) },
  });
}

type Config = Readonly<Record<string, unknown>>;
interface Asset {
  readonly name: string;
  readonly wanted: Config;
  readonly wayOut: string;
  readonly read: string;
  readonly create: { readonly subject: string; body(config: Config): unknown };
  readonly update: { readonly subject: string; body(config: Config): unknown };
}

async function reconcile(server: Server, asset: Asset): Promise<Provisioned> {
  for (;;) {
    const stored = await storedConfig(server, asset.read);
    if (stored === null) {
      if (await create(server, asset)) return { name: asset.name, action: 'created', changes: [] };
      continue; // another service was faster
    }
    const changes = differences(asset.wanted, stored);
    if (changes.length === 0) return { name: asset.name, action: 'unchanged', changes };
    await update(server, asset, stored, changes);
    return { name: asset.name, action: 'updated', changes };
  }
}

async function storedConfig(server: Server, subject: string): Promise<Config | null> {
  try {
    return (await asked<{ config: Config }>(server, subject, undefined)).config;
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === JetStreamCode.streamNotFound || code === JetStreamCode.consumerNotFound) return null;
    throw error;
  }
}

/** False where another service has just created it under other settings. */
async function create(server: Server, asset: Asset): Promise<boolean> {
  try {
    await asked(server, asset.create.subject, asset.create.body(asset.wanted));
    return true;
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === JetStreamCode.streamNameInUse || code === JetStreamCode.consumerExists) return false;
    throw refusal(asset, differences(asset.wanted, {}), error);
  }
}

/**
 * What is stored and not declared is sent back as it was. An update that the server does not carry out is refused. Its
 * answer alone does not tell: the first update of a consumer after a start of the server is answered with what was.
 */
async function update(
  server: Server,
  asset: Asset,
  stored: Config,
  changes: readonly Change[],
): Promise<void> {
  try {
    const body = asset.update.body({ ...stored, ...asset.wanted });
    const { config } = await asked<{ config: Config }>(server, asset.update.subject, body);
    const isDone = differences(asset.wanted, config).length === 0;
    const left = isDone ? [] : differences(asset.wanted, (await storedConfig(server, asset.read)) ?? config);
    if (left.length > 0) throw new IncompatibleStream(asset.name, left, asset.wayOut, null);
  } catch (error) {
    throw error instanceof IncompatibleStream ? error : refusal(asset, changes, error);
  }
}

function refusal(asset: Asset, changes: readonly Change[], error: unknown): unknown {
  switch (jetstreamErrorCode(error)) {
    case null:
      return error;
    case JetStreamCode.replicasNeedCluster:
    case JetStreamCode.noSuitablePeers: {
      const replicas = changes.filter(({ field }) => field === 'num_replicas');
      return new IncompatibleStream(
        asset.name,
        replicas,
        'Set REPLICAS to at most the number of servers in the cluster, and see that all of them are there.',
        error,
      );
    }
    case JetStreamCode.streamNotFound:
      return error;
    case JetStreamCode.insufficientResources:
      return error;
    default:
      return new IncompatibleStream(asset.name, changes, asset.wayOut, error);
  }
}

/** Fields that the server leaves out where they have this value. */
const LEFT_OUT: Config = { persist_mode: 'default' };

function differences(wanted: Config, stored: Config): Change[] {
  return Object.entries(wanted).flatMap(([field, to]) => {
    const from = stored[field] ?? LEFT_OUT[field] ?? (to === false ? false : null);
    return isDeepStrictEqual(from, to) ? [] : [{ field, from, to }];
  });
}

function asked<Answer>(server: Server, subject: string, body: unknown): Promise<Answer> {
  const { nc, api } = server;
  return patiently(server, () => jetstreamApi<Answer>(nc, subject, body, REQUEST_TIMEOUT_MS, api));
}

async function patiently<Answer>({ nc, patienceMs }: Server, ask: () => Promise<Answer>): Promise<Answer> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = isUnavailable(error) || jetstreamErrorCode(error) === JetStreamCode.noSuitablePeers;
      if (!isPassing || nc.isClosed() || performance.now() > giveUpAt) throw unavailableOr(error);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
