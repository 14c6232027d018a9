/** The keys of who signs: the one in force, and while the log's key is being changed also the one before it. */
import { parseSignerKey, type SignerKey } from './note.ts';

export interface SignerKeys {
  readonly signer: SignerKey;
  /** Of the same name. Null: the key stays. */
  readonly outgoing: SignerKey | null;
}

/** One key, or two parted by a comma or a line break, of which the first is to sign. Null for anything else. */
export function parseSignerKeys(text: string): SignerKeys | null {
  const [signer, outgoing, ...more] = splitSignerKeys(text).map(parseSignerKey);
  if (!signer || outgoing === null || more.length > 0) return null;
  if (outgoing === undefined) return { signer, outgoing: null };
  const isChange = signer.verifier.name === outgoing.verifier.name && signer.vkey !== outgoing.vkey;
  return isChange ? { signer, outgoing } : null;
}

/** A name may have commas: what parts two keys is what the next one begins with. */
export function splitSignerKeys(text: string): readonly string[] {
  return text.trim().split(/(?:,|\s)\s*(?=PRIVATE\+KEY\+)/);
}
