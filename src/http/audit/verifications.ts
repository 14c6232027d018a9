/** Checks of the store as answers: lines of JSON as they come. */
import type { EntryFilter, StoreNews, StoreVerification } from '../../application/ports/log/audit.ts';
import { Problem } from '../server/problem.ts';

const MOST_FAULTS = 1_000;
/** Between two lines of progress. */
const TELL_MS = 250;

export class Verifications {
  readonly #verification: StoreVerification;
  #isAllChecked = false;

  constructor(verification: StoreVerification) {
    this.#verification = verification;
  }

  /** Ends with its reader. Throws the problem VERIFYING_ALREADY: the whole log is read for one at a time. */
  begin(filter: EntryFilter): ReadableStream<Uint8Array> {
    const isOfAll = filter.userId === null && filter.taskId === null;
    if (isOfAll && this.#isAllChecked) throw new Problem('VERIFYING_ALREADY');
    if (isOfAll) this.#isAllChecked = true;
    const stop = new AbortController();
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        void this.#run(filter, controller, stop.signal).finally(() => {
          if (isOfAll) this.#isAllChecked = false;
        });
      },
      cancel: () => stop.abort(),
    });
  }

  async #run(
    filter: EntryFilter,
    controller: ReadableStreamDefaultController<Uint8Array>,
    signal: AbortSignal,
  ): Promise<void> {
    const send = (line: object) => controller.enqueue(Buffer.from(`${JSON.stringify(line)}\n`));
    const lines = new VerificationLines(send, () => (controller.desiredSize ?? 0) > 0);
    try {
      const verdict = await this.#verification.verify(filter, (news) => lines.tell(news), signal);
      const { events, values, checkpoint, signedThrough } = verdict;
      send({ end: { events, values, checkpoint, signed_through: signedThrough, faults: lines.faults } });
      controller.close();
    } catch (error) {
      // Without its last line: whoever reads knows that it was cut short.
      if (!signal.aborted) controller.error(error);
    }
  }
}

/** Bounded whatever is found and however slowly it is read. */
class VerificationLines {
  readonly #send: (line: object) => void;
  readonly #isTaken: () => boolean;
  #faults = 0;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(send: (line: object) => void, isTaken: () => boolean) {
    this.#send = send;
    this.#isTaken = isTaken;
  }

  get faults(): number {
    return this.#faults;
  }

  tell(news: StoreNews): void {
    if (news.kind === 'fault') {
      this.#faults++;
      if (this.#faults <= MOST_FAULTS) this.#send({ fault: news.fault });
      return;
    }
    const { step, done, of } = news;
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < TELL_MS || !this.#isTaken()) return;
    this.#toldMs = nowMs;
    this.#send({ progress: { step, done, of } });
  }
}
