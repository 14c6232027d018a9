/**
 * The relay: turns the log into messages for other services, in log order, each event's messages once. A second one
 * does the same for people's devices, where its stream cannot say what stands in it: there, each at least once.
 *
 * One instance relays, under a lease; that is for order and economy. What makes a message come once is the stream it
 * writes to: every write is conditional on what stood at the stream's end when this leader began, so a leader that was
 * deposed, paused or cut off from its answers is refused, and looks anew where the stream stands.
 *
 *     resume after = max(checkpoint, Log-Sequence of the last message there)
 *
 * The messages say it for as long as there are any; the checkpoint when they have expired, or where the log had much
 * that nobody is told of. All messages of one event are in one batch, so the last message's event is always whole.
 */
import type { Logger } from 'pino';
import { LogRefused, LogUnavailable } from '../application/ports/failures.ts';
import type { Leadership, Lease } from '../application/ports/lease.ts';
import type { LogFollower } from '../application/ports/log/following.ts';
import type { EventLog } from '../application/ports/log/log.ts';
import {
  Overtaken,
  type PublishedMessage,
  type PublishedStream,
  type RelayStateStore,
} from '../application/ports/platform.ts';
import type { Views } from '../application/ports/views.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../domain/shared/ids.ts';
import type { TaskSnapshot } from '../domain/task/evolve/snapshot.ts';
import { pauseUnless } from '../kernel/pause.ts';
import { Checkpoint } from './checkpoint.ts';
import { messagesOf, needsTaskAtEvent } from './published/published-messages.ts';
import { PublishedTasks, type TaskAtEvent } from './published/published-tasks.ts';

/** Events of one step, and messages and bytes of one write. */
const STEP_EVENTS = 1_000;
const WRITE_MESSAGES = 900;
const WRITE_BYTES = 1024 * 1024;
/** Between steps that are not full; others are told that much later at most. */
const REST_MS = 250;
/** Twice as long each time that nothing was relayed in between. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;

export interface RelayDeps {
  /** Of its checkpoint; one leads under each name. Default `relay`. */
  readonly name?: string;
  readonly log: Pick<EventLog, 'readTask'>;
  readonly views: Pick<Views, 'task' | 'executions'>;
  readonly follower: LogFollower;
  readonly stream: PublishedStream;
  readonly records: RelayStateStore;
  readonly lease: Lease;
  readonly logger: Logger;
  /** Each task as the last of its events that passed has left it: whoever needs it soon after need not read it. */
  readonly keep?: (task: TaskSnapshot) => void;
}

export interface RelayStatus {
  /** `failed`: the log holds what this build cannot read; nothing is relayed. */
  readonly state: 'stopped' | 'standby' | 'leading' | 'failed';
  readonly failure: string | null;
  /** Up to where the log was relayed, by this instance. */
  readonly position: Sequence;
}

export class Relay {
  readonly #deps: RelayDeps;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #state: RelayStatus['state'] = 'stopped';
  #failure: unknown = null;
  #position: Sequence = NO_SEQUENCE;
  readonly #name: string;

  constructor(deps: RelayDeps) {
    this.#deps = deps;
    this.#name = deps.name ?? 'relay';
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  status(): RelayStatus {
    const failure = this.#failure === null ? null : String(this.#failure);
    return { state: this.#state, failure, position: this.#position };
  }

  async #run(): Promise<void> {
    this.#state = 'standby';
    try {
      await this.#deps.lease.run((leadership) => this.#lead(leadership), this.#stop.signal);
      this.#state = 'stopped';
    } catch (error) {
      this.#state = 'failed';
      this.#failure = error;
      this.#deps.logger.fatal({ err: error, name: this.#name }, 'the relay failed');
    }
  }

  async #lead(leadership: Leadership): Promise<void> {
    this.#state = 'leading';
    this.#deps.logger.info({ name: this.#name, term: leadership.term }, 'relay leads');
    const checkpoint = new Checkpoint(this.#deps.records, this.#name, this.#deps.logger);
    let retryMs = FIRST_RETRY_MS;
    while (!leadership.signal.aborted) {
      const before = this.#position;
      try {
        await this.#relay(leadership, checkpoint);
      } catch (error) {
        const passing =
          error instanceof Overtaken || error instanceof LogUnavailable || error instanceof LogRefused;
        if (!passing) throw error;
        this.#deps.logger.warn(
          { err: error, name: this.#name },
          'relaying starts over from where its messages stand',
        );
        if (this.#position > before) retryMs = FIRST_RETRY_MS;
        await pauseUnless(leadership.signal, retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    await checkpoint.settle();
    this.#state = 'standby';
  }

  async #relay(leadership: Leadership, checkpoint: Checkpoint): Promise<void> {
    const { log, views, follower, stream } = this.#deps;
    const tasks = new PublishedTasks(log, views);
    const stands = await stream.position();
    const reached = await checkpoint.read();
    let last = stands.last;
    this.#position = later(reached, stands.logSequence);
    await follower.followOpened(
      this.#position,
      async (events, through) => {
        const standings = await tasks.after(events, needsTaskAtEvent);
        this.#keep(events, standings);
        for (const messages of writesOf(
          events.map((event, at) => messagesOf(event, standings[at] ?? null)),
        )) {
          // Never passed over: a renewal whose answer was late may make the lease good again, and the next step would be told.
          if (!leadership.holds()) throw new Overtaken('the lease may be over');
          last = await stream.publish(messages, last);
        }
        this.#position = through;
        checkpoint.moveTo(through);
        // What comes one by one is told in fewer writes: they take from the disk and the cores that due tasks wait for.
        if (events.length < STEP_EVENTS) await pauseUnless(leadership.signal, REST_MS);
      },
      { maxBatch: STEP_EVENTS, signal: leadership.signal },
    );
  }

  #keep(events: readonly RecordedTaskEvent[], standings: readonly (TaskAtEvent | null)[]): void {
    const { keep } = this.#deps;
    if (keep === undefined) return;
    for (const [at, { meta }] of events.entries()) {
      const state = standings[at]?.task;
      if (state === undefined) continue;
      keep({ sequence: meta.sequence, revision: meta.revision, hash: meta.hash, state });
    }
  }
}

function later(a: Sequence, b: Sequence): Sequence {
  return a < b ? b : a;
}

/** The messages of the events, as few writes as fit; those of one event are never parted. */
function* writesOf(events: readonly (readonly PublishedMessage[])[]): Generator<PublishedMessage[]> {
  let write: PublishedMessage[] = [];
  let bytes = 0;
  for (const messages of events) {
    const more = messages.reduce((sum, { body }) => sum + body.length * 2, 0);
    const full = write.length + messages.length > WRITE_MESSAGES || bytes + more > WRITE_BYTES;
    if (full && write.length > 0) {
      yield write;
      write = [];
      bytes = 0;
    }
    write.push(...messages);
    bytes += more;
  }
  if (write.length > 0) yield write;
}
