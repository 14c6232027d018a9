/**
 * Signed notes (c2sp.org/signed-note) with Ed25519 signatures: text, an empty line, signature lines. Keys are text too:
 *
 *     verifier   <name>+<key id>+<base64 of 0x01 and the public key>
 *     signer     PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and the seed>     as Go's note package has it
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

export interface VerifierKey {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly key: KeyObject;
}

export interface SignerKey {
  readonly verifier: VerifierKey;
  /** The verifier key as text. */
  readonly vkey: string;
  readonly key: KeyObject;
}

/** What a key signs: notes, or notes with the time (c2sp.org/tlog-cosignature). */
export const NOTE_KEY = 1;
export const COSIGNER_KEY = 4;
type KeyType = typeof NOTE_KEY | typeof COSIGNER_KEY;

const RAW_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** As many as any verifier has to take. */
export const MOST_SIGNATURES = 16;
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/;
const NAME = /^[^\p{White_Space}+\p{Cc}]+$/u;

export function isKeyName(name: string): boolean {
  return NAME.test(name) && name.isWellFormed();
}

/** Null for what is no Ed25519 verifier key of that type. */
export function parseVerifierKey(text: string, type: KeyType = NOTE_KEY): VerifierKey | null {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text.trim()) ?? [];
  const raw = rawKey(encoded, type);
  if (!isKeyName(name) || raw === null || keyId(name, raw, type) !== id) return null;
  return { name, id, key: publicKey(raw) };
}

/** Null for what is no Ed25519 signer key. */
export function parseSignerKey(text: string): SignerKey | null {
  const [, name = '', id = '', encoded = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(text.trim()) ?? [];
  const seed = rawKey(encoded, NOTE_KEY);
  if (!isKeyName(name) || seed === null) return null;
  const signer = signerOf(name, seed);
  return signer.verifier.id === id ? signer : null;
}

/** The text of a signer key; `seed` is 32 random bytes. */
export function signerKeyText(name: string, seed: Uint8Array): string {
  const { verifier } = signerOf(name, seed);
  return `PRIVATE+KEY+${name}+${verifier.id}+${encodedKey(seed)}`;
}

function signerOf(name: string, seed: Uint8Array): SignerKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  const id = keyId(name, raw);
  return { verifier: { name, id, key: publicKey(raw) }, vkey: `${name}+${id}+${encodedKey(raw)}`, key };
}

/** The key that signs, and while the log's key is being changed the one that did before it. */
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

/** `text` ends with a line break. */
export function signNote(text: string, ...signers: readonly SignerKey[]): string {
  const lines = signers.map(({ verifier: { name, id }, key }) => {
    const signature = Buffer.concat([Buffer.from(id, 'hex'), sign(null, Buffer.from(text), key)]);
    return `— ${name} ${signature.toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

export type NoteFault =
  /** It is no note. */
  | 'MALFORMED_NOTE'
  | 'TOO_MANY_SIGNATURES'
  /** No signature is by a key that is known. */
  | 'UNKNOWN_SIGNER'
  /** One is by the name of a known key, and does not fit. */
  | 'FORGED_SIGNATURE';

export type OpenedNote =
  | { readonly kind: 'signed'; readonly text: string; readonly by: readonly VerifierKey[] }
  | { readonly kind: 'refused'; readonly fault: NoteFault };

export interface NoteSignature {
  readonly name: string;
  /** Of the key, 8 hex digits. */
  readonly id: string;
  readonly bytes: Buffer;
  /** As it stands in the note, without its line break. */
  readonly line: string;
}

/** Text and signatures, none of them checked; a fault where it is no note. */
export function splitNote(
  note: string,
): { readonly text: string; readonly signatures: readonly NoteSignature[] } | NoteFault {
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n') || !note.isWellFormed() || CONTROL.test(note))
    return 'MALFORMED_NOTE';
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return 'TOO_MANY_SIGNATURES';
  const signatures = lines.map(parseSignature).filter((one) => one !== null);
  if (signatures.length < lines.length) return 'MALFORMED_NOTE';
  return { text: note.slice(0, split + 1), signatures };
}

/** The text, where it is signed by one of the keys; signatures by others are ignored. */
export function openNote(note: string, keys: readonly VerifierKey[]): OpenedNote {
  const split = splitNote(note);
  if (typeof split === 'string') return refused(split);
  const { text, signatures } = split;
  const by: VerifierKey[] = [];
  for (const signature of signatures) {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.id);
    if (key === undefined) continue;
    const fits = signature.bytes.length === SIGNATURE_BYTES;
    if (!fits || !verify(null, Buffer.from(text), key.key, signature.bytes))
      return refused('FORGED_SIGNATURE');
    by.push(key);
  }
  return by.length === 0 ? refused('UNKNOWN_SIGNER') : { kind: 'signed', text, by };
}

function parseSignature(line: string): NoteSignature | null {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = exactBase64(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length < 5) return null;
  return { name, id: bytes.subarray(0, 4).toString('hex'), bytes: bytes.subarray(4), line };
}

/** Null for text that is not how those bytes are written. */
export function exactBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : null;
}

function rawKey(encoded: string, type: KeyType): Buffer | null {
  const bytes = exactBase64(encoded);
  return bytes?.length === 1 + RAW_KEY_BYTES && bytes[0] === type ? bytes.subarray(1) : null;
}

function encodedKey(raw: Uint8Array): string {
  return Buffer.concat([Buffer.from([NOTE_KEY]), raw]).toString('base64');
}

function keyId(name: string, raw: Uint8Array, type: KeyType = NOTE_KEY): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([type]), raw]);
  return hash('sha256', named, 'hex').slice(0, 8);
}

function publicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
}

function refused(fault: NoteFault): OpenedNote {
  return { kind: 'refused', fault };
}
