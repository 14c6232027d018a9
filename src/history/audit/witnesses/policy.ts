/**
 * Trust policies (c2sp.org/tlog-policy): which logs and witnesses are known, and which witnesses together are enough.
 *
 *     log <vkey> [<url>]
 *     witness <name> <vkey> [<url>]
 *     group <name> all|any|<k> <member>...
 *     quorum <name>|none
 */

import { type CheckpointFault, type LogCheckpoint, openCheckpoint } from '../checkpoint.ts';
import { parseVerifierKey, splitNote, type VerifierKey } from '../note.ts';
import { cosignedAt, isBy, parseCosignerKey } from './cosignature.ts';

export interface PolicyWitness {
  readonly name: string;
  readonly key: VerifierKey;
  /** The prefix that checkpoints are sent to. */
  readonly url: string | null;
}

export interface TrustPolicy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: readonly PolicyWitness[];
  /** Whether witnesses of these names are enough. */
  readonly isReachedBy: (names: ReadonlySet<string>) => boolean;
}

export type ParsedPolicy =
  | { readonly kind: 'policy'; readonly policy: TrustPolicy }
  /** `line` from 1; 0: of the whole file. */
  | { readonly kind: 'refused'; readonly line: number; readonly what: string };

const MOST_BYTES = 64 * 1024;
/** Of each kind. */
const MOST = 64;
const NONE = 'none';

type Reached = (names: ReadonlySet<string>) => boolean;

class Refused extends Error {}

export function parsePolicy(file: Uint8Array): ParsedPolicy {
  // Octets beyond ASCII are opaque, so each is one character here.
  const text = Buffer.from(file).toString('latin1');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f]/.exec(text.slice(0, MOST_BYTES));
  if (file.length > MOST_BYTES) return refused(0, `it is larger than ${MOST_BYTES} bytes`);
  if (control !== null) {
    return refused(text.slice(0, control.index).split('\n').length, 'a control character is in it');
  }
  const reading = new PolicyReading();
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length === 0 || words[0]?.startsWith('#') === true) continue;
    try {
      reading.add(words);
    } catch (error) {
      if (error instanceof Refused) return refused(at + 1, error.message);
      throw error;
    }
  }
  const { logs, witnesses, quorum } = reading;
  if (quorum === null) return refused(0, 'it has no quorum line');
  return { kind: 'policy', policy: { logs, witnesses, isReachedBy: quorum } };
}

class PolicyReading {
  readonly logs: VerifierKey[] = [];
  readonly witnesses: PolicyWitness[] = [];
  quorum: Reached | null = null;
  readonly #named = new Map<string, Reached>();
  readonly #members = new Set<string>();
  readonly #keys = new Set<string>();
  #groups = 0;

  add([kind, ...rest]: readonly string[]): void {
    switch (kind) {
      case 'log':
        this.#log(rest);
        break;
      case 'witness':
        this.#witness(rest);
        break;
      case 'group':
        this.#group(rest);
        break;
      case 'quorum':
        this.#quorum(rest);
        break;
      default:
        throw new Refused('it begins with none of log, witness, group, quorum');
    }
  }

  #log([vkey = '', _url, ...more]: readonly string[]): void {
    const key = parseVerifierKey(utf8(vkey));
    if (key === null || more.length > 0) throw new Refused('log takes an Ed25519 verifier key and a URL');
    this.#once('log', key, this.logs.length);
    this.logs.push(key);
  }

  #witness([name, vkey = '', url, ...more]: readonly string[]): void {
    const key = parseCosignerKey(utf8(vkey));
    if (name === undefined || key === null || more.length > 0) {
      throw new Refused('witness takes a name, an Ed25519 cosigner key (of type 4) and a URL');
    }
    this.#once('witness', key, this.witnesses.length);
    this.#define(name, (names) => names.has(name));
    this.witnesses.push({ name, key, url: url === undefined ? null : utf8(url) });
  }

  #group([name, threshold = '', ...members]: readonly string[]): void {
    if (name === undefined || members.length === 0)
      throw new Refused('group takes a name, how many, and members');
    if (++this.#groups > MOST) throw new Refused(`there are more than ${MOST} groups`);
    const least = leastOf(threshold, members.length);
    const reached = members.map((member) => {
      const known = this.#named.get(member);
      if (known === undefined) throw new Refused(`${utf8(member)} is not defined before`);
      if (this.#members.has(member)) throw new Refused(`${utf8(member)} is a member twice`);
      this.#members.add(member);
      return known;
    });
    this.#define(name, (names) => reached.filter((isReached) => isReached(names)).length >= least);
  }

  #quorum([name = '', ...more]: readonly string[]): void {
    if (this.quorum !== null) throw new Refused('there is a quorum already');
    const reached = name === NONE ? () => true : this.#named.get(name);
    if (reached === undefined || more.length > 0)
      throw new Refused('quorum takes one name that is defined before');
    this.quorum = reached;
  }

  #define(name: string, reached: Reached): void {
    if (name === NONE || this.#named.has(name)) throw new Refused(`${utf8(name)} is a name already`);
    this.#named.set(name, reached);
  }

  /** Keys are the same where they are the same bytes, whatever they are called. */
  #once(kind: string, { key }: VerifierKey, before: number): void {
    if (before >= MOST) throw new Refused(`there are more than ${MOST} of ${kind}`);
    const bytes = `${kind} ${key.export({ format: 'der', type: 'spki' }).toString('hex')}`;
    if (this.#keys.has(bytes)) throw new Refused(`the ${kind} key is there already`);
    this.#keys.add(bytes);
  }
}

function leastOf(threshold: string, members: number): number {
  if (threshold === 'all') return members;
  if (threshold === 'any') return 1;
  const least = /^[1-9]\d{0,3}$/.test(threshold) ? Number(threshold) : 0;
  if (least < 1 || least > members) throw new Refused(`how many is all, any, or 1 to ${members}`);
  return least;
}

function utf8(word: string): string {
  return Buffer.from(word, 'latin1').toString('utf8');
}

function refused(line: number, what: string): ParsedPolicy {
  return { kind: 'refused', line, what };
}

export type TrustFault = CheckpointFault | 'FORGED_COSIGNATURE' | 'QUORUM_NOT_REACHED';

export type TrustedCheckpoint =
  | {
      readonly kind: 'checkpoint';
      readonly checkpoint: LogCheckpoint;
      /** Names of witnesses. */
      readonly cosigners: readonly string[];
    }
  | { readonly kind: 'refused'; readonly fault: TrustFault };

/** What a note says, where one of the policy's logs has signed it and enough of its witnesses have cosigned it. */
export function openTrusted(note: string, policy: TrustPolicy): TrustedCheckpoint {
  const opened = openCheckpoint(note, ...policy.logs);
  if (opened.kind === 'refused') return opened;
  const cosigners = cosignersOf(note, policy.witnesses);
  if (cosigners === null) return { kind: 'refused', fault: 'FORGED_COSIGNATURE' };
  if (!policy.isReachedBy(new Set(cosigners))) return { kind: 'refused', fault: 'QUORUM_NOT_REACHED' };
  return { kind: 'checkpoint', checkpoint: opened.checkpoint, cosigners };
}

/** Names of those who have cosigned a note; null where one of their signatures does not fit. */
function cosignersOf(note: string, witnesses: readonly PolicyWitness[]): readonly string[] | null {
  const split = splitNote(note);
  if (typeof split === 'string') return [];
  const names: string[] = [];
  for (const signature of split.signatures) {
    const witness = witnesses.find(({ key }) => isBy(signature, key));
    if (witness === undefined) continue;
    if (cosignedAt(split.text, signature, witness.key) === null) return null;
    names.push(witness.name);
  }
  return names;
}
