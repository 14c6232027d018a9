/** How the service gets to NATS: a server of its own, or the operator's. */
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { findNatsServer } from '../bootstrap/nats-server.mjs';
import type { Config, OutsideNats } from './config.ts';
import { connectionEnd, connectNats, type NatsOptions } from './jetstream/connection.ts';
import { startEmbeddedServer } from './jetstream/embedded-server.ts';

export interface NatsAccess {
  readonly nc: Awaited<ReturnType<typeof connectNats>>;
  /** For further connections of this process; plain data. */
  readonly options: NatsOptions;
  /** Resolves when the connection has ended by itself and does not come back, with why. */
  readonly lost: Promise<Error>;
  /** Closes the connection, and ends the embedded server. */
  close(): Promise<void>;
}

/** Throws NatsServerMissing, DataDirInUse, EmbeddedServerFailed, UnfitServer. */
export async function openNats(config: Config, logger: Logger, name: string): Promise<NatsAccess> {
  if (config.nats.kind === 'outside') {
    const options = outsideOptions(config.nats, name);
    const nc = await connectNats(options);
    return { nc, options, lost: connectionEnd(nc), close: () => nc.close() };
  }
  const { serverBin, port } = config.nats;
  const binary = serverBin ?? (await findNatsServer()).binary;
  const embedded = await startEmbeddedServer({ binary, dataDir: config.dataDir, port, logger });
  try {
    const { servers, user, pass } = embedded;
    const options = { servers, user, pass, name };
    const nc = await connectNats(options);
    return {
      nc,
      options,
      lost: connectionEnd(nc),
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

function outsideOptions(nats: OutsideNats, name: string): NatsOptions {
  const { servers, user, password, token, credsFile, tls } = nats;
  const pem = (file: string | null) => (file === null ? undefined : readFileSync(file, 'utf8'));
  return {
    servers,
    name,
    user: user ?? undefined,
    pass: password ?? undefined,
    token: token ?? undefined,
    credsFile: credsFile ?? undefined,
    tls:
      tls === null
        ? undefined
        : Object.fromEntries(
            Object.entries({ ca: pem(tls.caFile), cert: pem(tls.certFile), key: pem(tls.keyFile) }).filter(
              ([, value]) => value !== undefined,
            ),
          ),
  };
}
