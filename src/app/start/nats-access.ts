/** How the service gets to NATS: a server of its own, or the operator's. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { findNatsServer } from '../../../bootstrap/nats-server/nats-server.mjs';
import { isNewEnough, LEAST_TEXT } from '../../../bootstrap/nats-server/version.mjs';
import {
  connectionEnd,
  connectNats,
  type NatsOptions,
  UnfitServer,
} from '../../jetstream/connection/connection.ts';
import { isAccountSeed } from '../../jetstream/devices/device-logins.ts';
import { DataDirInUse } from '../../jetstream/embedded-server/data-dir-lock.ts';
import { startEmbeddedServer } from '../../jetstream/embedded-server/embedded-server.ts';
import { readServerAccess } from '../../jetstream/embedded-server/server-access.ts';
import { provisionMirrors, READERS } from '../../jetstream/provisioning/mirrors.ts';
import type { ProvisionReport } from '../../jetstream/provisioning/provision.ts';
import { type Config, ConfigError, type OutsideNats } from '../config/config.ts';
import type { VariableName } from '../config/variables.ts';
import { asConfigError } from './start-faults.ts';

const WAITING_SAID_EVERY_MS = 10_000;

export interface NatsAccess {
  readonly nc: Awaited<ReturnType<typeof connectNats>>;
  /** For further connections of this process; plain data. */
  readonly options: NatsOptions;
  /** Resolves when the connection has ended by itself and does not come back, with why. */
  readonly lost: Promise<Error>;
  /** Seed of the key that signs which devices are let in; null: none are. */
  readonly calloutSeed: Uint8Array | null;
  /** Gives those who may read the embedded server mirrors of their own; nothing with an outside server. */
  openToReaders(): Promise<ProvisionReport>;
  /** Closes the connection, and ends the embedded server. */
  close(): Promise<void>;
}

/** Throws ConfigError, NatsServerMissing, DataDirInUse, EmbeddedServerFailed, UnfitServer. */
export async function openNats(config: Config, logger: Logger, name: string): Promise<NatsAccess> {
  if (config.nats.kind === 'outside') {
    const { servers } = config.nats;
    const options = outsideOptions(config.nats, name);
    const calloutSeed = seedFrom(config.nats.calloutSeed);
    const nc = await sayingThatItWaits(connectNats(options), servers, logger);
    try {
      checkAdvisories(nc.info?.version ?? '', calloutSeed !== null, logger);
    } catch (error) {
      await nc.close();
      throw error;
    }
    return {
      nc,
      options,
      lost: connectionEnd(nc),
      calloutSeed,
      openToReaders: async () => ({ streams: [], consumers: [] }),
      close: () => nc.close(),
    };
  }
  const { serverBin, port, mqttPort, readerPasswords } = config.nats;
  const named = serverBin === null ? {} : { NATS_SERVER_BIN: serverBin };
  const { binary } = await findNatsServer({ env: { ...process.env, ...named } });
  const embedded = await startEmbeddedServer({
    binary,
    dataDir: config.dataDir,
    port,
    mqttPort,
    readerPasswords,
    logger,
  }).catch((error: unknown) => {
    throw asConfigError(`DATA_DIR: ${config.dataDir}`, error);
  });
  try {
    const { servers, user, pass } = embedded;
    const options = { servers, user, pass, name };
    const nc = await connectNats(options);
    return {
      nc,
      options,
      lost: connectionEnd(nc),
      calloutSeed: mqttPort === null ? null : embedded.calloutSeed,
      openToReaders: () => {
        const readers = READERS.filter((reader) => readerPasswords[reader] !== null);
        return provisionMirrors({ servers, pass, readers });
      },
      close: async () => {
        await nc.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}

/** As `openNats`, for a command that may work while the service runs: with the server of that, where it runs. */
export async function openNatsBeside(config: Config, logger: Logger, name: string): Promise<NatsAccess> {
  try {
    return await openNats(config, logger, name);
  } catch (error) {
    if (!(error instanceof DataDirInUse)) throw error;
    const access = await readServerAccess(config.dataDir, error.pid);
    if (access === null) throw error;
    const { servers, user, pass } = access;
    const options = { servers, user, pass, name };
    const nc = await connectNats(options);
    return {
      nc,
      options,
      lost: connectionEnd(nc),
      calloutSeed: null,
      openToReaders: async () => ({ streams: [], consumers: [] }),
      close: () => nc.close(),
    };
  }
}

/** Throws UnfitServer for a server that devices are not to be let in to. One that is not ours is the operator's to renew. */
export function checkAdvisories(version: string, hasDevices: boolean, logger: Logger): void {
  if (isNewEnough(version)) return;
  if (!hasDevices) {
    logger.warn({ version }, `there are known advisories for this nats-server: ${LEAST_TEXT} has none`);
    return;
  }
  const message = `devices are not let in to nats-server ${version}, for which there are known advisories: ${LEAST_TEXT} is needed, or no NATS_CALLOUT_SEED`;
  throw new UnfitServer('SERVER_TOO_OLD', message);
}

/** Throws ConfigError where it is mistyped. */
function seedFrom(text: string | null): Uint8Array | null {
  if (text === null) return null;
  const seed = Buffer.from(text);
  if (!isAccountSeed(seed))
    throw new ConfigError(['NATS_CALLOUT_SEED is no seed: its checksum does not fit']);
  return seed;
}

/** A server that is not there is waited for without end, and so is one whose TLS does not fit: said every ten seconds. */
async function sayingThatItWaits<T>(
  connecting: Promise<T>,
  servers: readonly string[],
  logger: Logger,
): Promise<T> {
  const timer = setInterval(() => {
    logger.warn({ servers }, 'still no connection to NATS: is it there, do address and TLS files fit?');
  }, WAITING_SAID_EVERY_MS);
  try {
    return await connecting;
  } finally {
    clearInterval(timer);
  }
}

/** How a connection to the operator's servers is made; reads the PEM files. Throws ConfigError where it cannot. */
export function outsideOptions(nats: OutsideNats, name: string): NatsOptions {
  const { servers, user, password, credsFile, tlsDir } = nats;
  if (credsFile !== null) readable('NATS_CREDS', credsFile);
  return {
    servers,
    name,
    user: user ?? undefined,
    pass: password ?? undefined,
    credsFile: credsFile ?? undefined,
    tls:
      tlsDir === null && !servers.some((server) => server.startsWith('tls://'))
        ? undefined
        : pemFilesIn(tlsDir),
  };
}

/**
 * Of a folder as Kubernetes and cert-manager write it. Settings, were they empty, that a connection without TLS does not
 * fit: by itself the client would do without.
 */
function pemFilesIn(folder: string | null): NonNullable<NatsOptions['tls']> {
  if (folder === null) return {};
  const pem = (name: string) => {
    const file = join(folder, name);
    return existsSync(file) ? readable('NATS_TLS_DIR', file) : undefined;
  };
  const [ca, cert, key] = [pem('ca.crt'), pem('tls.crt'), pem('tls.key')];
  if (ca === undefined && cert === undefined && key === undefined) {
    throw new ConfigError([`NATS_TLS_DIR: ${folder} has neither ca.crt nor tls.crt and tls.key`]);
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new ConfigError([`NATS_TLS_DIR: of tls.crt and tls.key, ${folder} has one alone`]);
  }
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { cert, key }),
  };
}

function readable(variable: VariableName, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new ConfigError([`${variable}: ${file} cannot be read (${code})`]);
  }
}
