/**
 * `GET /events/stream` until it is told to end: connects again with backoff and jitter, and goes on after the last event
 * that came, so that nothing is lost or told twice.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { CONSOLE_HEADERS } from '../api/client.ts';
import { origin } from '../base.ts';
import { endSession } from '../session.ts';
import type { LiveEvent, LiveNews } from './live.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** `<sequence>`, behind it the epoch of a log that has lost events. */
const POSITION = /(?:^|\n)id: (\d+(?:-\w+)?)\n\n/g;

export interface EventStreamClientOptions {
  /** The last sequence that is known to have been told; null: none yet. */
  readonly after: () => number | null;
  readonly news: (news: LiveNews) => void;
}

export class EventStreamClient {
  readonly #options: EventStreamClientOptions;
  #waitMs = FIRST_WAIT_MS;
  #epoch = '';
  /** What was told is of a log that is no more: all is to be read anew. */
  #isForked = false;

  constructor(options: EventStreamClientOptions) {
    this.#options = options;
  }

  /** Resolves when the signal aborts, or the session has ended. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const goesOn = await this.#connect(signal).catch(() => true);
      if (!goesOn || signal.aborted) return;
      this.#options.news({ kind: 'lost' });
      await pause(this.#waitMs * (0.5 + Math.random()), signal);
      this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
    }
  }

  /** Whether it is to be tried again when the stream has ended. */
  async #connect(signal: AbortSignal): Promise<boolean> {
    const after = this.#isForked ? null : this.#options.after();
    const response = await fetch(`${origin}/api/v1/events/stream`, {
      headers: {
        ...CONSOLE_HEADERS,
        ...(after === null ? {} : { 'Last-Event-ID': `${after}${this.#epoch}` }),
      },
      signal,
      cache: 'no-store',
    });
    if (response.status === 401) {
      endSession();
      return false;
    }
    if (response.status === 409) this.#isForked = true;
    if (!response.ok || response.body === null) return true;
    this.#isForked = false;
    // Before the first event nobody can tell what came since the rest was read.
    if (after === null) this.#options.news({ kind: 'gap' });
    this.#waitMs = FIRST_WAIT_MS;
    const parser = createParser({ onEvent: (message) => this.#take(message) });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      parser.feed(value);
      // An id alone says how far the log has been read; the parser tells of events only.
      const id = [...value.matchAll(POSITION)].at(-1)?.[1];
      if (id !== undefined) this.#options.news({ kind: 'heard', through: this.#sequenceOf(id) });
    }
  }

  #sequenceOf(id: string): number {
    const [sequence = '', epoch] = id.split('-');
    this.#epoch = epoch === undefined ? '' : `-${epoch}`;
    return Number(sequence);
  }

  #take({ id, event, data }: EventSourceMessage): void {
    if (event === 'goodbye') return;
    if (event === 'caught-up') {
      this.#options.news({ kind: 'heard', through: this.#sequenceOf(id ?? '') });
      return;
    }
    const document = JSON.parse(data) as { sequence: number; event: { subject?: string; type: string } };
    const [taskId = ''] = /tsk_\w+/.exec(document.event.subject ?? '') ?? [];
    const news: LiveEvent = { sequence: document.sequence, type: event ?? document.event.type, taskId };
    this.#options.news({ kind: 'event', event: news });
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    // With the connection back there is nothing to wait for.
    addEventListener('online', end);
    signal.addEventListener('abort', end);
  });
}
