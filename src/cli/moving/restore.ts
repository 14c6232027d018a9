/** `task-service restore`: what `backup` has kept, on a server that holds nothing of a service. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Config } from '../../app/config/config.ts';
import { resolveSecrets } from '../../app/start/local-secrets.ts';
import { type NatsAccess, openNats } from '../../app/start/nats-access.ts';
import { provisionAs } from '../../app/start/provisioning.ts';
import { systemClock } from '../../app/system-clock.ts';
import { ulidIds } from '../../app/ulid-ids.ts';
import { openCheckpoint } from '../../history/audit/checkpoint.ts';
import type { TreeHead } from '../../history/audit/merkle.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { UserKeys } from '../../jetstream/codec/user-keys.ts';
import { LEASES_STREAM } from '../../jetstream/leases/bucket.ts';
import { acceptLoss } from '../../jetstream/log-guard/accept-loss.ts';
import { describeLoss, findLoss } from '../../jetstream/log-guard/find-loss.ts';
import { replicasCarried } from '../../jetstream/provisioning/replicas.ts';
import { markRestore, removeRestoreMark, restoreUnderWay } from '../../jetstream/snapshots/restore-mark.ts';
import { restoreWhole } from '../../jetstream/snapshots/restore-stream.ts';
import { type StreamSnapshot, snapshotInfo } from '../../jetstream/snapshots/snapshot.ts';
import { viewStreams } from '../../jetstream/views/view-streams.ts';
import { createLogger } from '../../observability/logging.ts';
import { verifierKey } from '../auditing/audit-trust.ts';
import { UsageError } from '../usage-error.ts';
import { requireNoInstance } from './alone.ts';
import {
  type BackupManifest,
  KEPT_STREAMS,
  KEY_STREAMS,
  LATER_STREAMS,
  readBackup,
  snapshotChunks,
} from './backup-folder.ts';
import { logRoot } from './log-root.ts';
import { optionsGiven } from './options.ts';
import { requireKeyOfOrigin } from './require-key.ts';

export const RESTORE_HELP = `  restore --from <folder> --keys <folder>
          restores a backup on a server without a log, and checks that all of it is there; only while no instance runs
            --checkpoint <file>    a signed checkpoint that is held: a log that ends before it is refused
            --vkey <key|file>      the public key that it is checked with
            --accept-loss          such a log is restored all the same, and the loss is recorded in it
`;

type Print = (line: string) => void;

/** Throws UsageError, UnusableData, ConfigError, ServiceRuns, WrongSecretsKey, RestoreIncomplete, LogUnavailable. */
export async function restoreFrom(
  args: readonly string[],
  config: () => Config,
  print: Print,
): Promise<void> {
  const given = optionsGiven(args, ['from', 'keys', 'checkpoint', 'vkey'], ['accept-loss']);
  const { from, keys, checkpoint, vkey } = given;
  if (from === undefined || keys === undefined) throw new UsageError('restore takes --from and --keys');
  if ((checkpoint === undefined) !== (vkey === undefined)) {
    throw new UsageError('--checkpoint and --vkey belong together');
  }
  if (given['accept-loss'] && checkpoint === undefined) {
    throw new UsageError('--accept-loss takes --checkpoint: it says what is lost');
  }
  const settings = config();
  requireKeyOfOrigin(settings);
  const head = checkpoint === undefined || vkey === undefined ? null : await heldHead(checkpoint, vkey);
  const folders: Folders = {
    from,
    keys,
    backup: await readBackup(from, [...KEPT_STREAMS, ...LATER_STREAMS]),
    ofKeys: await readBackup(keys, KEY_STREAMS),
  };
  requireFit(folders, head, given['accept-loss']);
  const logger = createLogger({ level: 'error', format: settings.logFormat });
  const access = await openNats(settings, logger, `task-service restore ${hostname()}`);
  try {
    const { nc } = access;
    await requireNothingElse(nc, folders.backup.id);
    // Who never had leases has no bucket for them.
    if ((await snapshotInfo(nc, LEASES_STREAM)) !== null) await requireNoInstance(nc, logger);
    if ((await restoreUnderWay(nc)) === null) await markRestore(nc, folders.backup.id);
    await restoreStreams(nc, settings, folders, print);
    await checkLog(nc, folders.backup, head);
    const { secretsKeys } = await resolveSecrets(settings);
    await new UserKeys(nc, secretsKeys).check();
    await provisionAs(settings, nc);
    await recordLoss(nc, head, print);
    await removeRestoreMark(nc);
    print('restored: the views are made anew at the next start');
  } finally {
    await access.close();
  }
}

interface Folders {
  readonly from: string;
  readonly keys: string;
  readonly backup: BackupManifest;
  readonly ofKeys: BackupManifest;
}

async function restoreStreams(
  nc: NatsAccess['nc'],
  { replicas }: Config,
  { from, keys, backup, ofKeys }: Folders,
  print: Print,
): Promise<void> {
  const num_replicas = replicas ?? (await replicasCarried(nc));
  for (const [folder, { streams }] of [
    [keys, ofKeys],
    [from, backup],
  ] as const) {
    for (const { name, config, state } of streams) {
      const snapshot: StreamSnapshot = { name, config: { ...config, num_replicas }, state };
      await restoreWhole(nc, snapshot, () => snapshotChunks(folder, snapshot));
      print(`${name}: ${state.messages} messages through ${state.last_seq}`);
    }
  }
}

async function heldHead(file: string, vkey: string): Promise<TreeHead> {
  const key = await verifierKey(vkey);
  const note = await readFile(file, 'utf8').catch(() => {
    throw new UnusableData(`${file} cannot be read`);
  });
  const opened = openCheckpoint(note, key);
  if (opened.kind === 'refused') throw new UnusableData(`--checkpoint: ${opened.fault}`);
  return opened.checkpoint;
}

/** What can be seen without a server. Throws UnusableData. */
function requireFit(
  { from, keys, backup, ofKeys }: Folders,
  head: TreeHead | null,
  isAccepted: boolean,
): void {
  if (backup.id !== ofKeys.id)
    throw new UnusableData(`${keys} holds the keys of another backup than ${from}`);
  const log = backup.streams.find(({ name }) => name === 'TASK_LOG');
  if (log === undefined) throw new UnusableData(`${from} holds no log`);
  if (!ofKeys.streams.some(({ name }) => name === 'KV_USER_KEYS')) {
    throw new UnusableData(`${keys} holds no keys of users`);
  }
  if (head === null || log.state.last_seq >= head.size || isAccepted) return;
  const ends = `the backup ends with event ${log.state.last_seq}, behind the checkpoint of ${head.size}`;
  throw new UnusableData(`${ends}: take a later backup, or accept the loss by --accept-loss`);
}

/** A server that holds another log keeps it. Throws UnusableData. */
async function requireNothingElse(nc: NatsAccess['nc'], id: string): Promise<void> {
  const underWay = await restoreUnderWay(nc);
  if (underWay === id) return;
  if (underWay !== null)
    throw new UnusableData('another backup was being restored here: repeat that, or take an empty server');
  const views = await viewStreams(nc);
  for (const name of [...KEPT_STREAMS, 'KV_USER_KEYS', ...LATER_STREAMS, ...views]) {
    const there = await snapshotInfo(nc, name);
    if (there === null || there.state.messages === 0) continue;
    throw new UnusableData(`${name} holds ${there.state.messages} messages here: restore on an empty server`);
  }
}

/** Throws UnusableData where the restored log is another than was kept, or than was signed. */
async function checkLog(nc: NatsAccess['nc'], { log }: BackupManifest, head: TreeHead | null): Promise<void> {
  if (log !== null && (await logRoot(nc, log.size)) !== log.root) {
    throw new UnusableData(
      `the restored log is not what was kept: its root over ${log.size} events is another`,
    );
  }
  const last = (await snapshotInfo(nc, 'TASK_LOG'))?.state.last_seq ?? 0;
  if (head === null || head.size > last) return;
  if ((await logRoot(nc, head.size)) !== head.root.toString('base64')) {
    throw new UnusableData(
      `FORKED: the backup is not of the log that the checkpoint of ${head.size} was signed for`,
    );
  }
}

async function recordLoss(nc: NatsAccess['nc'], head: TreeHead | null, print: Print): Promise<void> {
  const loss = await findLoss(nc, head?.size ?? 0);
  if (loss === null) return;
  if (loss.inside > 0) throw new UnusableData(describeLoss(loss));
  const { 'this process': checkpoint, ...others } = loss.known;
  const known = { ...others, ...(checkpoint === undefined ? {} : { 'a checkpoint': checkpoint }) };
  if (head === null) throw new UnusableData(describeLoss(loss));
  await acceptLoss({ nc, clock: systemClock, ids: ulidIds() }, { ...loss, known });
  print(
    `the loss of events ${loss.from} to ${loss.through} is recorded in the log behind event ${loss.last}`,
  );
}
