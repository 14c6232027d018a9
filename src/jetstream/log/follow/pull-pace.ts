/**
 * How often a tail asks for more, and for how much.
 *
 * Every delivery wakes the server, the connection and the reader, which costs more than what is delivered. Where a reader
 * need not have each message at once, the tail rests when it has come to the log's end, and then asks for what must have
 * come meanwhile and one message more: the first of an idle log is delivered at once, and what many append one by one
 * comes together.
 *
 *     bell --> rest --> what came meanwhile, and the next bell --> rest --> ...
 */

export interface PullRest {
  /** Between two pulls at the end of the log, at most. */
  readonly mostMs: number;
  /** Whether only what this process knows already may wait: anything else is asked for at once. */
  readonly onlyKnown: boolean;
}

/** Of one pull, and of the largest there is. */
const LEAST_REST_MS = 20;
/** So many messages between two rests are the beginning of more. */
const MANY = 3;

export class PullPace {
  readonly #rest: PullRest | null;
  readonly #mostMessages: number;
  #restMs = LEAST_REST_MS;
  #sinceRest = 0;
  /** Something came that was not known, and must not wait. */
  #urgent = false;

  constructor(rest: PullRest | undefined, mostMessages: number) {
    this.#rest = rest ?? null;
    this.#mostMessages = mostMessages;
  }

  delivered(isKnown: boolean): void {
    this.#sinceRest++;
    if (!isKnown && this.#rest?.onlyKnown === true) this.#urgent = true;
  }

  /** Until the log has shown nothing new for as long as a pull is open, nothing rests. */
  hurry(): void {
    this.#urgent = true;
  }

  /** Before the next pull, after one that was answered; 0: at once. `pending`: what the log is known to hold beyond. */
  restMs(pending: number): number {
    if (this.#rest === null || this.#urgent || pending > 0 || this.#sinceRest === 0) return 0;
    this.#restMs = this.#sinceRest < MANY ? LEAST_REST_MS : Math.min(this.#restMs * 2, this.#rest.mostMs);
    this.#sinceRest = 0;
    return this.#restMs;
  }

  /** How many messages the pull is for that begins now. `known`: of those to be delivered, how many are known already. */
  messages(pending: number, known: number): number {
    if (this.#rest === null || this.#urgent) {
      this.#urgent = false;
      return this.#mostMessages;
    }
    return Math.min(Math.max(pending, known + 1), this.#mostMessages);
  }
}
