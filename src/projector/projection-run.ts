/**
 * Projecting from one checkpoint on, for as long as nothing goes wrong. Events are folded as they arrive, into the
 * step that is open. A step that is full is committed as soon as no batch is under way, any other in its own time
 * (step-window.ts): single events when little happens, what a second brings when much does.
 *
 *     events --> fold --> open step --> [one full step waiting] --> batch under way --> checkpoint
 *
 * Batches follow one another, never side by side: the lock of each is the checkpoint that the one before has written,
 * and guessing it could match one that another projector wrote. While a batch is under way the next one is folded.
 *
 * Nobody waits for the views while what they lack is fresh, and the server that takes a batch takes the log's appends too.
 * So then batches are short, and after each the server is left alone for longer than it took.
 *
 * What is folded here holds only as long as each batch is taken. The first one that is refused, or whose answer is
 * lost, ends the run: a new one starts from the checkpoint that is stored.
 */
import type { LogFollower, OtherEvents } from '../application/ports/log/following.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { Sequence, UserId } from '../domain/shared/ids.ts';
import { epochMs } from '../domain/shared/instant.ts';
import { brokenChain } from '../domain/task/evolve/snapshot.ts';
import type { SealingKey } from '../jetstream/codec/sealing.ts';
import { LogBroken } from '../jetstream/log/follow/log-message.ts';
import type { KeyFinder } from '../jetstream/views/sealed-values.ts';
import type { StoredCheckpoint } from '../jetstream/views/view-bucket.ts';
import { analyticsKey } from '../jetstream/views/view-keys.ts';
import { pauseUnless } from '../kernel/pause.ts';
import type { AnalyticsPlace, Counted } from '../projections/analytics.ts';
import { addTally, placesOf } from '../projections/analytics-sums.ts';
import { type TaskFold, TaskStretch, type TaskViews } from '../projections/task-views.ts';
import { type AnalyticsValues, countedBytes } from './analytics-values.ts';
import { ONE_BATCH, ProjectionStep, SHORT_BATCH } from './projection-step.ts';
import { StepWindow } from './step-window.ts';
import { foldKey, follows, type TaskFolds, writtenBytes } from './task-folds.ts';
import { type TemplateFolds, templateBytes } from './template-folds.ts';

/** Events folded without giving way. */
const EVENTS_AT_ONCE = 200;
/** What is older has waited for a projector to come: that is caught up with at once. */
const FRESH_MS = 10_000;
/** After a batch, so many times as long as it took. */
const REST_FACTOR = 2;
const MOST_REST_MS = 100;

export interface ProjectionRunOptions {
  readonly from: StoredCheckpoint;
  readonly views: TaskViews;
  readonly folds: TaskFolds;
  readonly analytics: AnalyticsValues;
  readonly templates: TemplateFolds;
  readonly keys: KeyFinder;
  /** Stores a step under the lock; answers the next lock. Throws where it was refused or its answer was lost. */
  readonly commit: (step: ProjectionStep, lock: number) => Promise<number>;
  readonly onCheckpoint: (checkpoint: Sequence) => void;
  /** Up to where the log has been seen. */
  readonly onSeen: (through: Sequence) => void;
  /** Epoch milliseconds; default: of this machine. */
  readonly nowMs?: () => number;
}

export class ProjectionRun {
  readonly #options: ProjectionRunOptions;
  readonly #end = new AbortController();
  #lock: number;
  #committed: Sequence;
  /** Everything up to this is in a step. */
  #taken: Sequence;
  /** What the last step that was closed says of the log. */
  #said: Sequence;
  /** Values of tasks are in the views up to here, from a run before this one; sums are not. */
  readonly #valuesThrough: Sequence;
  readonly #nowMs: () => number;
  /** Whether the events that come are fresh; so they are until some have come that are not. */
  #isFresh = true;
  #open: ProjectionStep;
  #waiting: ProjectionStep | null = null;
  #committing: ProjectionStep | null = null;
  #underWay: Promise<void> | null = null;
  readonly #window = new StepWindow(() => this.#commitNext());
  #failure: { readonly error: unknown } | null = null;

  constructor(options: ProjectionRunOptions) {
    this.#options = options;
    this.#lock = options.from.at;
    this.#committed = options.from.sequence;
    this.#taken = options.from.sequence;
    this.#said = options.from.sequence;
    this.#valuesThrough = options.from.values;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#open = this.#newStep();
  }

  #newStep(): ProjectionStep {
    return new ProjectionStep(this.#valuesThrough, this.#isFresh ? SHORT_BATCH : ONE_BATCH);
  }

  /** Follows the log until `signal` aborts; the batch under way is waited for. Throws what ended the run otherwise. */
  async follow(follower: LogFollower, signal: AbortSignal): Promise<void> {
    const end = () => this.#end.abort();
    signal.addEventListener('abort', end, { once: true });
    try {
      if (signal.aborted) return;
      await follower.followOpened(
        this.#options.from.sequence,
        (events, through, others) => this.#take(events, through, others),
        {
          maxBatch: EVENTS_AT_ONCE,
          signal: this.#end.signal,
        },
      );
    } finally {
      signal.removeEventListener('abort', end);
      this.#end.abort();
      await this.#underWay;
      this.#window.stop();
    }
    if (this.#failure !== null) throw this.#failure.error;
  }

  async #take(events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents): Promise<void> {
    this.#options.onSeen(through);
    this.#window.arrived(events.length);
    const last = events.at(-1);
    if (last !== undefined) this.#isFresh = this.#nowMs() - epochMs(last.meta.time) < FRESH_MS;
    // First: a step that is committed in between says that everything up to its last event is in it.
    for (const event of others.templates) {
      const template = await this.#options.templates.with(event);
      const bytes = templateBytes(template);
      if (!(await this.#hasRoomFor(1, bytes))) return;
      this.#open.addTemplate(template, bytes);
    }
    const folds = await this.#options.folds.before(events);
    const stretches = this.#project(events, folds);
    const counted = await this.#countedBefore(stretches);
    const keys = await this.#keysOf(stretches);
    for (const stretch of stretches) {
      const { fold, tally } = stretch;
      const { meta } = stretch.last;
      const changes = meta.sequence > this.#valuesThrough ? stretch.changes() : [];
      const bytes = writtenBytes(fold, changes);
      const held = (place: AnalyticsPlace) => counted.get(analyticsKey(place)) ?? null;
      const sums = tally === null ? [] : addTally((place) => held(place)?.state ?? null, tally);
      const values = sums.map((sum) => ({
        key: analyticsKey(sum),
        bytes: countedBytes(sum.state),
        sum,
      }));
      const more = values.reduce((all, value) => all + value.bytes, 0);
      if (!(await this.#hasRoomFor(changes.length + sums.length, bytes + more))) return;
      this.#open.add(meta, changes, bytes, keys.get(meta.user_id) ?? null);
      for (const { key, bytes, sum } of values) {
        const value = { sequence: stretch.countedAt(sum), state: sum.state };
        counted.set(key, value);
        this.#open.addAnalytics(key, value, bytes);
      }
    }
    for (const [key, fold] of folds) if (fold !== null) this.#options.folds.keep(key, fold);
    for (const [key, value] of counted) if (value !== null) this.#options.analytics.keep(key, value);
    this.#open.advanceTo(through);
    this.#taken = through;
    this.#commitNext();
  }

  async #keysOf(stretches: readonly TaskStretch[]): Promise<Map<UserId, SealingKey | null>> {
    const keys = new Map<UserId, SealingKey | null>();
    for (const { last } of stretches) {
      const { meta } = last;
      if (!keys.has(meta.user_id)) keys.set(meta.user_id, await this.#options.keys.find(meta.user_id));
    }
    return keys;
  }

  /** Folds the events, those of one task that follow one another together, and leaves in `folds` what they have made. */
  #project(events: readonly RecordedTaskEvent[], folds: Map<string, TaskFold | null>): TaskStretch[] {
    const all: TaskStretch[] = [];
    for (const event of events) {
      const key = foldKey(event);
      const before = folds.get(key) ?? null;
      if (before !== null && event.meta.sequence <= before.task.sequence) continue;
      if (!follows(before, event)) {
        throw new LogBroken(brokenChain(before?.task ?? null, event));
      }
      const open = all.at(-1);
      const isNext =
        open !== undefined && foldKey(open.last) === key && open.last.meta.sequence !== this.#valuesThrough;
      const stretch = isNext && open.add(event) ? open : new TaskStretch(this.#options.views, before, event);
      if (stretch !== open) all.push(stretch);
      folds.set(key, stretch.fold);
    }
    return all;
  }

  /**
   * What the values that the tallies touch are before them. A value that a step still holds is newer than the bucket's;
   * of the others the bucket has everything up to the last commit.
   */
  async #countedBefore(stretches: readonly TaskStretch[]): Promise<Map<string, Counted | null>> {
    const held = new Map<string, Counted | null>();
    const missing = new Set<string>();
    const steps = [this.#open, this.#waiting, this.#committing];
    for (const { tally } of stretches) {
      for (const place of tally === null ? [] : placesOf(tally)) {
        const key = analyticsKey(place);
        if (held.has(key) || missing.has(key)) continue;
        const step = steps.find((each) => each?.analyticsAt(key) !== undefined);
        const value = step?.analyticsAt(key) ?? this.#options.analytics.kept(key);
        if (value === undefined) missing.add(key);
        else held.set(key, value);
      }
    }
    if (missing.size === 0) return held;
    const read = await this.#options.analytics.read([...missing], this.#committed);
    for (const [key, value] of read) held.set(key, value);
    return held;
  }

  /** Makes room in the open step; false where the run has ended. */
  async #hasRoomFor(values: number, bytes: number): Promise<boolean> {
    while (!this.#open.hasRoomFor(values, bytes)) {
      if (this.#end.signal.aborted) return false;
      await this.#makeRoom();
    }
    return true;
  }

  /** Puts the open step into the queue, or waits until there is a place. */
  async #makeRoom(): Promise<void> {
    if (this.#waiting === null) {
      // Templates alone have filled it: its values are newer than what it says to be in the views, which no reader minds.
      if (this.#open.through === null) this.#open.advanceTo(this.#taken);
      this.#waiting = this.#open;
      this.#open = this.#newStep();
      if (this.#window.isOver() || !this.#waiting.leaveSums(this.#open, this.#said))
        this.#close(this.#waiting);
      if (this.#underWay === null) this.#commitNext();
      else this.#waiting.encode();
    } else {
      await this.#underWay;
    }
  }

  /** Nothing is left out of it. */
  #close(step: ProjectionStep): void {
    this.#said = step.through ?? this.#said;
  }

  #commitNext(): void {
    if (this.#underWay !== null || this.#end.signal.aborted) return;
    const step = this.#waiting ?? this.#open;
    if (step.through === null) return;
    if (step === this.#open && !this.#window.isDue()) return;
    if (step === this.#waiting) this.#waiting = null;
    else {
      this.#open = this.#newStep();
      this.#close(step);
    }
    this.#underWay = this.#commit(step, step.says ?? this.#said);
  }

  /** Never rejects: a failure ends the run. */
  async #commit(step: ProjectionStep, through: Sequence): Promise<void> {
    this.#committing = step;
    try {
      const began = performance.now();
      this.#lock = await this.#options.commit(step, this.#lock);
      const tookMs = performance.now() - began;
      const moved = through > this.#committed;
      this.#committed = through;
      this.#committing = null;
      this.#options.onCheckpoint(through);
      if (moved) this.#window.committed();
      if (this.#isFresh) await pauseUnless(this.#end.signal, Math.min(REST_FACTOR * tookMs, MOST_REST_MS));
      this.#underWay = null;
      this.#commitNext();
    } catch (error) {
      this.#underWay = null;
      this.#failure = { error };
      this.#end.abort();
    }
  }
}
