/**
 * The tree over the log as it grows, held against every checkpoint of it that was signed. It remembers the leaves since
 * the last checkpoint that held, for the next one is of an earlier size than where it stands.
 */
import { openCheckpoint, originOf } from './checkpoint.ts';
import { GrowingTree, type TreeHead } from './merkle.ts';
import type { VerifierKey } from './note.ts';
import { neighboursSwapped } from './swapped.ts';

export type TreeFaultKind = 'changed' | 'reordered' | 'forged-checkpoint';

export interface TreeFault {
  readonly kind: TreeFaultKind;
  readonly text: string;
}

export class SignedTree {
  readonly #log: VerifierKey;
  readonly #since: TreeHead | null;
  /** Null where an event is missing: then nothing can be said of a tree. */
  #tree: GrowingTree | null = new GrowingTree();
  /** Up to the last checkpoint that held, and the leaves after it. */
  #base = new GrowingTree();
  #leaves: Buffer[] = [];
  #differs = false;
  #ofOthers = 0;

  /** `since`: a checkpoint that is held; the log has to begin with it. */
  constructor(log: VerifierKey, since: TreeHead | null) {
    this.#log = log;
    this.#since = since;
  }

  /** Up to where checkpoints cover it. */
  get signedThrough(): number {
    return this.#base.size;
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
    if (this.#tree === null) return null;
    this.#tree.add(leaf);
    this.#leaves.push(leaf);
    const since = this.#since;
    return since !== null && this.#tree.size === since.size
      ? this.#compared(since, 'the checkpoint that is held')
      : null;
  }

  /** The checkpoint that stands at `sequence`. */
  checkpoint(sequence: number, note: string): TreeFault | null {
    if (originOf(note) !== this.#log.name) {
      this.#ofOthers++;
      return null;
    }
    const opened = openCheckpoint(note, this.#log);
    if (opened.kind === 'refused') return forged(`event ${sequence}: ${opened.fault}`);
    const { size } = opened.checkpoint;
    if (size >= sequence || (size < this.#base.size && !this.#differs)) {
      return forged(`event ${sequence}: its size is ${size}`);
    }
    return this.#compared(opened.checkpoint, `the checkpoint at event ${sequence}`);
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
