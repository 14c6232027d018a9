/** `task-service export`: the log into a folder, to be kept, read, or imported elsewhere. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../app/config/config.ts';
import { requireData, resolveSecrets } from '../../app/start/local-secrets.ts';
import { type NatsAccess, openNatsBeside } from '../../app/start/nats-access.ts';
import { systemClock } from '../../app/system-clock.ts';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { parseSequence, type Sequence } from '../../domain/shared/ids.ts';
import { exportLog } from '../../history/moving/export-log.ts';
import { EXPORT_MANIFEST, type ExportManifest } from '../../history/moving/manifest.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { KEYS_FILE_HEAD, wrappedKeyLines } from '../../jetstream/codec/keys-file.ts';
import { USER_KEYS_STREAM } from '../../jetstream/codec/user-keys.ts';
import { CHECKPOINTS_SUBJECT, LOG_STREAM } from '../../jetstream/connection/subjects.ts';
import { JetStreamStoredLog } from '../../jetstream/log/stored-log.ts';
import { requireStreams } from '../../jetstream/provisioning/required-streams.ts';
import { createLogger } from '../../observability/logging.ts';
import { UsageError } from '../usage-error.ts';
import { optionsGiven } from './options.ts';
import { isInFolder, writeDurably } from './write-durably.ts';

export const EXPORT_HELP = `  export --to <folder>
          writes the log as lines of JSON in packed parts, with a manifest; may run while the service does, and goes on
          where an earlier one was broken off
            --after <sequence>     only the events behind that one
            --keys <file>          the keys too, wrapped by SECRETS_KEY, into a file of their own elsewhere
`;

type Print = (line: string) => void;

/** Throws UsageError, UnusableData, ConfigError, LogUnavailable. */
export async function exportTo(args: readonly string[], config: () => Config, print: Print): Promise<void> {
  const { to, after: given = '0', keys } = optionsGiven(args, ['to', 'after', 'keys']);
  if (to === undefined) throw new UsageError('export takes --to');
  const after = sequenceIn(given);
  if (keys !== undefined && isInFolder(keys, to)) {
    throw new UsageError('--keys names a file elsewhere: what opens the log is not to lie beside it');
  }
  const settings = config();
  requireData(settings);
  await withServer(settings, async (nc) => {
    await requireStreams(nc, [LOG_STREAM, USER_KEYS_STREAM]);
    const log = new JetStreamStoredLog(nc);
    const manifest = await exportLog({ log, folder: to, after, now: systemClock.now(), noteOf });
    // Behind the events: keys may be newer than the log, never older.
    if (keys !== undefined) await writeKeys(nc, settings, keys);
    await writeDurably(join(to, EXPORT_MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    print(amounts(manifest));
  });
}

function amounts({ after, last_sequence, parts, root }: ExportManifest): string {
  const events = last_sequence - after;
  return `exported: ${events} events, ${after + 1} to ${last_sequence}, in ${parts.length} parts; root ${root}`;
}

function noteOf({ subject, body }: StoredEntry): string | null {
  if (subject !== CHECKPOINTS_SUBJECT) return null;
  const { data } = JSON.parse(Buffer.from(body).toString('utf8')) as { data?: { note?: unknown } };
  return typeof data?.note === 'string' ? data.note : null;
}

function sequenceIn(text: string): Sequence {
  const sequence = /^(0|[1-9]\d{0,15})$/.test(text) ? parseSequence(Number(text)) : null;
  if (sequence === null) throw new UsageError('--after must be a sequence of the log');
  return sequence;
}

async function writeKeys(nc: NatsAccess['nc'], config: Config, file: string): Promise<void> {
  const there = await readFile(file, 'utf8').catch(() => null);
  if (there !== null && !there.startsWith(KEYS_FILE_HEAD)) {
    throw new UnusableData(`${file} holds something else`);
  }
  const { secretsKeys } = await resolveSecrets(config);
  await writeDurably(file, wrappedKeyLines(nc, secretsKeys));
}

async function withServer(config: Config, work: (nc: NatsAccess['nc']) => Promise<void>): Promise<void> {
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const access = await openNatsBeside(config, logger, `task-service export ${hostname()}`);
  try {
    await work(access.nc);
  } finally {
    await access.close();
  }
}
