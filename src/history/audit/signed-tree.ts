/**
 * The tree over the log as it grows, held against every checkpoint of it that was signed. It remembers the leaves since
 * the last checkpoint that held, for the next one is of an earlier size than where it stands.
 *
 * The log's key may change on the way, by a checkpoint that both keys have signed. Whoever has the key from before the
 * change is led to the new one. Whoever has the new one cannot check what was signed before, and need not: the checkpoint
 * of the change, which that key has signed, covers all of it.
 */
import { openCheckpoint, originOf, parseCheckpoint } from './checkpoint.ts';
import { GrowingTree, type TreeHead } from './merkle.ts';
import { parseVerifierKey, type VerifierKey } from './note.ts';
import { neighboursSwapped } from './swapped.ts';

export type TreeFaultKind = 'changed' | 'reordered' | 'forged-checkpoint';

export interface TreeFault {
  readonly kind: TreeFaultKind;
  readonly text: string;
}

/** What an event says that has a checkpoint. */
export interface SignedEvent {
  readonly note: string;
  /** The key that signs from here on, as text; null: the key stays. */
  readonly to: string | null;
}

export interface FollowedKey {
  readonly sequence: number;
  readonly vkey: string;
}

/** Null for a document that has no checkpoint. */
export function signedEventOf(document: unknown): SignedEvent | null {
  const { type, data } = (document ?? {}) as { readonly type?: unknown; readonly data?: unknown };
  const { note, to } = (data ?? {}) as { readonly note?: unknown; readonly to?: unknown };
  if (type === 'audit.checkpoint') return { note: String(note), to: null };
  return type === 'audit.key_changed' ? { note: String(note), to: String(to) } : null;
}

export class SignedTree {
  /** In force where it stands. */
  #log: VerifierKey;
  readonly #since: TreeHead | null;
  /** Null where an event is missing: then nothing can be said of a tree. */
  #tree: GrowingTree | null = new GrowingTree();
  /** Up to the last checkpoint that held, and the leaves after it. */
  #base = new GrowingTree();
  #leaves: Buffer[] = [];
  #differs = false;
  #ofOthers = 0;
  /** Whether a checkpoint by a key that is known was seen. */
  #isKnown = false;
  /** By keys before the one that is known. */
  #earlier = { first: 0, count: 0 };
  readonly #followed: FollowedKey[] = [];
  #signedThrough = 0;

  /** `since`: a checkpoint that is held; the log has to begin with it. */
  constructor(log: VerifierKey, since: TreeHead | null) {
    this.#log = log;
    this.#since = since;
  }

  /** Up to where checkpoints cover it. */
  get signedThrough(): number {
    return this.#signedThrough;
  }

  /** Changes of the key, oldest first. */
  get followed(): readonly FollowedKey[] {
    return this.#followed;
  }

  /** Checkpoints by keys before the one that is known, where that key covers them. */
  get byEarlierKeys(): number {
    return this.#isKnown ? this.#earlier.count : 0;
  }

  /** Checkpoints of other origins: nothing is known of them. */
  get ofOthers(): number {
    return this.#ofOthers;
  }

  head(): TreeHead | null {
    return this.#tree && { size: this.#tree.size, root: this.#tree.root() };
  }

  /** An event is missing, or out of its order. */
  giveUp(): void {
    this.#tree = null;
    this.#leaves = [];
  }

  add(leaf: Buffer): TreeFault | null {
    const before = this.sinceFault();
    if (this.#tree === null) return before;
    this.#tree.add(leaf);
    this.#leaves.push(leaf);
    return before;
  }

  /**
   * Whether the log as far as it has come, no farther and not less, is that of the checkpoint that is held. Asked before
   * the next event: the last one may have a checkpoint of an earlier size, to be looked at first.
   */
  sinceFault(): TreeFault | null {
    const since = this.#since;
    if (since === null || this.#tree === null || this.#tree.size !== since.size) return null;
    const fault = this.#compared(since, 'the checkpoint that is held');
    if (fault === null && !this.#differs) this.#signedThrough = since.size;
    return fault;
  }

  /** The checkpoint that stands at `sequence`. */
  checkpoint(sequence: number, { note, to }: SignedEvent): TreeFault | null {
    if (originOf(note) !== this.#log.name) {
      this.#ofOthers++;
      return null;
    }
    const next = to === null ? null : parseVerifierKey(to);
    const opened = openCheckpoint(note, this.#log);
    if (opened.kind === 'refused') {
      if (opened.fault === 'UNKNOWN_SIGNER' && !this.#isKnown) return this.#byEarlierKey(sequence, note);
      return forged(`event ${sequence}: ${opened.fault}`);
    }
    const unexplained = this.#isKnown || next?.id === this.#log.id ? null : this.end();
    this.#isKnown = true;
    if (unexplained !== null) return unexplained;
    if (to !== null) {
      if (next?.name !== this.#log.name || openCheckpoint(note, next).kind === 'refused') {
        return forged(`event ${sequence}: the new key has not signed the change`);
      }
      if (next.id !== this.#log.id) this.#followed.push({ sequence, vkey: to });
      this.#log = next;
    }
    return this.#at(sequence, opened.checkpoint);
  }

  /** After the last event: what was signed by keys that nothing leads from to the one that is known. */
  end(): TreeFault | null {
    const { first } = this.#earlier;
    if (this.#isKnown || first === 0) return null;
    return forged(`event ${first}: UNKNOWN_SIGNER, and no change of the key follows`);
  }

  /** Whether it is right is not known yet; what it says of the events before it can be seen. */
  #byEarlierKey(sequence: number, note: string): TreeFault | null {
    const said = parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1));
    if (said === null) return forged(`event ${sequence}: MALFORMED_CHECKPOINT`);
    if (this.#earlier.count++ === 0) this.#earlier.first = sequence;
    return this.#at(sequence, said, false);
  }

  #at(sequence: number, head: TreeHead, isSigned = true): TreeFault | null {
    const { size } = head;
    if (size >= sequence || (size < this.#base.size && !this.#differs)) {
      return forged(`event ${sequence}: its size is ${size}`);
    }
    const fault = this.#compared(head, `the checkpoint at event ${sequence}`);
    if (isSigned && fault === null && !this.#differs && this.#tree !== null) this.#signedThrough = size;
    return fault;
  }

  #compared(head: TreeHead, named: string): TreeFault | null {
    if (this.#tree === null || this.#differs || head.size < this.#base.size) return null;
    const then = this.#base.copy();
    const leaves = this.#leaves.slice(0, head.size - this.#base.size);
    for (const leaf of leaves) then.add(leaf);
    if (then.root().equals(head.root)) {
      this.#base = then;
      this.#leaves = this.#leaves.slice(leaves.length);
      return null;
    }
    this.#differs = true;
    const first = this.#base.size + 1;
    const swapped = neighboursSwapped(this.#base, leaves, head.root);
    return swapped === null
      ? { kind: 'changed', text: `something of events ${first} to ${head.size}: ${named} is of other ones` }
      : { kind: 'reordered', text: `events ${first + swapped} and ${first + swapped + 1}, by ${named}` };
  }
}

function forged(text: string): TreeFault {
  return { kind: 'forged-checkpoint', text };
}
