/**
 * Event triggers: a message on `events.<user>.<subject>` requests a run of every task of that user that listens there
 * and whose filter lets it through. All instances share the messages; none leads.
 *
 *     message -> index followed to the log's end -> tasks -> one request each -> acknowledged
 *
 * A task counts as it is when the message is taken up: the index is first followed to where the log ends at that
 * moment, so a trigger that was acknowledged before the message was published is never overlooked.
 *
 * At least once, and once in effect: a message is acknowledged only when every task has its request or wants none. One
 * that comes again, after a crash or because one of its tasks was running, asks for runs under the same ids.
 *
 * A task that runs holds the message up: it is handed back and comes again, a while later, until the run has ended. So
 * messages are not kept in order. A user may have `MAX_HELD` messages waiting in each instance, fewer where many users
 * have some; the tasks that are running then miss what comes further.
 */
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { TaskCommands } from '../../application/commands/execute-command.ts';
import { runIds } from '../../application/commands/trigger-runs.ts';
import type { Clock } from '../../application/ports/clock.ts';
import { isLogAway } from '../../application/ports/failures.ts';
import type { LogFollower } from '../../application/ports/log/following.ts';
import { traceFields } from '../../application/ports/traces.ts';
import type { Views } from '../../application/ports/views.ts';
import type { TriggerMessage, TriggerMessageQueue } from '../../application/ports/work/trigger-messages.ts';
import type { Sequence, TaskId } from '../../domain/shared/ids.ts';
import { ReadCoalescer } from '../../kernel/read-coalescer.ts';
import { untilAvailable } from '../until-available.ts';
import { TriggerIndex } from './trigger-index.ts';
import { type ReadMessage, readMessage } from './trigger-message.ts';
import { WaitingMessages } from './waiting-messages.ts';

const MAX_BATCH = 500;
/** Messages taken and not yet settled. */
const IN_HAND = 64;
/** Tasks of one message that are asked at once. */
const TASKS_AT_ONCE = 32;
const STILL_WORKING_MS = 2_000;
const RETRY_MS = 1_000;
/** A message that fails for no known reason is given up after so many tries. */
const MAX_FAILURES = 20;
const REMEMBERED_FAILURES = 1_000;

export interface EventTriggersDeps {
  readonly queue: TriggerMessageQueue;
  readonly views: Pick<Views, 'checkpoint' | 'triggers'>;
  readonly follower: Pick<LogFollower, 'followUnopened' | 'lastSequence'>;
  readonly commands: Pick<TaskCommands, 'execute'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of an attempt, where the task's schedule does not say. */
  readonly executionTimeoutSeconds: number;
}

export interface EventTriggersStatus {
  /** `failed`: the log holds what this build cannot read; no message is taken. */
  readonly state: 'stopped' | 'loading' | 'listening' | 'failed';
  readonly failure: string | null;
  /** With an event trigger. */
  readonly tasks: number;
  /** Messages that wait for a task that runs. */
  readonly held: number;
  readonly position: Sequence;
}

/** `busy`: the task runs; `again`: it was changed by others again and again. */
type Asked = 'settled' | 'busy' | 'again';

export class EventTriggers {
  readonly #deps: EventTriggersDeps;
  readonly #index = new TriggerIndex();
  readonly #held = new WaitingMessages();
  readonly #ends = new ReadCoalescer<Sequence>();
  readonly #inHand = new Set<Promise<void>>();
  /** Of messages by their sequence, here: how often they failed for no known reason. */
  readonly #failures = new LRUCache<number, number>({ max: REMEMBERED_FAILURES });
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #state: EventTriggersStatus['state'] = 'stopped';
  #failure: unknown = null;

  constructor(deps: EventTriggersDeps) {
    this.#deps = deps;
  }

  /** Once; what it comes to is told by `status`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Resolves when every message in hand is settled. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#inHand);
  }

  status(): EventTriggersStatus {
    return {
      state: this.#state,
      failure: this.#failure === null ? null : String(this.#failure),
      tasks: this.#index.size,
      held: this.#held.size,
      position: this.#index.position,
    };
  }

  async #run(): Promise<void> {
    this.#state = 'loading';
    let consuming: Promise<void> = Promise.resolve();
    try {
      await this.#follow(() => {
        this.#state = 'listening';
        consuming = this.#deps.queue.consume(IN_HAND, (message) => this.#take(message), this.#stop.signal);
      });
    } catch (error) {
      this.#failure = error;
      this.#deps.logger.fatal({ err: error }, 'event triggers failed');
      this.#stop.abort();
    }
    await consuming;
    this.#state = this.#failure === null ? 'stopped' : 'failed';
  }

  /** Loads the index and follows the log until stopped. The view is read after its checkpoint, so it lacks nothing. */
  async #follow(onCurrent: () => void): Promise<void> {
    const { views, follower, logger } = this.#deps;
    const { signal } = this.#stop;
    const asking = (what: string) => ({ what, logger, signal });
    const checkpoint = await untilAvailable(asking('checkpoint'), () => views.checkpoint());
    if (checkpoint === null) return;
    const put = () => views.triggers((entries) => entries.forEach((entry) => void this.#index.put(entry)));
    await untilAvailable(asking('triggers'), put);
    const last = await untilAvailable(asking('last sequence'), () => follower.lastSequence());
    if (last === null) return;
    this.#index.followedThrough(checkpoint);
    let current = checkpoint >= last;
    if (current) onCurrent();
    await follower.followUnopened(
      checkpoint,
      async (events, through) => {
        for (const event of events) this.#index.fold(event);
        this.#index.followedThrough(through);
        if (current || through < last) return;
        current = true;
        onCurrent();
      },
      { maxBatch: MAX_BATCH, signal },
    );
  }

  #take(message: TriggerMessage): void {
    const taken = this.#settle(message).finally(() => this.#inHand.delete(taken));
    this.#inHand.add(taken);
  }

  /** Never throws. */
  async #settle(message: TriggerMessage): Promise<void> {
    const working = setInterval(() => message.working(), STILL_WORKING_MS);
    try {
      await this.#request(message);
    } catch (error) {
      this.#failed(message, error);
    } finally {
      clearInterval(working);
    }
  }

  async #request(message: TriggerMessage): Promise<void> {
    const { signal } = this.#stop;
    const end = await this.#ends.read('', () => this.#deps.follower.lastSequence());
    await this.#index.reached(end, signal);
    if (signal.aborted) return message.handBack(0);
    const tasks = this.#index.tasksAt(message.userId, message.subject);
    if (tasks.length === 0) return this.#done(message);
    const read = readMessage(message);
    if ('unfit' in read) return this.#drop(message, read.unfit);
    const asked = new Set<Asked>();
    for (let from = 0; from < tasks.length; from += TASKS_AT_ONCE) {
      const some = tasks.slice(from, from + TASKS_AT_ONCE);
      for (const one of await Promise.all(some.map((taskId) => this.#ask(taskId, message, read))))
        asked.add(one);
    }
    if (asked.has('busy')) this.#hold(message);
    else if (asked.has('again')) message.handBack(RETRY_MS);
    else this.#done(message);
  }

  async #ask(taskId: TaskId, message: TriggerMessage, read: ReadMessage, is_new = false): Promise<Asked> {
    const { commands, executionTimeoutSeconds } = this.#deps;
    const { execution_id, event_id: eventId } = runIds(message, taskId);
    const name = `TRIGGER_EVENTS.${message.sequence}`;
    const result = await commands.execute(
      // Only a message that the task does not remember is looked for in its history.
      { userId: message.userId, taskId, eventId, mayExist: is_new },
      {
        actor: 'service:triggers',
        correlation_id: name,
        causation_id: name,
        traceparent: message.traceparent,
      },
      {
        type: 'request_by_event',
        data: {
          ...read,
          execution_id,
          subject: message.subject,
          default_timeout_seconds: executionTimeoutSeconds,
          is_new,
        },
      },
    );
    if (result.kind === 'conflict') return 'again';
    if (result.kind === 'done') return 'settled';
    const { code } = result.rejection;
    if (code === 'MESSAGE_MAY_BE_KNOWN' && !is_new) return this.#ask(taskId, message, read, true);
    if (code === 'TASK_ALREADY_RUNNING') return 'busy';
    const { logger } = this.#deps;
    logger.info(
      { ...named(message), task_id: taskId, code },
      'a message did not run a task that listens for it',
    );
    return 'settled';
  }

  #hold(message: TriggerMessage): void {
    const delayMs = this.#held.hold(message, this.#deps.clock.monotonicMs());
    if (delayMs !== null) {
      message.handBack(delayMs);
      return;
    }
    this.#deps.logger.warn(named(message), 'too many messages wait for tasks that run: one was skipped');
    this.#done(message);
  }

  #drop(message: TriggerMessage, reason: string): void {
    this.#deps.logger.warn(
      { ...named(message), reason },
      'a message that no task can be run with was dropped',
    );
    this.#held.release(message);
    message.drop(reason);
  }

  #done(message: TriggerMessage): void {
    this.#held.release(message);
    message.ack();
  }

  #failed(message: TriggerMessage, error: unknown): void {
    if (isLogAway(error)) {
      message.handBack(RETRY_MS);
      return;
    }
    this.#deps.logger.error({ ...named(message), err: error }, 'a message ran no task');
    // Not its deliveries: most of them waited for a task that ran, or for the log.
    const failures = (this.#failures.get(message.sequence) ?? 0) + 1;
    this.#failures.set(message.sequence, failures);
    if (failures >= MAX_FAILURES) this.#drop(message, 'failed again and again');
    else message.handBack(RETRY_MS);
  }
}

/** For the log: a message is known by where it stands, what it says is nobody else's to read. */
function named({ userId, subject, sequence, traceparent }: TriggerMessage) {
  return { user_id: userId, subject, sequence, ...traceFields(traceparent) };
}
