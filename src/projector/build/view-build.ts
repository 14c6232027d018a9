/**
 * Fills a generation of the views that nobody reads or projects, from the log's first event to its end. As nobody reads it,
 * no value need be stored before the end: tasks and sums are kept in memory, as many as the bound allows, and each is
 * written when there is no room for it any more, and at the end.
 *
 *     events --> tasks and sums in memory --(no room: those not touched for longest)--> batches --> bucket
 *                        ^---------------------(touched again: read)-------------------------------'
 *
 * A build has one checkpoint, its last message. Before its first value it claims the bucket by a checkpoint that says
 * nothing: a bucket with such a one belongs to a build that goes on or was broken off, and is worth nothing to anybody
 * else, for nothing in a sum would tell what is in it.
 */
import { setImmediate as tick } from 'node:timers/promises';
import type { LogFollower, OtherEvents } from '../../application/ports/log/following.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence, type TemplateId } from '../../domain/shared/ids.ts';
import { brokenChain } from '../../domain/task/evolve/snapshot.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import { LogBroken } from '../../jetstream/log/follow/log-message.ts';
import type { KeyFinder } from '../../jetstream/views/sealed-values.ts';
import type { ViewBucket, ViewWrite } from '../../jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, encodeValue, templateKey } from '../../jetstream/views/view-keys.ts';
import { onAbort } from '../../kernel/on-abort.ts';
import type { TaskViews } from '../../projections/task-views.ts';
import { foldKey, follows, TaskFolds } from '../task-folds.ts';
import type { TemplateFolds } from '../template-folds.ts';
import { BuildWriter, type StoreTogether } from './build-writer.ts';
import { BuiltSums, type CountedEvent } from './built-sums.ts';
import { BuiltTask } from './built-task.ts';

/** Events folded without giving way. */
const EVENTS_AT_ONCE = 250;
/** Tasks encoded without giving way. */
const TASKS_AT_ONCE = 100;
/** So many events may be left to who goes on with it. */
const NEARLY_ALL = 1_000;
const MOST_ROUNDS = 5;
/** Of the memory for tasks, what is left when there was no room. */
const KEPT_SHARE = 0.9;
const SUMS_SHARE = 0.2;
/** Of the work with an event what is done when it is folded; the rest when the values of its task are written. */
const FOLDED_SHARE = 0.7;

export interface ViewBuildOptions {
  readonly views: TaskViews;
  readonly keys: KeyFinder;
  readonly log: Pick<EventLog, 'readTask'>;
  readonly follower: LogFollower;
  readonly templates: TemplateFolds;
  readonly bucket: Pick<ViewBucket, 'getTogether' | 'getFromLeader'>;
  readonly store: StoreTogether;
  readonly executionsKept: number;
  /** Memory for tasks and sums, roughly. */
  readonly cacheBytes: number;
  /** How many events of how many. */
  readonly onProgress: (done: number, of: number) => void;
}

export class ViewBuild {
  readonly #options: ViewBuildOptions;
  readonly #over = new AbortController();
  readonly #writer: BuildWriter;
  readonly #folds: TaskFolds;
  readonly #sums: BuiltSums;
  readonly #tasks = new Map<string, BuiltTask>();
  readonly #templates = new Map<TemplateId, TemplateSnapshot>();
  #bytes = 0;
  /** Of `touched`. */
  #turn = 0;
  /** Everything up to this is folded. */
  #taken = NO_SEQUENCE;
  #through = NO_SEQUENCE;
  #rounds = 1;
  /** Events of tasks that are folded and not written. */
  #unwritten = 0;
  #isDone = false;

  constructor(options: ViewBuildOptions) {
    const { views, keys, log, executionsKept, bucket, store, cacheBytes } = options;
    this.#options = options;
    this.#writer = new BuildWriter(store, this.#over.signal);
    // What is in memory is kept here.
    this.#folds = new TaskFolds({ views, keys, log, executionsKept, bucket, cacheBytes: 1 });
    this.#sums = new BuiltSums(cacheBytes * SUMS_SHARE);
  }

  /**
   * Once, until the bucket holds the log, or lacks no more than came while that was looked at; answers its checkpoint,
   * null where the signal has aborted. Throws LogUnavailable, the server's refusal where another has claimed the bucket,
   * and what is wrong with the log.
   */
  async run(signal: AbortSignal): Promise<Sequence | null> {
    const { follower, store } = this.#options;
    this.#through = await follower.lastSequence();
    if (this.#through === NO_SEQUENCE) return NO_SEQUENCE;
    const over = this.#over;
    const off = onAbort(signal, () => over.abort());
    try {
      const claim = await store([checkpointWrite(NO_SEQUENCE, 0)]);
      this.#tell();
      await this.#follow();
      if (!over.signal.aborted) await this.#writeAll();
      if (over.signal.aborted) return null;
      await store([checkpointWrite(this.#taken, claim)]);
      this.#isDone = true;
      this.#tell();
      return this.#taken;
    } finally {
      off();
      over.abort();
      await this.#writer.end();
    }
  }

  async #follow(): Promise<void> {
    const end = new AbortController();
    const off = onAbort(this.#over.signal, () => end.abort());
    const take = async (events: readonly RecordedTaskEvent[], through: Sequence, others: OtherEvents) => {
      await this.#take(events, others);
      this.#taken = through;
      this.#tell();
      if (through >= this.#through && (await this.#isEnough())) end.abort();
    };
    const options = { maxBatch: EVENTS_AT_ONCE, signal: end.signal };
    await this.#options.follower.followOpened(NO_SEQUENCE, take, options).finally(off);
  }

  async #isEnough(): Promise<boolean> {
    const end = await this.#options.follower.lastSequence();
    if (end - this.#taken <= NEARLY_ALL || this.#rounds++ >= MOST_ROUNDS) {
      this.#through = this.#taken;
      return true;
    }
    this.#through = end;
    return false;
  }

  async #take(events: readonly RecordedTaskEvent[], { templates }: OtherEvents): Promise<void> {
    for (const event of templates) {
      const template = await this.#options.templates.with(event);
      this.#templates.set(template.state.template_id, template);
    }
    await this.#readMissing(events);
    const counted = this.#fold(events);
    const missing = this.#sums.missing(counted);
    if (missing.size > 0) {
      await this.#writer.flush();
      await this.#sums.read(missing, this.#options.bucket);
    }
    for (const each of counted) this.#sums.add(each);
    if (this.#sums.isFull) await this.#writeSums();
    if (this.#bytes > this.#options.cacheBytes) await this.#makeRoom();
  }

  /** Tasks that were written, and those of which more is needed than was read, are read; these are written before. */
  async #readMissing(events: readonly RecordedTaskEvent[]): Promise<void> {
    const missing = new Set<string>();
    const begun = new Set<string>();
    const requested = new Set<BuiltTask>();
    for (const event of events) {
      const key = foldKey(event);
      const task = this.#tasks.get(key);
      if (task === undefined) {
        if (event.meta.revision === 1) begun.add(key);
        else if (!begun.has(key)) missing.add(key);
        continue;
      }
      if (event.type === 'task.execution_requested') requested.add(task);
      if (task.lacksMilestones(event) || (!requested.has(task) && task.lacksExecution(event)))
        missing.add(key);
    }
    if (missing.size === 0) return;
    for (const key of missing) {
      const task = this.#tasks.get(key);
      if (task !== undefined) await this.#write(key, task);
    }
    await this.#writer.flush();
    const ofMissing = events.filter((event) => missing.has(foldKey(event)));
    const folds = await this.#folds.before(ofMissing);
    for (const event of ofMissing) {
      const key = foldKey(event);
      if (!this.#tasks.has(key))
        this.#begin(key, new BuiltTask(this.#options.views, event, folds.get(key) ?? null));
    }
  }

  #begin(key: string, task: BuiltTask): BuiltTask {
    this.#tasks.set(key, task);
    this.#bytes += task.bytes;
    return task;
  }

  #fold(events: readonly RecordedTaskEvent[]): CountedEvent[] {
    const counted: CountedEvent[] = [];
    this.#turn++;
    for (const event of events) {
      const key = foldKey(event);
      const task = this.#tasks.get(key) ?? this.#begin(key, new BuiltTask(this.#options.views, event, null));
      if (!follows(task.fold, event)) throw new LogBroken(brokenChain(task.fold?.task ?? null, event));
      this.#bytes -= task.bytes;
      const tally = task.add(event);
      task.touched = this.#turn;
      this.#bytes += task.bytes;
      this.#unwritten++;
      if (tally !== null) counted.push({ tally, sequence: event.meta.sequence });
    }
    return counted;
  }

  /** Writes and forgets tasks that nothing has happened to for longest. */
  async #makeRoom(): Promise<void> {
    const bound = this.#options.cacheBytes * KEPT_SHARE;
    const all = [...this.#tasks].sort(([, a], [, b]) => a.touched - b.touched);
    for (const [key, task] of all) {
      if (this.#bytes <= bound) return;
      await this.#write(key, task);
    }
  }

  /** At the end. */
  async #writeAll(): Promise<void> {
    let written = 0;
    for (const [key, task] of this.#tasks) {
      await this.#write(key, task);
      if (++written % TASKS_AT_ONCE === 0) await this.#giveWay();
    }
    await this.#writeSums();
    for (const [id, template] of this.#templates)
      this.#writer.add({ key: templateKey(id), headers: {}, payload: encodeValue(template) });
    await this.#writer.flush();
  }

  async #giveWay(): Promise<void> {
    await this.#writer.room();
    this.#tell();
    await tick();
  }

  /** And forgets it. */
  async #write(key: string, task: BuiltTask): Promise<void> {
    const sealing = await this.#options.keys.find(task.userId);
    for (const write of task.writes(sealing)) this.#writer.add(write);
    this.#tasks.delete(key);
    this.#bytes -= task.bytes;
    this.#unwritten -= task.events;
    await this.#writer.room();
  }

  async #writeSums(): Promise<void> {
    let written = 0;
    for (const write of this.#sums.takeAll()) {
      this.#writer.add(write);
      if (++written % TASKS_AT_ONCE === 0) await this.#giveWay();
    }
  }

  #tell(): void {
    const of = this.#through;
    const done = this.#taken - this.#unwritten * (1 - FOLDED_SHARE);
    this.#options.onProgress(this.#isDone ? of : Math.max(0, Math.floor(Math.min(done, of - 1))), of);
  }
}

/** `lock`: where the checkpoint's message stands, 0 for none. */
function checkpointWrite(sequence: Sequence, lock: number): ViewWrite {
  return {
    key: CHECKPOINT_KEY,
    headers: { 'Nats-Expected-Last-Subject-Sequence': `${lock}` },
    payload: encodeValue({ sequence }),
  };
}
