/**
 * Keeps the schedule book loaded and current, whether this instance leads or not.
 *
 * The view is only where it starts: the checkpoint is read first, then every entry, then the log is followed
 * from that checkpoint, for ever; a view value that was ahead of the checkpoint already skips what it holds.
 * From then on no projector is needed. A load that broke off is done again *from the first checkpoint*: an entry
 * of the first pass may have left the view before the second, and only the log between tells so.
 *
 * An event that may make a task timed which the book does not know needs the task's state: it is read (view,
 * then the tail of its own subject) beside the follower, which goes on with the other tasks. What the follower
 * brings of that task meanwhile only raises the sequence that the read must reach.
 */
import type { Logger } from 'pino';
import type { CalendarOwner } from '../../application/commands/calendars.ts';
import { LogCorrupt, LogUnavailable } from '../../application/ports/failures.ts';
import type { LogFollower } from '../../application/ports/log/following.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { Views } from '../../application/ports/views.ts';
import type { RecordedTaskEvent, UnopenedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import { advanceAll, firstBroken, type TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { schedulingOf } from '../../projections/schedule.ts';
import { untilAvailable } from '../until-available.ts';
import type { ScheduleBook, SchedulingSnapshot } from './schedule-book.ts';

const MAX_BATCH = 500;
/** Tasks whose state is read at the same time, and how many may wait before the follower waits too. */
const READS_AT_ONCE = 32;
const MAX_UNREAD = 1_000;

export interface BookKeeperDeps {
  readonly book: ScheduleBook;
  readonly views: Views;
  readonly log: EventLog;
  readonly follower: LogFollower;
  readonly logger: Logger;
  /** Sees every followed event, before it is folded. */
  readonly observe: (event: UnopenedTaskEvent) => void;
  /** Whose calendars have changed, told once the events that came with them are folded. */
  readonly onCalendars: (owners: readonly CalendarOwner[]) => void;
}

interface Unread {
  readonly userId: UserId;
  /** The state read must hold the event of this sequence. */
  reach: Sequence;
}

export class BookKeeper {
  readonly #deps: BookKeeperDeps;
  readonly #unread = new Map<TaskId, Unread>();
  readonly #waiting: TaskId[] = [];
  #reading = 0;
  #onRead: () => void = () => {};
  #stop = new AbortController();
  #failure: unknown = null;

  constructor(deps: BookKeeperDeps) {
    this.#deps = deps;
  }

  /**
   * Loads the book and follows the log until `signal` aborts. `onCurrent` is called once, when the book holds
   * all that the log held after loading. Throws on a stored event that this build cannot read or fold.
   */
  async run(signal: AbortSignal, onCurrent: () => void): Promise<void> {
    const stop = () => this.#stop.abort();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await this.#loadAndFollow(onCurrent);
      if (this.#failure !== null) throw this.#failure;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #loadAndFollow(onCurrent: () => void): Promise<void> {
    const { book, views, follower, logger } = this.#deps;
    const checkpoint = await this.#retried('checkpoint of the views', () => views.checkpoint());
    if (checkpoint === null) return;
    await this.#retried('scheduled tasks', () => this.#load());
    const last = await this.#retried('last sequence', () => follower.lastSequence());
    if (last === null) return;
    logger.info({ tasks: book.size, checkpoint, last }, 'schedule book loaded');
    book.followedThrough(checkpoint);

    let current = checkpoint >= last;
    if (current) onCurrent();
    await follower.followUnopened(
      checkpoint,
      async (events, through, { calendars }) => {
        await this.#foldAll(events);
        this.#deps.onCalendars(calendars);
        book.followedThrough(through);
        if (!current && through >= last) {
          current = true;
          onCurrent();
        }
        while (this.#unread.size > MAX_UNREAD && !this.#stop.signal.aborted) await this.#nextRead();
      },
      { maxBatch: MAX_BATCH, signal: this.#stop.signal },
    );
  }

  async #load(): Promise<void> {
    await this.#deps.views.scheduled((entries) => {
      for (const entry of entries) this.#deps.book.put(entry);
    });
  }

  async #foldAll(events: readonly UnopenedTaskEvent[]): Promise<void> {
    const slice = new Timeslice();
    for (const event of events) {
      this.#deps.observe(event);
      this.#fold(event);
      if (slice.isOver()) await slice.next();
    }
  }

  #fold(event: UnopenedTaskEvent): void {
    const { user_id: userId, task_id: taskId, sequence } = event.meta;
    const unread = this.#unread.get(taskId);
    if (unread !== undefined) {
      unread.reach = sequence;
      return;
    }
    if (this.#deps.book.fold(event) !== 'unknown') return;
    this.#unread.set(taskId, { userId, reach: sequence });
    this.#waiting.push(taskId);
    this.#readOn();
  }

  #readOn(): void {
    while (this.#reading < READS_AT_ONCE) {
      const taskId = this.#waiting.shift();
      const unread = taskId === undefined ? undefined : this.#unread.get(taskId);
      if (taskId === undefined || unread === undefined) return;
      this.#reading += 1;
      void this.#readIn(taskId, unread).finally(() => {
        this.#reading -= 1;
        this.#onRead();
        this.#readOn();
      });
    }
  }

  async #readIn(taskId: TaskId, unread: Unread): Promise<void> {
    try {
      let snapshot: SchedulingSnapshot | null;
      do {
        snapshot = await this.#retried('task', () => this.#read(taskId, unread));
      } while (snapshot !== null && snapshot.sequence < unread.reach);
      this.#unread.delete(taskId);
      if (snapshot !== null) this.#deps.book.put(snapshot);
    } catch (error) {
      this.#failure ??= error;
      this.#stop.abort();
    }
  }

  async #read(taskId: TaskId, unread: Unread): Promise<SchedulingSnapshot> {
    const { views, log } = this.#deps;
    const from = (after: SchedulingSnapshot | null) =>
      log.readTask(unread.userId, taskId, after ?? NO_SEQUENCE);
    let task = await views.task(unread.userId, taskId);
    if (task === null || task.sequence < unread.reach) {
      const tail = await from(task);
      task = advanceAll(task, tail) ?? wholeFold(await from(null));
    }
    // The event has been followed, so the stream's leader has it, unless an election has just changed it.
    if (task === null || task.sequence < unread.reach) {
      throw new LogUnavailable(`${taskId} does not reach sequence ${unread.reach} yet`);
    }
    return { ...task, state: schedulingOf(task.state) };
  }

  #nextRead(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#stop.signal.removeEventListener('abort', done);
        this.#onRead = () => {};
        resolve();
      };
      this.#onRead = done;
      this.#stop.signal.addEventListener('abort', done);
    });
  }

  /** Null once stopped. */
  #retried<T>(what: string, ask: () => Promise<T>): Promise<T | null> {
    return untilAvailable({ what, logger: this.#deps.logger, signal: this.#stop.signal }, ask);
  }
}

/** Throws LogCorrupt. */
function wholeFold(events: readonly RecordedTaskEvent[]): TaskSnapshot | null {
  const folded = advanceAll(null, events);
  const broken = folded === null ? firstBroken(events) : null;
  if (broken !== null) throw new LogCorrupt(broken);
  return folded;
}
