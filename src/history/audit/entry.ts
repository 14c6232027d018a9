/**
 * What the tree has of an event: where it stands and the hash of what is stored, never the content. So an entry is small
 * however large the event is, and who may see the tree sees nothing that people wrote. The event of sequence n is leaf
 * n - 1: the order is the tree's.
 */
import { hash } from 'node:crypto';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { leafHash } from './merkle.ts';

export function treeEntry({ subject, body }: Pick<StoredEntry, 'subject' | 'body'>): Buffer {
  return Buffer.from(`task-service/entry/v1\n${subject}\n${hash('sha256', body, 'hex')}\n`);
}

export function entryLeaf(entry: Pick<StoredEntry, 'subject' | 'body'>): Buffer {
  return leafHash(treeEntry(entry));
}
