/**
 * What the tree has of an event: where it stands and the hash of what is stored, never the content. So an entry is small
 * however large the event is, and who may see the tree sees nothing that people wrote. The event of sequence n is leaf
 * n - 1: the order is the tree's.
 */
import { hash } from 'node:crypto';
import type { EntryDigest, StoredEntry } from '../../application/ports/log/audit.ts';
import { leafHash } from './merkle.ts';

/** What an event is in the tree by: its bytes, or their hash. */
export type EntrySource = Pick<StoredEntry, 'subject' | 'body'> | Pick<EntryDigest, 'subject' | 'hash'>;

export function treeEntry(entry: EntrySource): Buffer {
  const hex = 'hash' in entry ? entry.hash : hash('sha256', entry.body, 'hex');
  return Buffer.from(`task-service/entry/v1\n${entry.subject}\n${hex}\n`);
}

export function entryLeaf(entry: EntrySource): Buffer {
  return leafHash(treeEntry(entry));
}
