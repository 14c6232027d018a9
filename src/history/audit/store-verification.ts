/**
 * Whether the store is what was appended and signed: every event by its subject's chain, its headers and its subject, the
 * tree of all of them by the checkpoints in the log, then the views by a fold of the log.
 *
 * Memory stays small however long the log is. A chain needs one position for each subject, so the log is read once for
 * each part of the subjects; the tree needs the leaves since its last checkpoint.
 */
import type {
  EntryFilter,
  LogChecker,
  StoredEntry,
  StoreFault,
  StoreNews,
  StoreVerdict,
  StoreVerification,
} from '../../application/ports/log/audit.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import { type VerifyOptions, verifyViews } from '../../application/queries/verify.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { entryLeaf } from './entry.ts';
import type { VerifierKey } from './note.ts';
import { type SignedEvent, SignedTree, signedEventOf, type TreeFault } from './signed-tree.ts';

export interface StoreVerifierDeps {
  readonly checkLog: LogChecker;
  readonly views: Pick<VerifyOptions, 'log' | 'follower' | 'views'>;
  readonly log: Pick<EventLog, 'ownerOf'>;
  /** Null: nothing is signed here, so checkpoints are not looked at. */
  readonly key: VerifierKey | null;
  /** Events of the log for one part of it; the default keeps memory in tens of megabytes. */
  readonly partEvents?: number;
}

const CHAIN_EVENTS = 200_000;
/** Events between two words of progress. */
const TELL_EVERY = 1_000;
const OF_AUDIT = Buffer.from('"type":"audit.');

type Tell = (news: StoreNews) => void;

export class StoreVerifier implements StoreVerification {
  readonly #deps: StoreVerifierDeps;

  constructor(deps: StoreVerifierDeps) {
    this.#deps = deps;
  }

  async isKnown({ userId, taskId }: EntryFilter): Promise<boolean> {
    if (taskId === null) return true;
    const owner = await this.#deps.log.ownerOf(taskId);
    return owner !== null && (userId ?? owner) === owner;
  }

  async verify(filter: EntryFilter, tell: Tell, signal: AbortSignal): Promise<StoreVerdict> {
    let isWhole = true;
    const report = (fault: StoreFault) => {
      isWhole = false;
      tell({ kind: 'fault', fault });
    };
    const end = await this.#deps.views.follower.lastSequence();
    const { events, signedThrough } = await this.#checked(filter, end, tell, report, signal);
    const nothing = { events, values: null, checkpoint: null, signedThrough };
    // Whether a view is what a wrong log says tells nothing, and a wrong log may not fold.
    if (!isWhole) return nothing;
    const only = await this.#tasksOf(filter);
    const { values, checkpoint, differences } = await verifyViews({
      ...this.#deps.views,
      ...(this.#deps.partEvents === undefined ? {} : { partEvents: this.#deps.partEvents }),
      ...(only === null ? {} : { only }),
      onProgress: (done, of) => tell({ kind: 'progress', step: 'views', done, of }),
      signal,
    });
    for (const { key, path } of differences) {
      const what = path === '' ? 'is not what the log says' : `${path} is not what the log says`;
      report({ kind: 'view', sequence: null, subject: key, what });
    }
    return { events, values, checkpoint, signedThrough };
  }

  async #checked(
    filter: EntryFilter,
    end: Sequence,
    tell: Tell,
    report: (fault: StoreFault) => void,
    signal: AbortSignal,
  ): Promise<{ events: number; signedThrough: number | null }> {
    const { checkLog, key, partEvents = CHAIN_EVENTS } = this.#deps;
    const isOfAll = filter.userId === null && filter.taskId === null;
    const tree = isOfAll && key !== null ? new StoredTree(new SignedTree(key, null), report) : null;
    const parts = isOfAll ? Math.max(1, Math.ceil(end / partEvents)) : 1;
    let events = 0;
    for (let part = 0; part < parts; part++) {
      let read = 0;
      events += await checkLog({
        filter,
        through: end,
        isFollowed: (subject) => parts === 1 || partOfSubject(subject, parts) === part,
        onFault: report,
        onEntry: (entry) => {
          if (part === 0) tree?.add(entry);
          read++;
          const done = part * end + (isOfAll ? entry.sequence : read);
          if (read % TELL_EVERY === 0) tell({ kind: 'progress', step: 'log', done, of: parts * end });
        },
        signal,
      });
    }
    tree?.end(end);
    return { events, signedThrough: tree?.signedThrough ?? null };
  }

  async #tasksOf({ userId, taskId }: EntryFilter) {
    const owner = userId ?? (taskId === null ? null : await this.#deps.log.ownerOf(taskId));
    return owner === null ? null : { userId: owner, taskId };
  }
}

/** The tree over all that is stored: without a gap, and what every checkpoint in it says. */
class StoredTree {
  readonly #tree: SignedTree;
  readonly #report: (fault: StoreFault) => void;
  #last = 0;

  constructor(tree: SignedTree, report: (fault: StoreFault) => void) {
    this.#tree = tree;
    this.#report = report;
  }

  get signedThrough(): number {
    return this.#tree.signedThrough;
  }

  add(entry: StoredEntry): void {
    this.#jump(entry.sequence);
    this.#tell(entry, this.#tree.add(entryLeaf(entry)));
    if (!Buffer.from(entry.body).includes(OF_AUDIT)) return;
    const signed = signedIn(entry.body);
    if (signed !== null) this.#tell(entry, this.#tree.checkpoint(entry.sequence, signed));
  }

  end(through: number): void {
    this.#jump(through + 1);
    const fault = this.#tree.end();
    if (fault !== null) this.#report({ kind: fault.kind, sequence: null, subject: '', what: fault.text });
  }

  #jump(to: number): void {
    if (to > this.#last + 1) {
      this.#tree.giveUp();
      const what = `events ${this.#last + 1} to ${to - 1} are not there`;
      this.#report({ kind: 'missing', sequence: to, subject: '', what });
    }
    this.#last = to;
  }

  #tell({ sequence, subject }: StoredEntry, fault: TreeFault | null): void {
    if (fault !== null) this.#report({ kind: fault.kind, sequence, subject, what: fault.text });
  }
}

/** Null where it is none. */
function signedIn(body: Uint8Array): SignedEvent | null {
  try {
    return signedEventOf(JSON.parse(Buffer.from(body).toString('utf8')));
  } catch {
    // What is no document is a fault of its own.
    return null;
  }
}

function partOfSubject(subject: string, parts: number): number {
  let sum = 0;
  for (let at = 0; at < subject.length; at++) sum = (Math.imul(sum, 31) + subject.charCodeAt(at)) | 0;
  return (sum >>> 0) % parts;
}
