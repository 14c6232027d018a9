/**
 * A user's events from a place in the log, then as they happen, without a gap and each once.
 *
 *     history: pages of the user's events, read as fast as they are taken
 *        |  nothing more: listen, and read once more what came before that counted
 *        v
 *     live: what `live-events.ts` hands out, kept in an inbox until it is taken
 *        |  the inbox overflows: leave it, and read the log again from the last event taken
 *        '--> history
 *
 * So a slow reader costs a page and an inbox, both bounded, and nobody else anything.
 */
import type { Logger } from 'pino';
import type { Clock } from '../application/ports/clock.ts';
import { LogUnavailable } from '../application/ports/failures.ts';
import type {
  EventStreamItem,
  EventStreamRequest,
  EventStreams,
  GoodbyeReason,
  OpenedEventStream,
} from '../application/ports/log/event-streams.ts';
import type { LogFollower } from '../application/ports/log/following.ts';
import type { EventLog } from '../application/ports/log/log.ts';
import type { LogPlaces } from '../application/ports/log/log-places.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { Sequence, TaskId, UserId } from '../domain/shared/ids.ts';
import { msBetween } from '../domain/shared/instant.ts';
import { LiveEvents, type LiveListener, type ShownEvent } from './live-events.ts';

export interface LogEventStreamsDeps {
  readonly log: Pick<EventLog, 'readUser'>;
  readonly follower: Pick<LogFollower, 'followOpened' | 'lastSequence'>;
  readonly places: Pick<LogPlaces, 'epoch' | 'faultOfCursor'>;
  /** An event as its owner may see it, as one line of JSON. */
  readonly textOf: (event: RecordedTaskEvent) => Promise<string>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 up to 1: what spreads those who come back. */
  readonly random: () => number;
  readonly limits?: Partial<StreamLimits>;
}

export interface StreamLimits {
  readonly ofUser: number;
  readonly ofInstance: number;
  /** After how much silence a reader is told how far the log has been read. */
  readonly positionEveryMs: number;
  readonly maxAgeMs: number;
}

const LIMITS: StreamLimits = {
  ofUser: 10,
  ofInstance: 1_000,
  positionEveryMs: 15_000,
  maxAgeMs: 60 * 60 * 1_000,
};
const PAGE = 64;
const MOST_WAITING = 256;
const MOST_WAITING_CHARACTERS = 1024 * 1024;
/** While the log does not answer, before it is asked again, and how long that is done. */
const RETRY_MS = 500;
const LOG_AWAY_MS = 30_000;
const COME_BACK_MS = 1_000;

export class LogEventStreams implements EventStreams {
  readonly #deps: LogEventStreamsDeps;
  readonly #limits: StreamLimits;
  readonly #live: LiveEvents;
  readonly #open = new Map<UserId, number>();
  readonly #inboxes = new Set<Inbox>();
  #isStopping = false;
  #count = 0;

  constructor(deps: LogEventStreamsDeps) {
    this.#deps = deps;
    this.#limits = { ...LIMITS, ...deps.limits };
    this.#live = new LiveEvents({ ...deps, show: (event) => this.#shown(event) });
  }

  /** How many streams are open. */
  get count(): number {
    return this.#count;
  }

  async open(request: EventStreamRequest, signal: AbortSignal): Promise<OpenedEventStream> {
    const { userId } = request;
    const { ofUser, ofInstance } = this.#limits;
    const ofThisUser = this.#open.get(userId) ?? 0;
    if (ofThisUser >= ofUser) return { kind: 'too_many', whose: 'user', most: ofUser };
    if (this.#count >= ofInstance) return { kind: 'too_many', whose: 'instance', most: ofInstance };
    const place = this.#take(userId);
    signal.addEventListener('abort', place.give, { once: true });
    try {
      const { follower, places } = this.#deps;
      const fault = request.after === null ? null : await places.faultOfCursor(request.after);
      if (fault !== null) {
        place.give();
        return fault;
      }
      const epoch = await places.epoch();
      const after = request.after?.sequence ?? (await follower.lastSequence());
      return { kind: 'opened', epoch, items: this.#items(request, after, signal, place) };
    } catch (error) {
      place.give();
      throw error;
    }
  }

  /** Says goodbye to all who listen; nobody new is heard. */
  stop(): void {
    this.#isStopping = true;
    this.#live.stop();
    for (const inbox of this.#inboxes) inbox.wake();
  }

  async *#items(
    request: EventStreamRequest,
    after: Sequence,
    signal: AbortSignal,
    place: Place,
  ): AsyncGenerator<EventStreamItem, void, void> {
    const inbox = new Inbox(request.userId);
    const onEnd = () => inbox.wake();
    signal.addEventListener('abort', onEnd, { once: true });
    this.#inboxes.add(inbox);
    const { clock } = this.#deps;
    const { maxAgeMs, positionEveryMs } = this.#limits;
    const bornMs = clock.monotonicMs();
    const left = request.expiresAt === null ? maxAgeMs : msBetween(clock.now(), request.expiresAt);
    const livesMs = Math.min(maxAgeMs, left);
    let position = after;
    let isTold = false;
    /** Why the stream has to end, if it has. */
    const ending = (): GoodbyeReason | null => {
      if (this.#isStopping) return 'shutdown';
      if (clock.monotonicMs() - bornMs < livesMs) return null;
      return livesMs < maxAgeMs ? 'credential_expired' : 'max_age';
    };
    try {
      // At once, so that who is cut off before the first event knows where to go on.
      yield { kind: 'position', sequence: position };
      while (!signal.aborted && ending() === null) {
        for await (const item of this.#history(request, position, inbox, signal)) {
          position = item.sequence;
          yield item;
          if (ending() !== null) break;
        }
        if (signal.aborted || ending() !== null) break;
        if (!isTold) yield { kind: 'caught_up', sequence: position };
        isTold = true;
        let saidMs = clock.monotonicMs();
        while (!inbox.isOverflown && !signal.aborted && ending() === null) {
          const next = inbox.next(position);
          if (next !== null) {
            position = next.sequence;
            if (isWanted(next.type, next.taskId, request)) {
              saidMs = clock.monotonicMs();
              yield { kind: 'event', ...next };
            }
          } else if (inbox.isCut) {
            throw new LogUnavailable('the log is not followed any more');
          } else {
            position = Math.max(position, inbox.through) as Sequence;
            const nowMs = clock.monotonicMs();
            await inbox.wait(Math.min(positionEveryMs - (nowMs - saidMs), livesMs - (nowMs - bornMs)));
          }
          if (clock.monotonicMs() - saidMs >= positionEveryMs) {
            saidMs = clock.monotonicMs();
            yield { kind: 'position', sequence: position };
          }
        }
        this.#live.leave(inbox);
      }
      if (!signal.aborted) yield this.#goodbye(ending() ?? 'shutdown');
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error;
      if (!signal.aborted) yield this.#goodbye(this.#isStopping ? 'shutdown' : 'log_unavailable');
    } finally {
      signal.removeEventListener('abort', onEnd);
      this.#inboxes.delete(inbox);
      this.#live.leave(inbox);
      place.give();
    }
  }

  /** What the log has after a place, page by page, until the inbox has everything that follows. */
  async *#history(
    request: EventStreamRequest,
    after: Sequence,
    inbox: Inbox,
    signal: AbortSignal,
  ): AsyncGenerator<Extract<EventStreamItem, { kind: 'event' | 'position' }>, void, void> {
    let position = after;
    let isListening = false;
    inbox.clear();
    for (;;) {
      const events = await this.#page(request.userId, position, signal);
      for (const event of events) {
        position = event.meta.sequence;
        if (isWanted(event.type, event.meta.task_id, request))
          yield { kind: 'event', ...(await this.#shown(event)) };
      }
      if (events.length > 0) {
        yield { kind: 'position', sequence: position };
        continue;
      }
      if (isListening) return;
      // Whatever is appended from here on comes into the inbox; what came before is in the log to be read.
      await this.#live.listen(inbox);
      isListening = true;
    }
  }

  async #page(userId: UserId, after: Sequence, signal: AbortSignal): Promise<RecordedTaskEvent[]> {
    const { clock, log } = this.#deps;
    const giveUpAt = clock.monotonicMs() + LOG_AWAY_MS;
    for (;;) {
      try {
        return await log.readUser(userId, after, PAGE);
      } catch (error) {
        const isOver = signal.aborted || this.#isStopping || clock.monotonicMs() > giveUpAt;
        if (!(error instanceof LogUnavailable) || isOver) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  async #shown(event: RecordedTaskEvent): Promise<ShownEvent> {
    const { sequence, task_id } = event.meta;
    return { sequence, type: event.type, taskId: task_id, text: await this.#deps.textOf(event) };
  }

  #goodbye(reason: GoodbyeReason): EventStreamItem {
    return { kind: 'goodbye', reason, retryMs: Math.round(COME_BACK_MS * (1 + 4 * this.#deps.random())) };
  }

  /** Counts a stream until its place is given back. */
  #take(userId: UserId): Place {
    this.#count++;
    this.#open.set(userId, (this.#open.get(userId) ?? 0) + 1);
    let isTaken = true;
    const give = () => {
      if (!isTaken) return;
      isTaken = false;
      this.#count--;
      const left = (this.#open.get(userId) ?? 1) - 1;
      if (left === 0) this.#open.delete(userId);
      else this.#open.set(userId, left);
    };
    return { give };
  }
}

interface Place {
  readonly give: () => void;
}

/** What has come of a user's events and has not been taken yet; bounded, and emptied where that is too much. */
class Inbox implements LiveListener {
  readonly userId: UserId;
  #waiting: ShownEvent[] = [];
  #characters = 0;
  #wake: () => void = () => {};
  isOverflown = false;
  isCut = false;
  through = 0 as Sequence;

  constructor(userId: UserId) {
    this.userId = userId;
  }

  take(event: ShownEvent): void {
    if (this.isOverflown) return;
    this.#waiting.push(event);
    this.#characters += event.text.length;
    if (this.#waiting.length > MOST_WAITING || this.#characters > MOST_WAITING_CHARACTERS) {
      this.#waiting = [];
      this.#characters = 0;
      this.isOverflown = true;
    }
    this.wake();
  }

  reached(through: Sequence): void {
    this.through = through;
  }

  failed(): void {
    this.isCut = true;
    this.wake();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The oldest event after a place, or null where none waits. */
  next(after: Sequence): ShownEvent | null {
    for (;;) {
      const event = this.#waiting.shift();
      if (event === undefined) return null;
      this.#characters -= event.text.length;
      if (event.sequence > after) return event;
    }
  }

  clear(): void {
    this.#waiting = [];
    this.#characters = 0;
    this.isOverflown = false;
  }

  wake(): void {
    this.#wake();
  }

  /** Until something has come, or that much time has passed. */
  async wait(ms: number): Promise<void> {
    if (ms <= 0 || !this.isEmpty || this.isOverflown || this.isCut) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = () => {};
  }
}

function isWanted(
  type: RecordedTaskEvent['type'],
  taskId: TaskId,
  { types, taskIds }: EventStreamRequest,
): boolean {
  return (types?.has(type) ?? true) && (taskIds?.has(taskId) ?? true);
}
