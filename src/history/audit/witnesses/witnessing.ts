/**
 * Has witnesses cosign the log's checkpoints. Nobody waits for it: the signer offers each checkpoint, and goes on.
 *
 * In rounds: one checkpoint goes to every witness at once, the newest when the round before is over, so that enough of
 * them sign the same one although checkpoints come faster than the slowest answers. A round ends when all have answered,
 * or by its time. A witness that failed rests, longer each time; one that is still being asked is left out. What enough
 * have cosigned is stored, with the cosignatures, to be served.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../../application/ports/clock.ts';
import type { CosignedCheckpoints } from '../../../application/ports/witnesses.ts';
import type { Instant } from '../../../domain/shared/instant.ts';
import { pauseUnless } from '../../../kernel/pause.ts';
import type { TreeHead } from '../merkle.ts';
import type { TrustPolicy } from './policy.ts';
import type { Witness, WitnessStatus } from './witness.ts';

export interface OfferedCheckpoint {
  readonly note: string;
  readonly head: TreeHead;
  /** When the log has it. */
  readonly time: Instant;
}

export interface WitnessingDeps {
  readonly witnesses: readonly Witness[];
  readonly quorum: TrustPolicy['isReachedBy'];
  readonly cosigned: CosignedCheckpoints;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly logger: Logger;
  /** Default 12 s. */
  readonly roundMs?: number;
  /** Between looks for something to do; default 200 ms. */
  readonly restMs?: number;
}

export interface WitnessingStatus {
  /** Events that the newest checkpoint covers which enough witnesses have cosigned; 0: none, or not looked yet. */
  readonly size: number;
  /** For so long a checkpoint has been there that not enough have cosigned, milliseconds; null: there is none. */
  readonly waiting_ms: number | null;
  readonly witnesses: readonly WitnessStatus[];
}

/** Cosignatures of one checkpoint, by the witness's name. */
interface Collected {
  readonly offered: OfferedCheckpoint;
  readonly lines: Map<string, string>;
  /** How many of them are stored. */
  stored: number;
}

const ROUND_MS = 12_000;
const REST_MS = 200;

export class Witnessing {
  readonly #deps: WitnessingDeps;
  #newest: OfferedCheckpoint | null = null;
  #collected: Collected | null = null;
  #size = 0;
  #waitingSinceMs: number | null = null;
  /** As it was logged last. */
  readonly #faults = new Map<string, string | null>();

  constructor(deps: WitnessingDeps) {
    this.#deps = deps;
  }

  /** The newest checkpoint of the log; as often as one likes. */
  offer(checkpoint: OfferedCheckpoint): void {
    if (checkpoint.note === this.#newest?.note) return;
    this.#newest = checkpoint;
    this.#waitingSinceMs ??= this.#deps.clock.monotonicMs();
  }

  status(): WitnessingStatus {
    const { clock, witnesses } = this.#deps;
    const since = this.#waitingSinceMs;
    return {
      size: this.#size,
      waiting_ms: since === null ? null : Math.round(clock.monotonicMs() - since),
      witnesses: witnesses.map((witness) => witness.status()),
    };
  }

  /** Until `signal` aborts; whatever fails is tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { logger, restMs = REST_MS } = this.#deps;
    this.#newest = null;
    this.#waitingSinceMs = null;
    while (!signal.aborted) {
      try {
        await this.runOnce(signal);
      } catch (error) {
        if (!signal.aborted) logger.warn({ err: error }, 'a checkpoint could not be offered to witnesses');
      }
      await pauseUnless(signal, restMs);
    }
  }

  /** One round, where there is somebody to ask. Throws LogUnavailable, EntryMissing. */
  async runOnce(signal: AbortSignal): Promise<void> {
    const { witnesses, clock, roundMs = ROUND_MS } = this.#deps;
    const offered = this.#newest;
    if (offered === null) return;
    if (this.#collected?.offered.note !== offered.note)
      this.#collected = { offered, lines: new Map(), stored: 0 };
    const collected = this.#collected;
    const { lines } = collected;
    // What could not be stored the last time.
    await this.#store(collected);
    const now = clock.monotonicMs();
    const asked = witnesses.filter(
      ({ name, restsUntilMs }) => !lines.has(name) && restsUntilMs !== null && restsUntilMs <= now,
    );
    if (asked.length === 0) return;
    const round = new AbortController();
    const all = Promise.all(asked.map((witness) => this.#ask(witness, collected, signal)));
    try {
      await Promise.race([all, pauseUnless(AbortSignal.any([signal, round.signal]), roundMs)]);
    } finally {
      round.abort();
      // Those that are still asked tell for themselves.
      all.catch(() => {});
    }
  }

  async #ask(witness: Witness, collected: Collected, signal: AbortSignal): Promise<void> {
    const { note, head } = collected.offered;
    const line = await witness.ask(note, head, signal);
    this.#tellChange(witness.status());
    if (line === null) return;
    collected.lines.set(witness.name, line);
    await this.#store(collected);
  }

  /** Where enough have cosigned it, and more than is stored. */
  async #store(collected: Collected): Promise<void> {
    const { offered, lines, stored } = collected;
    const { note, head, time } = offered;
    // As the policy names them, whoever answered first.
    const signed = this.#deps.witnesses.flatMap(({ name }) => lines.get(name) ?? []);
    const count = signed.length;
    if (count <= stored || head.size < this.#size || !this.#deps.quorum(new Set(lines.keys()))) return;
    await this.#deps.cosigned.put({
      note: note + signed.map((one) => `${one}\n`).join(''),
      time,
    });
    collected.stored = Math.max(collected.stored, count);
    if (head.size > this.#size) {
      this.#waitingSinceMs = this.#newest?.note === note ? null : this.#deps.clock.monotonicMs();
    }
    this.#size = head.size;
  }

  /** Once for each change, not for each try. */
  #tellChange({ name, fault, size }: WitnessStatus): void {
    if ((this.#faults.get(name) ?? null) === fault) return;
    this.#faults.set(name, fault);
    if (fault === null) this.#deps.logger.info({ witness: name, size }, 'a witness cosigns again');
    else this.#deps.logger.warn({ witness: name, code: fault }, 'a witness does not cosign');
  }
}
