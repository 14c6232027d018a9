import type { NatsAccess } from '../../app/start/nats-access.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { entryLeaf } from '../../history/audit/entry.ts';
import { GrowingTree } from '../../history/audit/merkle.ts';
import { JetStreamStoredLog } from '../../jetstream/log/stored-log.ts';

/**
 * Of the tree over the log's first events, read from the log itself; null where one of them is not there. Throws
 * LogUnavailable.
 */
export async function logRoot(nc: NatsAccess['nc'], size: number): Promise<string | null> {
  const tree = new GrowingTree();
  const everybody = { userId: null, taskId: null };
  const log = new JetStreamStoredLog(nc);
  for await (const page of log.pages(everybody, 0 as Sequence, size as Sequence)) {
    for (const entry of page) {
      if (entry.sequence !== tree.size + 1) return null;
      tree.add(entryLeaf(entry));
    }
  }
  return tree.size === size ? tree.root().toString('base64') : null;
}
