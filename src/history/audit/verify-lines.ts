/**
 * Checks lines of the log with nothing but the log's public key: either all of it from its first event on, as
 * `/audit/events` gives it, or one task's events with the proof of the last.
 *
 * Memory is one position a subject, and the leaves since the last checkpoint.
 */
import { hash } from 'node:crypto';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { NO_HASH } from '../../domain/shared/ids.ts';
import { openCheckpoint } from './checkpoint.ts';
import { entryLeaf } from './entry.ts';
import { parseEntryLine } from './lines.ts';
import type { TreeHead } from './merkle.ts';
import type { VerifierKey } from './note.ts';
import { checkProof, type ProofFault } from './proof.ts';
import { type FollowedKey, SignedTree, signedEventOf } from './signed-tree.ts';
import { openTrusted, type TrustPolicy } from './witnesses/policy.ts';

export type AuditFaultKind =
  /** What is stored is not what was stored, or what follows it says so. */
  | 'changed'
  | 'missing'
  /** It stands under another subject than its own. */
  | 'moved'
  | 'reordered'
  /** It ends too early. */
  | 'truncated'
  | 'forged-checkpoint'
  /** No event of the service stands under such a subject. */
  | 'foreign-subject'
  /** Too few witnesses have cosigned it. */
  | 'not-cosigned';

export interface AuditFault {
  readonly kind: AuditFaultKind;
  readonly text: string;
}

/** What the document of an event under this subject names; null where no event of ours stands there. */
export type PlaceOf = (
  subject: string,
) => { readonly userid: string | null; readonly subject: string } | null;

export interface LinesVerdict {
  readonly faults: readonly AuditFault[];
  /** Those beyond what is listed. */
  readonly moreFaults: number;
  readonly events: number;
  /** All of it: the head of the tree over it, and up to where checkpoints cover it. */
  readonly head: TreeHead | null;
  readonly signedThrough: number;
  /** Checkpoints of other origins: nothing is known of them. */
  readonly ofOthers: number;
  /** Changes of the log's key that were followed, oldest first. */
  readonly followed: readonly FollowedKey[];
  /** Checkpoints by keys before the one that is known, all of it covered by that one. */
  readonly byEarlierKeys: number;
}

export interface LinesVerifierOptions {
  readonly log: VerifierKey;
  readonly placeOf: PlaceOf;
  /** A checkpoint that is held; the log has to begin with it. */
  readonly since: TreeHead | null;
  /** Only what enough of its witnesses have cosigned is taken: of a log, what begins with `since`. Null or absent: witnesses do not count. */
  readonly policy?: TrustPolicy | null;
}

const KIND_OF_FAULT: Readonly<Partial<Record<ProofFault, AuditFaultKind>>> = {
  NOT_INCLUDED: 'changed',
  QUORUM_NOT_REACHED: 'not-cosigned',
};
const MOST_FAULTS = 100;

interface SubjectEnd {
  readonly sequence: number;
  readonly revision: number;
  readonly hash: string;
}

export class LinesVerifier {
  readonly #options: LinesVerifierOptions;
  readonly #faults: AuditFault[] = [];
  #moreFaults = 0;
  #events = 0;
  #last = 0;
  #lastEntry: StoredEntry | null = null;
  readonly #ends = new Map<string, SubjectEnd>();
  readonly #tree: SignedTree;
  #end: { readonly through: number; readonly count: number } | null = null;
  #proof: string | null = null;
  readonly #gaps: AuditFault[] = [];

  constructor(options: LinesVerifierOptions) {
    this.#options = options;
    this.#tree = new SignedTree(options.log, options.since);
  }

  /** The next line, without its line break. */
  add(line: Buffer): void {
    this.#report(this.#added(line));
  }

  /** After the last line. */
  finish(): LinesVerdict {
    const isOfTask = this.#proof !== null;
    if (!isOfTask) for (const gap of this.#gaps) this.#report(gap);
    this.#report(isOfTask ? this.#faultOfTask() : this.#faultOfLog());
    return {
      faults: this.#faults,
      moreFaults: this.#moreFaults,
      events: this.#events,
      head: isOfTask ? null : this.#tree.head(),
      signedThrough: isOfTask ? this.#last : this.#tree.signedThrough,
      ofOthers: this.#tree.ofOthers,
      followed: this.#tree.followed,
      byEarlierKeys: this.#tree.byEarlierKeys,
    };
  }

  #added(line: Buffer): AuditFault | null {
    const parsed = parseEntryLine(line);
    if (this.#end !== null || this.#proof !== null) return fault('reordered', 'a line comes after the last');
    switch (parsed.kind) {
      case 'broken':
        return fault('changed', `line ${this.#events + 1} is ${parsed.why}`);
      case 'proof':
        this.#proof = parsed.text;
        return null;
      case 'end':
        this.#end = parsed;
        return null;
      case 'entry':
        return this.#entry(parsed);
    }
  }

  #entry(entry: StoredEntry): AuditFault | null {
    const { sequence, subject } = entry;
    this.#events++;
    if (sequence <= this.#last) {
      this.#tree.giveUp();
      this.#report(fault('reordered', `event ${sequence} (${subject}) comes after event ${this.#last}`));
    } else if (sequence > this.#last + 1) {
      this.#tree.giveUp();
      // Between the events of one task there are others.
      if (this.#gaps.length <= MOST_FAULTS) this.#gaps.push(gapOf(this.#last + 1, sequence - 1));
    }
    const { document, wrong } = this.#placed(entry);
    this.#report(this.#tree.add(entryLeaf(entry)));
    this.#last = sequence;
    this.#lastEntry = entry;
    const signed = wrong === null ? signedEventOf(document) : null;
    return signed === null ? wrong : this.#tree.checkpoint(sequence, signed);
  }

  /** Whether it stands where it says that it stands, and follows what it says that it follows. */
  #placed({ sequence, subject, body }: StoredEntry): {
    readonly document: LogDocument | null;
    readonly wrong: AuditFault | null;
  } {
    const named = `event ${sequence} (${subject})`;
    const place = this.#options.placeOf(subject);
    const document = documentOf(body);
    const wrong = (kind: AuditFaultKind, text: string) => ({ document, wrong: fault(kind, text) });
    if (place === null) return wrong('foreign-subject', named);
    if (document === null) return wrong('changed', `${named} is no event`);
    const before = this.#ends.get(subject);
    const { revision, userid = null } = document;
    this.#ends.set(subject, { sequence, revision: Number(revision), hash: hash('sha256', body, 'hex') });
    if (document.subject !== place.subject || userid !== place.userid) {
      return wrong('moved', `${named} is of ${String(userid)}, ${String(document.subject)}`);
    }
    const wanted = (before?.revision ?? 0) + 1;
    if (revision !== wanted) {
      const kind = typeof revision === 'number' && revision > wanted ? 'missing' : 'reordered';
      return wrong(kind, `${named} is revision ${String(revision)} and follows revision ${wanted - 1}`);
    }
    if (document.prevhash !== (before?.hash ?? NO_HASH)) {
      return wrong('changed', `event ${before?.sequence ?? 0} (${subject}), as ${named} tells`);
    }
    return { document, wrong: null };
  }

  #faultOfLog(): AuditFault | null {
    this.#report(this.#tree.sinceFault());
    this.#report(this.#tree.end());
    const end = this.#end;
    const { since, policy = null } = this.#options;
    if (policy !== null && since === null) {
      this.#report(fault('not-cosigned', 'there is no cosigned checkpoint to hold the log against'));
    }
    if (since !== null && this.#last < since.size) {
      const text = `the log ends at event ${this.#last}, the checkpoint that is held at ${since.size}`;
      this.#report(fault('truncated', text));
    }
    if (end === null) return fault('truncated', `there is no last line after event ${this.#last}`);
    if (end.through === this.#last && end.count === this.#events) return null;
    const sent = `${end.count} up to ${end.through} were sent`;
    return fault('truncated', `there are ${this.#events} events up to ${this.#last}, and ${sent}`);
  }

  #faultOfTask(): AuditFault | null {
    const entry = this.#lastEntry;
    const { log, since, policy = null } = this.#options;
    if (this.#ends.size > 1) this.#report(fault('moved', 'the events are of more than one subject'));
    if (entry === null) return fault('truncated', 'there is no event');
    const open = (note: string) => (policy === null ? openCheckpoint(note, log) : openTrusted(note, policy));
    const checked = checkProof(this.#proof ?? '', entryLeaf(entry), open);
    if (checked.kind === 'refused') {
      const kind = KIND_OF_FAULT[checked.fault] ?? 'forged-checkpoint';
      return fault(kind, `event ${entry.sequence} is not proven: ${checked.fault}`);
    }
    const { checkpoint, index } = checked;
    if (index !== entry.sequence - 1) {
      return fault('moved', `the proof is of event ${index + 1}, the last is event ${entry.sequence}`);
    }
    if (since !== null && checkpoint.size === since.size && !checkpoint.root.equals(since.root)) {
      return fault('forged-checkpoint', `there are two of ${since.size} events`);
    }
    return null;
  }

  #report(found: AuditFault | null): void {
    if (found === null) return;
    if (this.#faults.length < MOST_FAULTS) this.#faults.push(found);
    else this.#moreFaults++;
  }
}

function fault(kind: AuditFaultKind, text: string): AuditFault {
  return { kind, text };
}

function gapOf(from: number, to: number): AuditFault {
  return fault('missing', from === to ? `event ${from}` : `events ${from} to ${to}`);
}

interface LogDocument {
  readonly type?: unknown;
  readonly subject?: unknown;
  readonly userid?: unknown;
  readonly revision?: unknown;
  readonly prevhash?: unknown;
}

function documentOf(body: Uint8Array): LogDocument | null {
  try {
    const document: unknown = JSON.parse(
      Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
    );
    return typeof document === 'object' && document !== null ? document : null;
  } catch {
    return null;
  }
}
