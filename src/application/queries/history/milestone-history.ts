/**
 * One task's history, entered where it is asked about: from the last milestone before that place, and no further than
 * the answer needs. Milestones may be behind or missing; what comes after the last one is read from the log. Where
 * they do not fit the log at all (`HistoryGap`), the history is read from its beginning instead.
 *
 *     log         . . . . . . . . . . . . . . . . . . . . . . . . .
 *     milestones          1               2               3
 *     stretches  |--------|---------------|---------------|--------| the last one has no end
 */
import type { Position, RecordedTaskEvent } from '../../../domain/shared/event.ts';
import { NO_SEQUENCE } from '../../../domain/shared/ids.ts';
import { firstBroken, type TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { type Milestone, type PageSummary, summaryOf } from '../../../projections/milestones.ts';
import { LogCorrupt } from '../../ports/failures.ts';
import type { EventLog } from '../../ports/log/log.ts';
import type { Views } from '../../ports/views.ts';

/** Events of one read where nobody knows how many are needed. */
const STEP = 32;

export type MilestoneViews = Pick<Views, 'milestoneIndex' | 'milestonePage'>;

/** The events after one milestone, up to the next one: null stands for the beginning, and for no end. */
export interface HistoryStretch {
  readonly base: Milestone | null;
  readonly end: Milestone | null;
}

/** What is known of events without reading them: where they end, which slots they touch, under which schedules. */
export interface StretchMark extends PageSummary {
  /** The version that was in force before the first of them. */
  readonly from_version: number;
}

export class HistoryGap extends Error {
  override readonly name = 'HistoryGap';
}

export class MilestoneHistory {
  readonly #log: Pick<EventLog, 'readTask'>;
  readonly #views: MilestoneViews | null;
  readonly #task: TaskSnapshot;
  #index: Promise<readonly PageSummary[]> | null = null;
  readonly #pages = new Map<number, Promise<readonly Milestone[]>>();

  /** `views` null: without milestones. */
  constructor(log: Pick<EventLog, 'readTask'>, views: MilestoneViews | null, task: TaskSnapshot) {
    this.#log = log;
    this.#views = views;
    this.#task = task;
  }

  /** Answers from the milestones, and without them where they are of no use. */
  static async along<Answer>(
    log: Pick<EventLog, 'readTask'>,
    views: MilestoneViews,
    task: TaskSnapshot,
    answer: (history: MilestoneHistory) => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await answer(new MilestoneHistory(log, views, task));
    } catch (error) {
      if (!(error instanceof HistoryGap)) throw error;
      return answer(new MilestoneHistory(log, null, task));
    }
  }

  /** The last milestone of those that `fits` holds for, which must be the first ones; null: the beginning. */
  async last(fits: (mark: PageSummary) => boolean): Promise<Milestone | null> {
    const pages = await this.#closed();
    const at = pages.findIndex((page) => !fits(page));
    const number = at < 0 ? pages.length : at;
    const inPage = (await this.#page(number)).findLast((each) => fits(summaryOf([each], each)));
    return inPage ?? this.#lastOf(number - 1);
  }

  /** The first milestone that `fits` does not hold for; null where it holds for all. */
  async firstBeyond(fits: (mark: PageSummary) => boolean): Promise<Milestone | null> {
    const pages = await this.#closed();
    const at = pages.findIndex((page) => !fits(page));
    const milestones = await this.#page(at < 0 ? pages.length : at);
    return milestones.find((each) => !fits(summaryOf([each], each))) ?? null;
  }

  /** In order, those that `isWanted` holds for and the one without an end. */
  async *stretches(isWanted: (mark: StretchMark) => boolean): AsyncGenerator<HistoryStretch> {
    const pages = await this.#closed();
    let from_version = 0;
    for (let number = 0; number <= pages.length; number++) {
      const page = pages[number];
      if (page === undefined || isWanted({ ...page, from_version })) {
        yield* this.#stretchesOf(number, from_version, isWanted);
      }
      from_version = page?.schedule_version ?? from_version;
    }
    yield {
      base: (await this.#page(pages.length)).at(-1) ?? (await this.#lastOf(pages.length - 1)),
      end: null,
    };
  }

  /** Newest first, those that `isWanted` holds for; `to` null: the one without an end. */
  async *newestStretches(
    isWanted: (from: PageSummary | null, to: PageSummary | null) => boolean,
  ): AsyncGenerator<HistoryStretch> {
    const pages = await this.#closed();
    for (let number = pages.length; number >= 0; number--) {
      const page = pages[number];
      if (page !== undefined && !isWanted(pages[number - 1] ?? null, page)) continue;
      const milestones = await this.#page(number);
      for (let at = milestones.length - (page === undefined ? 0 : 1); at >= 0; at--) {
        const end = milestones[at] ?? null;
        const base = milestones[at - 1] ?? (await this.#lastOf(number - 1));
        const from = base === null ? null : summaryOf([base], base);
        if (isWanted(from, end === null ? null : summaryOf([end], end))) yield { base, end };
      }
    }
  }

  async *#stretchesOf(number: number, fromVersion: number, isWanted: (mark: StretchMark) => boolean) {
    let from_version = fromVersion;
    const milestones = await this.#page(number);
    for (const [at, end] of milestones.entries()) {
      const mark = { ...summaryOf([end], end), from_version };
      from_version = end.state.schedule_version;
      if (isWanted(mark)) yield { base: milestones[at - 1] ?? (await this.#lastOf(number - 1)), end };
    }
  }

  /** The base may also be an earlier milestone. Throws HistoryGap where the log does not continue the base. */
  eventsOf({
    base,
    end,
  }: HistoryStretch): AsyncGenerator<RecordedTaskEvent> | Promise<readonly RecordedTaskEvent[]> {
    if (end === null) return this.eventsAfter(base);
    return this.#readStretch(base, end);
  }

  async #readStretch(base: Milestone | null, end: Milestone): Promise<RecordedTaskEvent[]> {
    const count = end.revision - (base?.revision ?? 0);
    const events = await this.#readOn(base, base, count);
    if (events.length < count || events.at(-1)?.meta.sequence !== end.sequence) throw new HistoryGap();
    return events;
  }

  /** All events after a milestone, read as they are taken. Throws HistoryGap where the log does not continue it. */
  async *eventsAfter(base: Milestone | null): AsyncGenerator<RecordedTaskEvent> {
    let last: RecordedTaskEvent | null = null;
    for (let step = STEP; ; step = Math.min(step * 2, 1_000)) {
      const events: RecordedTaskEvent[] = await this.#readOn(base, last === null ? base : last.meta, step);
      yield* events;
      last = events.at(-1) ?? last;
      if (events.length < step) return;
    }
  }

  async #readOn(base: Milestone | null, after: Position | null, limit: number): Promise<RecordedTaskEvent[]> {
    const { user_id, task_id } = this.#task.state;
    const events = await this.#log.readTask(user_id, task_id, after ?? NO_SEQUENCE, limit);
    const broken = firstBroken(events, after);
    if (broken === null) return events;
    if (base === null) throw new LogCorrupt(broken);
    throw new HistoryGap();
  }

  async #lastOf(number: number): Promise<Milestone | null> {
    if (number < 0) return null;
    const last = (await this.#page(number)).at(-1);
    if (last === undefined) throw new HistoryGap();
    return last;
  }

  #closed(): Promise<readonly PageSummary[]> {
    const { user_id, task_id } = this.#task.state;
    this.#index ??= this.#views?.milestoneIndex(user_id, task_id) ?? Promise.resolve([]);
    return this.#index;
  }

  async #page(number: number): Promise<readonly Milestone[]> {
    let page = this.#pages.get(number);
    if (page === undefined) {
      const { user_id, task_id } = this.#task.state;
      page = this.#views?.milestonePage(user_id, task_id, number) ?? Promise.resolve([]);
      this.#pages.set(number, page);
    }
    return page;
  }
}
