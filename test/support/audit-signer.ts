import pino from 'pino';
import { ulidIds } from '../../src/app/ulid-ids.ts';
import { LogTree } from '../../src/history/audit/log-tree.ts';
import type { SignerKeys } from '../../src/history/audit/note.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../src/history/audit/note.ts';
import { AuditSigner } from '../../src/history/audit/signer.ts';
import { JetStreamCheckpointLog } from '../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamStoredLog } from '../../src/jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../../src/jetstream/views/audit-tiles.ts';
import { testClock } from './clock.ts';
import type { Stack } from './parts/stack.ts';

export const AUDIT_SIGNER = parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 3))) as SignerKey;

/** Signs what is in the log, as the service does after a minute. */
export async function signCheckpoint(
  { nc }: Pick<Stack, 'nc'>,
  keys: SignerKeys = { signer: AUDIT_SIGNER, outgoing: null },
): Promise<void> {
  const log = new JetStreamStoredLog(nc);
  const signer = new AuditSigner({
    log,
    tree: new LogTree(log, new JetStreamAuditTiles(nc)),
    checkpoints: new JetStreamCheckpointLog(nc, new GroupCommit(nc)),
    seen: { read: async () => null, write: async () => {} },
    ...keys,
    lease: { run: async () => {}, holder: () => null },
    clock: testClock,
    ids: ulidIds(),
    logger: pino({ level: 'silent' }),
    due: { events: 1, ms: 0 },
  });
  await signer.runOnce({ holds: () => true });
}
