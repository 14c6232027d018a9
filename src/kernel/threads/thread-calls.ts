/**
 * Questions and answers between two threads, by messages. What each side answers is a type that both know; what is asked
 * and answered is plain data, for it is copied.
 *
 *     ask --> { name, question, id } --> the other side's handler --> { id, value } or { id, error }
 *     tell -> { name, question } ------> the other side's handler
 *
 * Messages of one side come in the order in which they were sent.
 */

/** What a side answers, by name. */
export type Answering = Record<string, (question: never) => unknown>;

/** A worker from outside, or its port from inside. */
export interface ThreadPort {
  postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
}

/** The other side did not answer in time, is gone, or failed at it. */
export class ThreadSilent extends Error {
  override readonly name = 'ThreadSilent';
}

interface Message {
  /** Absent: nobody waits for an answer. */
  readonly id?: number;
  /** Absent: this is an answer. */
  readonly name?: string;
  readonly question?: unknown;
  readonly value?: unknown;
  readonly error?: string;
}

type Question<A extends Answering, Name extends keyof A> = Parameters<A[Name]>[0];
type Answered<A extends Answering, Name extends keyof A> = Awaited<ReturnType<A[Name]>>;

interface Asked {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: ThreadSilent) => void;
}

export class ThreadCalls<Theirs extends Answering, Own extends Answering> {
  readonly #port: ThreadPort;
  readonly #own: Own;
  readonly #asked = new Map<number, Asked>();
  #lastId = 0;
  #gone: string | null = null;

  constructor(port: ThreadPort, own: Own) {
    this.#port = port;
    this.#own = own;
    port.on('message', (message) => void this.#take(message as Message));
  }

  /** Throws ThreadSilent. */
  async ask<Name extends keyof Theirs & string>(
    name: Name,
    question: Question<Theirs, Name>,
    withinMs: number,
  ): Promise<Answered<Theirs, Name>> {
    if (this.#gone !== null) throw new ThreadSilent(this.#gone);
    this.#lastId += 1;
    const id = this.#lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Answered<Theirs, Name>>((resolve, reject) => {
        this.#asked.set(id, { resolve, reject });
        timer = setTimeout(() => reject(new ThreadSilent(`no answer within ${withinMs} ms`)), withinMs);
        this.#port.postMessage({ id, name, question } satisfies Message);
      });
    } finally {
      clearTimeout(timer);
      this.#asked.delete(id);
    }
  }

  /** `transfer`: moved to the other side instead of copied. */
  tell<Name extends keyof Theirs & string>(
    name: Name,
    question: Question<Theirs, Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): void {
    this.#port.postMessage({ name, question } satisfies Message, transfer);
  }

  /** The other side is gone: whoever waits for it is told. */
  end(why: string): void {
    this.#gone = why;
    for (const { reject } of this.#asked.values()) reject(new ThreadSilent(why));
  }

  async #take({ id, name, question, value, error }: Message): Promise<void> {
    if (name !== undefined) return this.#answer(id, name, question);
    const asked = this.#asked.get(id ?? 0);
    if (error === undefined) asked?.resolve(value as never);
    else asked?.reject(new ThreadSilent(error));
  }

  async #answer(id: number | undefined, name: string, question: unknown): Promise<void> {
    if (id === undefined) {
      await this.#own[name]?.(question as never);
      return;
    }
    try {
      const value = await this.#own[name]?.(question as never);
      this.#port.postMessage({ id, value } satisfies Message);
    } catch (failure) {
      this.#port.postMessage({ id, error: String(failure) } satisfies Message);
    }
  }
}
