/** Proofs that a log holds an entry (c2sp.org/tlog-proof), checked with nothing but the log's public key. */
import type { LogCheckpoint, OpenedCheckpoint } from './checkpoint.ts';
import { HASH_BYTES, provesInclusion } from './merkle.ts';
import { exactBase64 } from './note.ts';
import type { TrustedCheckpoint, TrustFault } from './witnesses/policy.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** Of a tree of 2^53 leaves. */
const MOST_HASHES = 53;

export interface LogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed note, as it is. */
  readonly checkpoint: string;
}

export function proofText({ index, hashes, checkpoint }: LogProof): string {
  const lines = [FIRST_LINE, `index ${index}`, ...hashes.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Null for text that is no proof. */
export function parseProof(text: string): LogProof | null {
  const split = text.indexOf('\n\n');
  if (split < 0) return null;
  const [first, ...lines] = text.slice(0, split).split('\n');
  // What is extra is nobody's word: it is not looked at.
  if (lines[0]?.startsWith('extra ') === true && exactBase64(lines[0].slice(6)) !== null) lines.shift();
  const [, index = ''] = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? '') ?? [];
  const hashes = lines.map((line) => exactBase64(line));
  if (first !== FIRST_LINE || index === '' || !Number.isSafeInteger(Number(index))) return null;
  if (hashes.length > MOST_HASHES || hashes.some((hash) => hash?.length !== HASH_BYTES)) return null;
  return { index: Number(index), hashes: hashes as Buffer[], checkpoint: text.slice(split + 2) };
}

export type ProofFault = TrustFault | 'MALFORMED_PROOF' | 'INDEX_NOT_IN_TREE' | 'NOT_INCLUDED';

export type CheckedProof =
  | { readonly kind: 'proven'; readonly checkpoint: LogCheckpoint; readonly index: number }
  | { readonly kind: 'refused'; readonly fault: ProofFault };

/** `open`: what a checkpoint says, where it is to be believed. */
export function checkProof(
  text: string,
  leaf: Buffer,
  open: (note: string) => OpenedCheckpoint | TrustedCheckpoint,
): CheckedProof {
  const proof = parseProof(text);
  if (proof === null) return { kind: 'refused', fault: 'MALFORMED_PROOF' };
  const opened = open(proof.checkpoint);
  if (opened.kind === 'refused') return opened;
  const { checkpoint } = opened;
  const { index, hashes } = proof;
  if (index >= checkpoint.size) return { kind: 'refused', fault: 'INDEX_NOT_IN_TREE' };
  const isIn = provesInclusion(leaf, { ...checkpoint, index }, hashes);
  return isIn ? { kind: 'proven', checkpoint, index } : { kind: 'refused', fault: 'NOT_INCLUDED' };
}
