/**
 * What one atomic batch of the projector writes: each touched value once, as it is after the last event of the step,
 * and then the checkpoint, conditional on the checkpoint that the step was folded on. Sums, to which thousands of tasks
 * add, may be left to a later step: then the checkpoint stays where it was, and says beside it how far the other values
 * are. Analytics come first, executions
 * before the schedule, that before tasks, and the checkpoint last, so that on servers which show a batch while they store it, what
 * is read together is never newer in what it claims than in what it holds.
 */
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../domain/shared/ids.ts';
import type { TemplateSnapshot } from '../domain/template/state.ts';
import type { SealingKey } from '../jetstream/codec/sealing.ts';
import { isSealed, sealedValue } from '../jetstream/views/sealed-values.ts';
import type { ViewWrite } from '../jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, changeKey, encodeValue, templateKey } from '../jetstream/views/view-keys.ts';
import { ANALYTICS, type Counted } from '../projections/analytics.ts';
import type { ViewChange, ViewValue } from '../projections/task-views.ts';
import { TEMPLATES } from '../projections/templates.ts';
import type { ViewName } from '../projections/view.ts';

export interface StepLimits {
  readonly values: number;
  /** Of all values as they lie in memory; as JSON they are smaller. */
  readonly bytes: number;
}

/** Of one batch: enough to make the fsync cheap, few enough not to hold up the event loop. */
export const ONE_BATCH: StepLimits = { values: 990, bytes: 4 * 1024 * 1024 };
/** Of one while slots fire and people write: the server takes it in some ten milliseconds, for which their events may wait. */
export const SHORT_BATCH: StepLimits = { values: 250, bytes: 1024 * 1024 };
/** Of what a step may hold, the sums that it may leave to the next one: they must leave it room. */
const MAX_LEFT_SUMS = 0.6;
const MAX_LEFT_BYTES = 0.25;

type StepView = ViewName | typeof TEMPLATES.name | typeof ANALYTICS.name;

interface Touched {
  readonly value: ViewValue | TemplateSnapshot | Counted | null;
  readonly bytes: number;
  /** There was none before the step. */
  readonly isNew?: boolean | undefined;
  /** Of the user whose value it is; null: there is none, and what would be sealed under it is not written. */
  readonly key?: SealingKey | null;
}

export class ProjectionStep {
  readonly #values: Readonly<Record<StepView, Map<string, Touched>>> = {
    ANALYTICS: new Map(),
    EXECUTIONS: new Map(),
    SCHEDULE: new Map(),
    TRIGGERS: new Map(),
    MILESTONES: new Map(),
    TASKS: new Map(),
    TEMPLATES: new Map(),
  };
  #bytes = 0;
  #count = 0;
  #sumBytes = 0;
  #through: Sequence | null = null;
  /** Where sums are left to the next step: what the checkpoint goes on saying. */
  #said: Sequence | null = null;
  readonly #valuesThrough: Sequence;
  readonly #limits: StepLimits;
  #encoded: ViewWrite[] | null = null;

  /** Up to where the log is in it; null while there is nothing to commit. */
  get through(): Sequence | null {
    return this.#through;
  }

  /** `valuesThrough`: values of tasks are in the views up to there already. */
  constructor(valuesThrough: Sequence = NO_SEQUENCE, limits = ONE_BATCH) {
    this.#valuesThrough = valuesThrough;
    this.#limits = limits;
  }

  /** What its checkpoint will say: everything in the log up to there is in the views. */
  get says(): Sequence | null {
    return this.#said ?? this.#through;
  }

  /** Whether an event that changes so many values of so many bytes together may join; the first always may. */
  hasRoomFor(values: number, bytes: number): boolean {
    if (this.#count === 0) return true;
    return this.#count + values <= this.#limits.values && this.#bytes + bytes <= this.#limits.bytes;
  }

  /** `bytes`: of all changes together; `key`: of the user, null where there is none. */
  add(
    of: { readonly sequence: Sequence; readonly user_id: UserId; readonly task_id: TaskId },
    changes: readonly ViewChange[],
    bytes: number,
    key: SealingKey | null,
  ): void {
    for (const change of changes) {
      const at = changeKey(change, of.user_id, of.task_id);
      const { value, isNew } = change;
      this.#touch(change.view, at, { value, isNew, bytes: bytes / changes.length, key });
    }
    this.#through = of.sequence;
  }

  /** With the event that was added last. */
  addAnalytics(key: string, value: Counted, bytes: number): void {
    this.#touch(ANALYTICS.name, key, { value, bytes });
  }

  analyticsAt(key: string): Counted | undefined {
    return this.#values.ANALYTICS.get(key)?.value as Counted | undefined;
  }

  /**
   * Leaves its sums to the step that follows, which goes on to be committed whatever comes, and says of the log no more
   * than `said`; false where they are too many, or all that it has.
   */
  leaveSums(next: ProjectionStep, said: Sequence): boolean {
    const sums = this.#values.ANALYTICS;
    const { values, bytes } = this.#limits;
    if (sums.size > MAX_LEFT_SUMS * values || this.#sumBytes > MAX_LEFT_BYTES * bytes) return false;
    if (sums.size === 0 || sums.size === this.#count) return false;
    for (const [key, touched] of sums) next.#touch(ANALYTICS.name, key, touched);
    this.#count -= sums.size;
    this.#bytes -= this.#sumBytes;
    this.#sumBytes = 0;
    sums.clear();
    next.#through = this.#through;
    this.#said = said;
    return true;
  }

  addTemplate(template: TemplateSnapshot, bytes: number): void {
    this.#touch(TEMPLATES.name, templateKey(template.state.template_id), { value: template, bytes });
  }

  #touch(view: StepView, key: string, touched: Touched): void {
    const values = this.#values[view];
    const before = values.get(key);
    if (before === undefined) this.#count++;
    const more = touched.bytes - (before?.bytes ?? 0);
    this.#bytes += more;
    if (view === ANALYTICS.name) this.#sumBytes += more;
    values.set(key, before === undefined ? touched : { ...touched, isNew: before.isNew });
  }

  /** Everything up to this sequence is in the step, or no task's. */
  advanceTo(through: Sequence): void {
    this.#through = through;
  }

  /** Of a step that is full: does now what `writes` would do when it is the step's turn. */
  encode(): void {
    this.#encoded = Object.entries(this.#values).flatMap(([view, values]) =>
      [...values].flatMap(([key, touched]) => writeOf(view, key, touched) ?? []),
    );
  }

  /** `lock`: sequence of the checkpoint's message in the stream of the views, 0 before the first. */
  writes(lock: number): ViewWrite[] {
    if (this.#encoded === null) this.encode();
    const checkpoint = {
      key: CHECKPOINT_KEY,
      headers: { 'Nats-Expected-Last-Subject-Sequence': `${lock}` },
      payload: encodeValue(this.#progress()),
    };
    return [...(this.#encoded ?? []), checkpoint];
  }

  #progress(): { readonly sequence: Sequence | null; readonly values?: Sequence } {
    const sequence = this.says;
    const values = Math.max(this.#through ?? NO_SEQUENCE, this.#valuesThrough) as Sequence;
    return values > (sequence ?? NO_SEQUENCE) ? { sequence, values } : { sequence };
  }
}

/** Null where nothing is to be written: what came and went, and what no key is there for. */
export function writeOf(
  view: string,
  at: string,
  { value, isNew = false, key = null }: Omit<Touched, 'bytes'>,
): ViewWrite | null {
  // What came and went within the step was never stored.
  if (value === null && isNew) return null;
  if (value === null) return { key: at, headers: { 'KV-Operation': 'DEL' }, payload: new Uint8Array() };
  if (!isSealed(view)) return { key: at, headers: {}, payload: encodeValue(value) };
  return key === null ? null : { key: at, headers: {}, payload: sealedValue(at, value as ViewValue, key) };
}
