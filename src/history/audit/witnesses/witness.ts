/** One witness: what it has cosigned last, and how it is asked for the next. */
import type { Clock } from '../../../application/ports/clock.ts';
import type { WitnessAnswer, WitnessCalls } from '../../../application/ports/witnesses.ts';
import type { LogTree } from '../log-tree.ts';
import type { TreeHead } from '../merkle.ts';
import { splitNote } from '../note.ts';
import { cosignedAt, isBy } from './cosignature.ts';
import type { PolicyWitness } from './policy.ts';

/** Why a witness has not cosigned; besides these `HTTP_<status>` and what the call itself failed with. */
export type WitnessFault =
  /** It has seen more of the log than there is: the log was rolled back. */
  | 'AHEAD'
  /** It has seen other events than the log has. */
  | 'INCONSISTENT'
  /** It does not know the log, or not its key. */
  | 'UNKNOWN_LOG'
  | 'UNKNOWN_KEY'
  | 'BUSY'
  | 'NO_COSIGNATURE'
  | 'FORGED_COSIGNATURE'
  /** The cosignature has no time, or one ahead of ours. */
  | 'WRONG_TIME'
  /** Its answer is none of the protocol's. */
  | 'NONSENSE'
  | (string & {});

export interface WitnessStatus {
  readonly name: string;
  /** Events that it has cosigned last, as far as is known; 0: none. */
  readonly size: number;
  /** Null: the last time it was asked it cosigned, or it was not asked yet. */
  readonly fault: WitnessFault | null;
}

export interface WitnessDeps {
  readonly tree: Pick<LogTree, 'consistency'>;
  readonly calls: WitnessCalls;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
}

/** An answer that names another size is followed; one that does so again and again is nonsense. */
const MOST_TRIES = 3;
const FIRST_REST_MS = 1_000;
const LONGEST_REST_MS = 300_000;
/** Clocks differ. */
const AHEAD_SECONDS = 300;

type Asked = { readonly line: string } | { readonly fault: WitnessFault; readonly restMs?: number | null };

export class Witness {
  readonly #of: PolicyWitness & { readonly url: string };
  readonly #deps: WitnessDeps;
  #size = 0;
  #fault: WitnessFault | null = null;
  #faults = 0;
  #restUntilMs = 0;
  #isAsked = false;

  constructor(of: PolicyWitness & { readonly url: string }, deps: WitnessDeps) {
    this.#of = of;
    this.#deps = deps;
  }

  get name(): string {
    return this.#of.name;
  }

  /** Milliseconds of the monotonic clock from which on it may be asked again; null while it is being asked. */
  get restsUntilMs(): number | null {
    return this.#isAsked ? null : this.#restUntilMs;
  }

  status(): WitnessStatus {
    return { name: this.#of.name, size: this.#size, fault: this.#fault };
  }

  /** The line of its cosignature; null where there is none, for whatever reason. Throws why `signal` has aborted, LogUnavailable, EntryMissing. */
  async ask(note: string, head: TreeHead, signal: AbortSignal): Promise<string | null> {
    this.#isAsked = true;
    try {
      const asked = await this.#asked(note, head, signal);
      if ('line' in asked) {
        [this.#size, this.#fault, this.#faults] = [head.size, null, 0];
        return asked.line;
      }
      const rest = Math.min(FIRST_REST_MS * 2 ** Math.min(this.#faults++, 20), LONGEST_REST_MS);
      const wanted = Math.max(rest, asked.restMs ?? 0);
      this.#restUntilMs = this.#deps.clock.monotonicMs() + Math.min(wanted, LONGEST_REST_MS);
      this.#fault = asked.fault;
      return null;
    } finally {
      this.#isAsked = false;
    }
  }

  async #asked(note: string, head: TreeHead, signal: AbortSignal): Promise<Asked> {
    const { tree, calls } = this.#deps;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const old = this.#size;
      if (old > head.size) {
        // Asked anew from the beginning the next time: it may not have meant it.
        this.#size = 0;
        return { fault: 'AHEAD' };
      }
      const proof = await tree.consistency(old, head.size);
      const lines = [`old ${old}`, ...proof.map((hash) => hash.toString('base64')), '', note];
      const answer = await calls.addCheckpoint(this.#of.url, lines.join('\n'), signal);
      if (answer.kind === 'failed') return { fault: answer.code };
      if (answer.status === 200) return this.#cosignature(note, answer.body);
      const size = answer.status === 409 ? sizeIn(answer) : null;
      // What it says of itself counts: another instance may have asked it.
      if (size === null || size === old) return refusal(answer);
      this.#size = size;
    }
    return { fault: 'NONSENSE' };
  }

  #cosignature(note: string, body: string): Asked {
    const { key } = this.#of;
    const [text = ''] = note.split('\n\n');
    const split = splitNote(`${text}\n\n${body}`);
    if (typeof split === 'string') return { fault: 'NONSENSE' };
    const signature = split.signatures.find((one) => isBy(one, key));
    if (signature === undefined) return { fault: 'NO_COSIGNATURE' };
    const seconds = cosignedAt(split.text, signature, key);
    if (seconds === null) return { fault: 'FORGED_COSIGNATURE' };
    const now = Date.parse(this.#deps.clock.now()) / 1_000;
    return seconds === 0 || seconds > now + AHEAD_SECONDS
      ? { fault: 'WRONG_TIME' }
      : { line: signature.line };
  }
}

type Answered = WitnessAnswer & { readonly kind: 'answered' };

/** The size that a conflict names; null where it names none. */
function sizeIn({ contentType, body }: Answered): number | null {
  if (contentType.split(';')[0]?.trim() !== 'text/x.tlog.size') return null;
  const [, digits = ''] = /^(0|[1-9]\d{0,15})\n?$/.exec(body) ?? [];
  return digits !== '' && Number.isSafeInteger(Number(digits)) ? Number(digits) : null;
}

function refusal({ status, contentType, retryAfterMs }: Answered): Asked {
  switch (status) {
    case 403:
      return { fault: 'UNKNOWN_KEY' };
    case 404:
      return { fault: 'UNKNOWN_LOG' };
    case 409:
      // A witness of the protocol before says so where the roots of one size differ.
      return { fault: contentType.startsWith('text/x.tlog.size') ? 'NONSENSE' : 'INCONSISTENT' };
    case 422:
      return { fault: 'INCONSISTENT' };
    case 429:
    case 503:
      return { fault: 'BUSY', restMs: retryAfterMs };
    default:
      return { fault: `HTTP_${status}` };
  }
}
