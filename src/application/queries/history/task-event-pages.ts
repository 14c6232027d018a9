/**
 * A task's events page by page, either way, each page bounded in events and in bytes. The log is read forwards only:
 * backwards it is read a stretch between two milestones at a time, the newest stretch first.
 */
import type { RecordedTaskEvent } from '../../../domain/shared/event.ts';
import type { Sequence } from '../../../domain/shared/ids.ts';
import type { TaskEventType } from '../../../domain/task/events/events.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import type { EventLog } from '../../ports/log/log.ts';
import { MilestoneHistory, type MilestoneViews } from './milestone-history.ts';

export interface EventPageQuery {
  readonly order: 'asc' | 'desc';
  /** Only events after this one, and before that one (null: up to the last). */
  readonly after: Sequence;
  readonly before: Sequence | null;
  /** Null: all. */
  readonly types: ReadonlySet<TaskEventType> | null;
  readonly limit: number;
}

export interface EventPage {
  readonly texts: readonly string[];
  /** Where the events after the page begin, and those before it; null: there are none before. */
  readonly next_after: Sequence;
  readonly next_before: Sequence | null;
  /** Whether there may be more in the order that was asked for. */
  readonly has_more: boolean;
}

/** Of the texts of one page, UTF-8, unless the first alone is larger. */
export const PAGE_BYTES = 4 * 1024 * 1024;
/** Events that are looked at for one page, whatever types are wanted. */
const SCANNED = 5_000;
const STEP = 500;

type TextOf = (event: RecordedTaskEvent) => string;

interface SizedText {
  readonly sequence: Sequence;
  readonly text: string;
  readonly bytes: number;
}

export class TaskEventPages {
  readonly #log: Pick<EventLog, 'readTask'>;
  readonly #views: MilestoneViews;

  constructor(log: Pick<EventLog, 'readTask'>, views: MilestoneViews) {
    this.#log = log;
    this.#views = views;
  }

  /** `task` is current. Throws LogUnavailable. */
  of(task: TaskSnapshot, query: EventPageQuery, textOf: TextOf): Promise<EventPage> {
    return query.order === 'asc' ? this.#oldest(task, query, textOf) : this.#newest(task, query, textOf);
  }

  async #oldest(task: TaskSnapshot, query: EventPageQuery, textOf: TextOf): Promise<EventPage> {
    const { user_id, task_id, id: first } = task.state;
    const { after, types, limit } = query;
    const end = lastOf(task, query);
    const texts: string[] = [];
    let bytes = 0;
    let through = after;
    let oldest: Sequence | null = null;
    // What is large is written down in stretches: others have their turn in between.
    const slice = new Timeslice();
    const answer = (has_more: boolean): EventPage => ({
      texts,
      next_after: through,
      next_before: olderThan(oldest ?? ((after + 1) as Sequence), first as Sequence),
      has_more,
    });
    for (let scanned = 0; scanned < SCANNED && texts.length < limit && through < end; ) {
      const step = types === null ? limit - texts.length : STEP;
      const events = await this.#log.readTask(user_id, task_id, through, step, PAGE_BYTES - bytes);
      for (const event of events) {
        if (slice.isOver()) await slice.next();
        if (event.meta.sequence > end || texts.length === limit) return answer(event.meta.sequence <= end);
        if (isOfTypes(event, types)) {
          const text = textOf(event);
          bytes += Buffer.byteLength(text);
          if (bytes > PAGE_BYTES && texts.length > 0) return answer(true);
          texts.push(text);
        }
        oldest ??= event.meta.sequence;
        through = event.meta.sequence;
      }
      scanned += events.length;
      if (events.length === 0) break;
    }
    return answer(through < end);
  }

  #newest(task: TaskSnapshot, query: EventPageQuery, textOf: TextOf): Promise<EventPage> {
    const { after, types, limit } = query;
    const first = task.state.id as Sequence;
    const end = lastOf(task, query);
    return MilestoneHistory.along(this.#log, this.#views, task, async (history) => {
      const texts: string[] = [];
      let bytes = 0;
      let scanned = 0;
      const slice = new Timeslice();
      const answer = (from: Sequence): EventPage => {
        const next_before = olderThan(from, first);
        const has_more = next_before !== null && from > after + 1;
        return { texts, next_after: end, next_before, has_more };
      };
      const stretches = history.newestStretches(
        (from, to) => (from?.sequence ?? 0) < end && (to === null || to.sequence > after),
      );
      for await (const stretch of stretches) {
        const newest = new NewestTexts(limit - texts.length, PAGE_BYTES - bytes, texts.length === 0 ? 1 : 0);
        for await (const event of await history.eventsOf(stretch)) {
          const { sequence } = event.meta;
          if (slice.isOver()) await slice.next();
          if (sequence > end) break;
          scanned++;
          if (sequence > after && isOfTypes(event, types)) newest.add(sequence, textOf(event));
        }
        bytes += newest.bytes;
        texts.push(...newest.texts.map(({ text }) => text).reverse());
        if (newest.isCut) {
          const from = newest.texts[0]?.sequence ?? (stretch.end?.sequence ?? end) + 1;
          return answer(from as Sequence);
        }
        const base = stretch.base?.sequence ?? 0;
        if (texts.length === limit || scanned >= SCANNED) return answer((base + 1) as Sequence);
      }
      return {
        texts,
        next_after: end,
        next_before: olderThan((after + 1) as Sequence, first),
        has_more: false,
      };
    });
  }
}

/** The last of the texts that are added: as many as fit, and `least` of them whether they fit or not. */
class NewestTexts {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #least: number;
  readonly texts: SizedText[] = [];
  bytes = 0;
  /** Not all that were added are there. */
  isCut = false;

  constructor(most: number, mostBytes: number, least: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
    this.#least = least;
  }

  add(sequence: Sequence, text: string): void {
    const bytes = Buffer.byteLength(text);
    this.texts.push({ sequence, text, bytes });
    this.bytes += bytes;
    while (
      this.texts.length > this.#most ||
      (this.bytes > this.#mostBytes && this.texts.length > this.#least)
    ) {
      this.bytes -= this.texts.shift()?.bytes ?? 0;
      this.isCut = true;
    }
  }
}

function lastOf(task: TaskSnapshot, { before }: EventPageQuery): Sequence {
  return before === null ? task.sequence : (Math.min(task.sequence, Math.max(before - 1, 0)) as Sequence);
}

function isOfTypes(event: RecordedTaskEvent, types: EventPageQuery['types']): boolean {
  return types === null || types.has(event.type);
}

/** `sequence`, unless nothing of the task is older. */
function olderThan(sequence: Sequence, first: Sequence): Sequence | null {
  return sequence <= first ? null : sequence;
}
