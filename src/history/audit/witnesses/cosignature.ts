/**
 * Cosignatures (c2sp.org/tlog-cosignature, Ed25519): a witness signs a checkpoint's text with the time, after it has seen
 * that the log has only grown since the one before. As a signature of the note: 8 bytes of time, 64 of Ed25519.
 */
import { verify } from 'node:crypto';
import { COSIGNER_KEY, type NoteSignature, parseVerifierKey, type VerifierKey } from '../note.ts';

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

/** Null for what is no Ed25519 cosigner key. */
export function parseCosignerKey(text: string): VerifierKey | null {
  return parseVerifierKey(text, COSIGNER_KEY);
}

/** Seconds since 1970 at which `key` has signed the text of a checkpoint; null where it has not. */
export function cosignedAt(text: string, { bytes }: NoteSignature, key: VerifierKey): number | null {
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
  const time = bytes.readBigUInt64BE();
  const message = Buffer.from(`cosignature/v1\ntime ${time}\n${text}`);
  const fits = verify(null, message, key.key, bytes.subarray(TIME_BYTES));
  return fits && time <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(time) : null;
}

export function isBy({ name, id }: NoteSignature, key: VerifierKey): boolean {
  return name === key.name && id === key.id;
}
