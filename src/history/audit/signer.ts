/**
 * Signs checkpoints of the log: its size and the root of the tree over it, as an event of the log. Whoever holds one can
 * tell later whether what it covers was changed.
 *
 * One instance signs, under a lease, after so many events or so much time, and nothing where only checkpoints came. It
 * signs no head that does not begin with the last one signed, neither the last in the log nor the last that this instance
 * has signed, which it keeps outside of NATS:
 *
 *     look --> tree is what the last notes say? --no--> FORKED: sign nothing, say so, until somebody looks
 *                     | yes
 *                     v
 *               sign --> keep the note on disk --> append it under the lock of the last
 *
 * Killed after it is kept and before it is appended, the next head begins with it all the same.
 *
 * Where it has an outgoing key beside its own, and the last note is by that one, the next note is signed by both and stored
 * as a change of the key. The log alone says whether that is done, so it may be broken off anywhere.
 */
import type { Logger } from 'pino';
import type { Clock, Ids } from '../../application/ports/clock.ts';
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../application/ports/failures.ts';
import type { Leadership, Lease } from '../../application/ports/lease.ts';
import type {
  CheckpointLog,
  LoggedCheckpoint,
  SeenCheckpoint,
  StoredLog,
} from '../../application/ports/log/audit.ts';
import type { Position } from '../../domain/shared/event.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { msBetween } from '../../domain/shared/instant.ts';
import { pauseUnless } from '../../kernel/pause.ts';
import { openCheckpoint, originOf, signedCheckpoint } from './checkpoint.ts';
import { EntryMissing, type LogTree } from './log-tree.ts';
import type { TreeHead } from './merkle.ts';
import type { SignerKey, VerifierKey } from './note.ts';
import type { Witnessing, WitnessingStatus } from './witnesses/witnessing.ts';

export interface AuditSignerDeps {
  readonly log: Pick<StoredLog, 'lastSequence'>;
  readonly tree: LogTree;
  readonly checkpoints: CheckpointLog;
  readonly seen: SeenCheckpoint;
  readonly signer: SignerKey;
  /** The log's key until it is changed to that of `signer`; null or absent: the key stays. */
  readonly outgoing?: SignerKey | null;
  /** The last note is by `signer`: an outgoing key is not needed any more. Asked once in each leadership. */
  readonly onKeyInForce?: () => Promise<void>;
  /** Has others cosign what was signed; absent: nobody is asked. */
  readonly witnessing?: Pick<Witnessing, 'offer' | 'run' | 'status'> | null;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  /** Default: 1,000 events or 60 s. */
  readonly due?: { readonly events: number; readonly ms: number };
  /** Between looks; default 1 s. */
  readonly restMs?: number;
}

export interface AuditSignerStatus {
  /** `forked`: what was signed once is not in the log any more; nothing is signed. */
  readonly state: 'stopped' | 'standby' | 'signing' | 'forked' | 'failed';
  readonly failure: string | null;
  /** Of the last checkpoint that this instance knows of. */
  readonly size: number;
  /** Null: nobody is asked to cosign, or not by this instance. */
  readonly witnessing: WitnessingStatus | null;
}

/** Signed by these keys of ours. */
interface OpenedHead extends TreeHead {
  readonly by: readonly VerifierKey[];
}

const DUE = { events: 1_000, ms: 60_000 };
const REST_MS = 1_000;
const BEGINNING: Position = { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };

/** What was signed is not what the log says. */
export class LogForked extends Error {
  override readonly name = 'LogForked';
}

export class AuditSigner {
  readonly #deps: AuditSignerDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #state: AuditSignerStatus['state'] = 'stopped';
  #failure: string | null = null;
  #size = 0;
  /** Leaves whose tiles are kept; null: not looked at since this instance leads. */
  #kept: number | null = null;
  #isKeyInForce = false;
  #ledSinceMs: number;

  constructor(deps: AuditSignerDeps) {
    this.#deps = deps;
    this.#ledSinceMs = deps.clock.monotonicMs();
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  status(): AuditSignerStatus {
    const isAsking = this.#state === 'signing' || this.#state === 'forked';
    const witnessing = isAsking ? (this.#deps.witnessing?.status() ?? null) : null;
    return { state: this.#state, failure: this.#failure, size: this.#size, witnessing };
  }

  async #run(): Promise<void> {
    this.#state = 'standby';
    try {
      await this.#deps.lease.run((leadership) => this.#lead(leadership), this.#stop.signal);
      this.#state = 'stopped';
    } catch (error) {
      this.#state = 'failed';
      this.#failure = String(error);
      this.#deps.logger.fatal({ err: error }, 'checkpoints are not signed any more');
    }
  }

  async #lead(leadership: Leadership): Promise<void> {
    const { logger, restMs = REST_MS, clock } = this.#deps;
    this.#kept = null;
    this.#isKeyInForce = false;
    this.#ledSinceMs = clock.monotonicMs();
    this.#state = 'signing';
    const witnessed = this.#deps.witnessing?.run(leadership.signal);
    while (!leadership.signal.aborted) {
      try {
        await this.runOnce(leadership);
        this.#state = 'signing';
        this.#failure = null;
      } catch (error) {
        if (error instanceof LogForked || error instanceof EntryMissing) {
          this.#state = 'forked';
          if (this.#failure === null)
            logger.error({ err: error, code: 'FORKED' }, 'the log is not what was signed');
          this.#failure = error.message;
        } else if (isPassing(error)) {
          logger.warn({ err: error }, 'a checkpoint could not be signed yet');
        } else {
          throw error;
        }
        this.#kept = null;
      }
      await pauseUnless(leadership.signal, this.#state === 'forked' ? 30 * restMs : restMs);
    }
    await witnessed;
    this.#state = 'standby';
  }

  /** Signs what there is, where it is time. Throws LogForked, EntryMissing, LogUnavailable, LogRefused, OutcomeUnknown. */
  async runOnce(leadership: Pick<Leadership, 'holds'>): Promise<void> {
    const { log, checkpoints, tree, signer, seen, clock, ids } = this.#deps;
    const [last, logged] = [await log.lastSequence(), await checkpoints.last()];
    const signed = logged === null ? null : this.#headOf(logged.note);
    this.#size = signed?.size ?? 0;
    const keyChange = this.#keyChange(logged, signed);
    this.#kept ??= await this.#checked(signed, last, leadership);
    if (logged !== null && signed !== null) {
      this.#deps.witnessing?.offer({ note: logged.note, head: signed, time: logged.time });
    }
    if (keyChange === null && !this.#isKeyInForce && signed !== null) {
      await this.#deps.onKeyInForce?.();
      this.#isKeyInForce = true;
    }
    if (keyChange === null && !this.#isDue(logged, signed, last)) return;
    this.#kept = await tree.keep(this.#kept, last, () => leadership.holds());
    const head = { size: last, root: await tree.root(last) };
    await this.#requireSame(signed, last);
    await this.#requireSeen(last);
    if (!leadership.holds()) return;
    const note = signedCheckpoint(head, signer, ...(keyChange === null ? [] : [keyChange.outgoing]));
    await seen.write(note);
    const now = clock.now();
    const after = logged ?? BEGINNING;
    // A conflict: another instance leads by now, and has signed.
    const eventId = ids.eventId(now);
    const change = keyChange && { from: keyChange.outgoing.vkey, to: signer.vkey };
    const outcome = await checkpoints.append({ note, keyChange: change, eventId, time: now, after });
    if (outcome !== 'appended') return;
    this.#size = last;
    if (change !== null) this.#deps.logger.warn(change, 'the key that signs the log was changed');
  }

  /** Null: the last note is by the key in force, or there is none. */
  #keyChange(
    logged: LoggedCheckpoint | null,
    signed: OpenedHead | null,
  ): { readonly outgoing: SignerKey } | null {
    const { signer, outgoing = null } = this.#deps;
    if (logged === null || signed === null) return null;
    // Whoever has the old key alone must not go on behind the change.
    const { keyChangedTo } = logged;
    if (keyChangedTo !== null && keyChangedTo !== signer.vkey && keyChangedTo !== outgoing?.vkey) {
      throw new LogForked(`the log's key was changed to ${keyChangedTo}, which is not the key here`);
    }
    const isByOurs = signed.by.some(({ id }) => id === signer.verifier.id);
    return isByOurs && (keyChangedTo ?? signer.vkey) === signer.vkey ? null : outgoing && { outgoing };
  }

  /** How far the kept tiles are what was signed. They are made anew where they are not: the log decides. */
  async #checked(
    signed: OpenedHead | null,
    last: number,
    { holds }: Pick<Leadership, 'holds'>,
  ): Promise<number> {
    const { tree } = this.#deps;
    await this.#requireSeen(last, { sizeOnly: true });
    if (signed === null) return 0;
    if (signed.size > last) throw forked(signed.size);
    const root = await tree.root(signed.size);
    if (root.equals(signed.root)) return signed.size;
    await tree.keep(0, signed.size, holds);
    return signed.size;
  }

  #isDue(logged: LoggedCheckpoint | null, signed: TreeHead | null, last: number): boolean {
    const { clock, due = DUE } = this.#deps;
    // The checkpoint itself is one of them.
    const unsigned = last - (signed?.size ?? 0) - (logged === null ? 0 : 1);
    if (unsigned <= 0) return false;
    if (unsigned >= due.events) return true;
    return logged === null
      ? clock.monotonicMs() - this.#ledSinceMs >= due.ms
      : msBetween(logged.time, clock.now()) >= due.ms;
  }

  async #requireSame(signed: TreeHead | null, last: number): Promise<void> {
    if (signed === null) return;
    if (signed.size > last || !(await this.#deps.tree.root(signed.size)).equals(signed.root)) {
      throw forked(signed.size);
    }
  }

  async #requireSeen(last: number, { sizeOnly = false } = {}): Promise<void> {
    const note = await this.#deps.seen.read();
    const head = note === null ? null : this.#headOf(note);
    if (head !== null && head.size > last) throw forked(head.size);
    if (!sizeOnly) await this.#requireSame(head, last);
  }

  /** Null where it is of another origin: whoever gave the log a new one begins anew. */
  #headOf(note: string): OpenedHead | null {
    const { signer, outgoing = null } = this.#deps;
    const { verifier } = signer;
    if (originOf(note) !== verifier.name) return null;
    const opened = openCheckpoint(note, verifier, ...(outgoing === null ? [] : [outgoing.verifier]));
    if (opened.kind === 'checkpoint') return { ...opened.checkpoint, by: opened.by };
    throw new LogForked(`the last checkpoint is not by this key (${opened.fault})`);
  }
}

function forked(size: number): LogForked {
  return new LogForked(`the first ${size} events are not those that were signed`);
}

function isPassing(error: unknown): boolean {
  return error instanceof LogUnavailable || error instanceof LogRefused || error instanceof OutcomeUnknown;
}
