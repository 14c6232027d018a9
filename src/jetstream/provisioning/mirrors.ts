/**
 * Copies of the service's streams in the accounts of those who read them (nats-server.conf, docs/accounts.md).
 *
 * Whoever may make consumers on a stream can delete those of others and eat from them. So subscribers and auditors
 * get no access to the service's account: the server keeps a mirror of each stream in theirs, and that is what they
 * read. Of the embedded server's readers those with a password have mirrors; those without have none.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { connectNats } from '../connection/connection.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { type Declaration, loadDeclarations } from './declarations.ts';
import { type ProvisionReport, provision } from './provision.ts';

export type Reader = 'subscriber' | 'auditor';

/** The streams that each may read; those that the service does not have are left out. */
const READABLE: Readonly<Record<Reader, readonly string[]>> = {
  subscriber: ['TASK_LOG', 'TASK_EVENTS'],
  auditor: ['TASK_LOG'],
};
export const READERS = Object.keys(READABLE) as Reader[];

/** What a mirror shares with its origin besides the messages: how long they are kept. */
const KEPT_LIKE_ORIGIN = ['max_age', 'max_msgs', 'max_bytes', 'max_msgs_per_subject'];

export interface MirrorOptions {
  /** The embedded server. */
  readonly servers: string;
  /** Of the users that make mirrors, `<reader>-setup`. */
  readonly pass: string;
  /** Who has mirrors; the others' are removed. */
  readonly readers: readonly Reader[];
}

/** Makes the mirrors what `readers` says. Throws as `provision` does. */
export async function provisionMirrors(options: MirrorOptions): Promise<ProvisionReport> {
  const { servers, pass, readers } = options;
  const origins = await loadDeclarations();
  const reports = await Promise.all(
    READERS.map(async (reader) => {
      const nc = await connectNats({ servers, user: `${reader}-setup`, pass, name: `${reader}-setup` });
      try {
        const mirrors = origins
          .filter(({ name }) => READABLE[reader].includes(name))
          .map((origin) => mirrorOf(origin, reader));
        if (readers.includes(reader)) return await provision(nc, { replicas: 1, declarations: mirrors });
        for (const { name } of mirrors) await remove(nc, name);
        return { streams: [], consumers: [] };
      } finally {
        await nc.close();
      }
    }),
  );
  return { streams: reports.flatMap(({ streams }) => streams), consumers: [] };
}

function mirrorOf(origin: Declaration, reader: Reader): Declaration {
  const { name } = origin;
  const { description, ...settings } = origin.settings(1);
  const kept = Object.entries(settings).filter(([field]) => KEPT_LIKE_ORIGIN.includes(field));
  return {
    name,
    settings: (replicas) => ({
      name,
      description: `For the ${reader}: ${description}`,
      storage: 'file',
      num_replicas: replicas,
      allow_direct: true,
      deny_delete: true,
      deny_purge: true,
      ...Object.fromEntries(kept),
      mirror: { name, external: { api: 'service.api', deliver: `mirror.${reader}` } },
    }),
    consumers: [],
    isDisposable: false,
    wayOut: `The mirror can be made anew: start once without a password for the ${reader}, then with it.`,
  };
}

async function remove(nc: NatsConnection, stream: string): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.DELETE.${stream}`, undefined, 5_000);
  } catch (error) {
    if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw unavailableOr(error);
  }
}
