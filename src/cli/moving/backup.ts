/** `task-service backup`: all that cannot be made again, as JetStream's snapshots. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Config } from '../../app/config/config.ts';
import { requireData } from '../../app/start/local-secrets.ts';
import { type NatsAccess, openNatsBeside } from '../../app/start/nats-access.ts';
import { systemClock } from '../../app/system-clock.ts';
import { USER_KEYS_STREAM } from '../../jetstream/codec/user-keys.ts';
import { LOG_STREAM } from '../../jetstream/connection/subjects.ts';
import { requireStreams } from '../../jetstream/provisioning/required-streams.ts';
import { requireNoRestore } from '../../jetstream/snapshots/restore-mark.ts';
import { createLogger } from '../../observability/logging.ts';
import { UsageError } from '../usage-error.ts';
import {
  beginFolder,
  endFolder,
  KEPT_STREAMS,
  KEY_STREAMS,
  type KeptStream,
  keepStream,
  LATER_STREAMS,
} from './backup-folder.ts';
import { logRoot } from './log-root.ts';
import { optionsGiven } from './options.ts';
import { isInFolder } from './write-durably.ts';

export const BACKUP_HELP = `  backup --to <folder> --keys <folder>
          keeps the log and all that cannot be made again from it in one folder, the keys, wrapped, in another; may run
          while the service does
`;

type Print = (line: string) => void;

/** Throws UsageError, UnusableData, ConfigError, StreamMissing, LogUnavailable. */
export async function backUp(args: readonly string[], config: () => Config, print: Print): Promise<void> {
  const { to, keys } = optionsGiven(args, ['to', 'keys']);
  if (to === undefined || keys === undefined) throw new UsageError('backup takes --to and --keys');
  if (isInFolder(keys, to) || isInFolder(to, keys)) {
    throw new UsageError('--keys names a folder elsewhere: what opens the log is not to lie beside it');
  }
  const settings = config();
  requireData(settings);
  const logger = createLogger({ level: 'error', format: settings.logFormat });
  const access = await openNatsBeside(settings, logger, `task-service backup ${hostname()}`);
  try {
    const { nc } = access;
    await requireNoRestore(nc);
    await requireStreams(nc, [LOG_STREAM, USER_KEYS_STREAM]);
    await beginFolder(to);
    await beginFolder(keys);
    const before = await keepAll(nc, to, KEPT_STREAMS);
    const ofKeys = await keepAll(nc, keys, KEY_STREAMS);
    const after = await keepAll(nc, to, LATER_STREAMS);
    const size = before.find(({ name }) => name === LOG_STREAM)?.state.last_seq ?? 0;
    const root = await logRoot(nc, size);
    const given = { id: randomUUID(), created_at: systemClock.now() };
    await endFolder(keys, { ...given, log: null, streams: [...ofKeys] });
    const log = root === null ? null : { size, root };
    await endFolder(to, { ...given, log, streams: [...before, ...after] });
    for (const { name, state } of [...before, ...ofKeys, ...after]) {
      print(`${name}: ${state.messages} messages through ${state.last_seq}`);
    }
    print(
      root === null ? 'kept; the log has holes, so it has no root' : `kept: log of ${size}, root ${root}`,
    );
  } finally {
    await access.close();
  }
}

/** One after another, in their order; one that this server never had is left out. */
async function keepAll(
  nc: NatsAccess['nc'],
  folder: string,
  names: readonly KeptStream['name'][],
): Promise<readonly KeptStream[]> {
  const kept: KeptStream[] = [];
  for (const name of names) {
    const stream = await keepStream(nc, folder, name);
    if (stream !== null) kept.push(stream);
  }
  return kept;
}
