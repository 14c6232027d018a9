/** Checkpoints (c2sp.org/tlog-checkpoint): a signed note of the log's origin, its size, and the root of its tree. */
import { HASH_BYTES, type TreeHead } from './merkle.ts';
import { exactBase64, type NoteFault, openNote, type SignerKey, signNote, type VerifierKey } from './note.ts';

export interface LogCheckpoint extends TreeHead {
  readonly origin: string;
}

/** By one key, or by two of the same name where the log's key is changed. */
export function signedCheckpoint(
  { size, root }: TreeHead,
  signer: SignerKey,
  ...more: readonly SignerKey[]
): string {
  return signNote(`${signer.verifier.name}\n${size}\n${root.toString('base64')}\n`, signer, ...more);
}

/** Null for text that is no checkpoint. */
export function parseCheckpoint(text: string): LogCheckpoint | null {
  const [origin = '', size = '', root = '', ...extensions] = text.split('\n');
  const bytes = exactBase64(root);
  const isWhole = text.endsWith('\n') && extensions.at(-1) === '' && !extensions.slice(0, -1).includes('');
  if (!isWhole || origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || bytes?.length !== HASH_BYTES)
    return null;
  if (!Number.isSafeInteger(Number(size))) return null;
  return { origin, size: Number(size), root: bytes };
}

/** What the note says that it is of; nobody's word. */
export function originOf(note: string): string {
  return note.slice(0, Math.max(0, note.indexOf('\n')));
}

export type CheckpointFault = NoteFault | 'MALFORMED_CHECKPOINT' | 'FOREIGN_ORIGIN';

export type OpenedCheckpoint =
  | {
      readonly kind: 'checkpoint';
      readonly checkpoint: LogCheckpoint;
      readonly by: readonly VerifierKey[];
    }
  | { readonly kind: 'refused'; readonly fault: CheckpointFault };

/** What a note says, where it is signed by a key of the log for the log's own origin, which is the key's name. */
export function openCheckpoint(note: string, ...log: readonly VerifierKey[]): OpenedCheckpoint {
  const opened = openNote(note, log);
  if (opened.kind === 'refused') return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === null) return { kind: 'refused', fault: 'MALFORMED_CHECKPOINT' };
  if (opened.by.some(({ name }) => name !== checkpoint.origin)) {
    return { kind: 'refused', fault: 'FOREIGN_ORIGIN' };
  }
  return { kind: 'checkpoint', checkpoint, by: opened.by };
}
