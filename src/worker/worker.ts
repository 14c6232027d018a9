/**
 * Turns execution commands into outcomes.
 *
 * A command is only a hint; the log decides. The worker takes an attempt by appending `execution_started`, runs
 * the executor under the deadline of that event, appends the outcome, and acks last, so that whatever dies on the
 * way leaves the command to be delivered again and the domain to make it attempt n + 1. While it holds a command it
 * sends heartbeats; the queue gives a silent worker's commands to another.
 *
 *   queue --> picker --> its run, from start to outcome (command-runs.ts) --> ack
 *               |           '- log away: handed back
 *               '- no place for 5 s: handed back, another worker may have one
 *
 * The scheduler of the same process needs no queue (local-work.ts): it offers what is awaited, which waits for a place
 * among the others, and hands over attempts whose start it has stored itself, each in a place that it had reserved.
 *
 * Who may start is a matter of places (places.ts) and of users: the next is of the user who has least going here.
 *
 * A clean stop gives what runs 15 s. What is left is aborted and its command handed back without an outcome: to
 * the log it is a lost worker's attempt, and the next one to get the command makes attempt n + 1 of it.
 */

import { setTimeout as delay } from 'node:timers/promises';
import type { TaskCommands } from '../application/commands/execute-command.ts';
import type {
  DeliveredCommand,
  ExecutionCommandQueue,
} from '../application/ports/work/execution-commands.ts';
import type { LocalWorker } from '../application/ports/work/local-worker.ts';
import type { WorkerLeases } from '../application/ports/work/worker-leases.ts';
import { FairPriorityQueue } from '../application/processes/fair-priority-queue.ts';
import { PRIORITIES, type Priority } from '../domain/task/status.ts';
import { onAbort } from '../kernel/on-abort.ts';
import { idsOf } from './runs/attempt-log.ts';
import { CommandInHand } from './runs/command-in-hand.ts';
import { CommandRuns, type RunDeps } from './runs/command-runs.ts';
import type { LocalDelivery } from './runs/local-delivery.ts';
import { LocalWork } from './runs/local-work.ts';
import { type PlaceHolder, Places } from './runs/places.ts';
import { Standstill } from './runs/standstill.ts';
import { WORKER_TIMING, type WorkerTiming } from './runs/worker-timing.ts';

export interface WorkerDeps extends RunDeps {
  readonly queue: ExecutionCommandQueue;
  readonly commands: Pick<TaskCommands, 'execute' | 'readAhead'>;
  /** Resolves when all who are deleted are known, or the signal aborts. */
  readonly usersKnown: (signal: AbortSignal) => Promise<void>;
  /** Tells that this worker lives; absent: nobody asks. */
  readonly leases?: Pick<WorkerLeases, 'hold'>;
  /** Attempts at once. */
  readonly concurrency: number;
  readonly timing?: Partial<WorkerTiming>;
}

export interface WorkerStatus {
  readonly worker_id: string;
  readonly concurrency: number;
  /** Attempts that go on here. */
  readonly running: number;
  /** Those of them that have waited for others for so long that they hold no place. */
  readonly aside: number;
  /** For how long something has waited here while nothing started; null: nothing waits. */
  readonly nothing_started_seconds: number | null;
  readonly waiting: Readonly<Record<Priority, number>>;
  /** Since the process began. */
  readonly started: number;
  readonly completed: number;
  readonly failed: number;
  /** Attempts that were over for the log before they ended here. */
  readonly superseded: number;
  readonly handed_back: number;
}

export class Worker {
  readonly #deps: WorkerDeps;
  readonly #timing: WorkerTiming;
  readonly #runs: CommandRuns;
  readonly #picker = new FairPriorityQueue<CommandInHand>();
  /** Everything in hand, by message id. */
  readonly #held = new Map<string, CommandInHand>();
  readonly #active = new Map<CommandInHand, Promise<void>>();
  readonly #taking = new AbortController();
  /** Aborts when even outcomes that wait for the log are given up. */
  readonly #givingUp = new AbortController();
  /** Aborts when nothing runs here any more. */
  readonly #over = new AbortController();
  #lease: ReturnType<WorkerLeases['hold']> | null = null;
  readonly #loops: Promise<void>[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #counts = { started: 0, completed: 0, failed: 0, superseded: 0, handed_back: 0 };
  readonly #places: Places<PlaceHolder>;
  readonly #standstill: Standstill;
  /** It is known that this worker lives, and who is deleted. */
  #open = false;
  /** As the scheduler of this process sees it. */
  readonly local: LocalWorker;

  constructor(deps: WorkerDeps) {
    this.#deps = deps;
    this.#timing = { ...WORKER_TIMING, ...deps.timing };
    this.#places = new Places(deps.concurrency);
    this.#standstill = new Standstill(deps.clock);
    this.local = new LocalWork({
      ...deps,
      places: this.#places,
      isOpen: () => this.#open && !this.#taking.signal.aborted,
      isInHand: (messageId) => this.#held.has(messageId),
      waiting: () => this.#held.size - this.#active.size,
      receive: (delivery) => this.#receiveHere(delivery),
      onFree: () => this.#fillPlaces(),
      concluded: (kind) => {
        this.#counts.started++;
        this.#counts[kind]++;
      },
    });
    this.#runs = new CommandRuns({
      ...deps,
      timing: this.#timing,
      places: this.#places,
      counts: this.#counts,
      givingUp: this.#givingUp.signal,
      onFree: () => this.#fillPlaces(),
      settle: (held) => this.#settle(held),
      handBack: (held, delayMs) => this.#handBack(held, delayMs),
    });
  }

  start(): void {
    this.#lease = this.#deps.leases?.hold(this.#deps.workerId, this.#over.signal) ?? null;
    const ready = this.#ready();
    for (const priority of PRIORITIES) this.#loops.push(this.#take(priority, ready));
    this.#timers.push(setInterval(() => this.#beat(), this.#timing.heartbeat));
    this.#timers.push(setInterval(() => void this.#runs.watch(), this.#timing.watch));
  }

  /** Takes no more, hands back what waits, lets what runs end for the grace time, then aborts and hands it back. */
  async stop(): Promise<void> {
    this.#taking.abort();
    for (const held of [...this.#held.values()]) {
      if (!this.#active.has(held)) this.#handBack(held, 0);
    }
    const grace = new AbortController();
    const ended = this.#allEnded();
    await Promise.race([ended, delay(this.#timing.stopGrace, undefined, { signal: grace.signal })]);
    grace.abort();
    this.#runs.stop();
    this.#givingUp.abort();
    await this.#allEnded();
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#loops);
    this.#over.abort();
    await this.#lease?.ended;
  }

  status(): WorkerStatus {
    const waiting = Object.fromEntries(
      PRIORITIES.map((priority) => [priority, this.#picker.count(priority)]),
    ) as Record<Priority, number>;
    const { workerId, concurrency } = this.#deps;
    const { taken, aside } = this.#places;
    return {
      worker_id: workerId,
      concurrency,
      running: taken + aside,
      aside,
      nothing_started_seconds: this.#standstill.seconds(),
      waiting,
      ...this.#counts,
    };
  }

  // ---- Taking commands --------------------------------------------------------------------------------

  async #ready(): Promise<void> {
    const { signal } = this.#taking;
    // What starts before it is known that this worker lives could be missed by nobody. A full store tells nobody.
    await Promise.race([this.#lease?.known, new Promise<void>((resolve) => void onAbort(signal, resolve))]);
    if (signal.aborted) return;
    // Until then an attempt of a deleted user could start whose task is not cancelled yet.
    await this.#deps.usersKnown(signal);
    this.#open = true;
  }

  async #take(priority: Priority, ready: Promise<void>): Promise<void> {
    // As many as may run and as many that may be recorded, and as many again: a free place never waits for the network.
    const inHand = () => this.#deps.concurrency * 3 + this.#places.aside;
    const { signal } = this.#taking;
    await ready;
    while (!signal.aborted) {
      try {
        await this.#deps.queue.consume(priority, inHand, (delivered) => this.#receive(delivered), signal);
      } catch (err) {
        this.#deps.logger.error({ err, priority }, 'taking execution commands failed; trying again');
      }
      await delay(1_000, undefined, { signal }).catch(() => {});
    }
  }

  #receive(delivered: DeliveredCommand): void {
    const inHand = this.#held.get(delivered.messageId);
    if (inHand !== undefined) {
      inHand.joinedBy(delivered);
      return;
    }
    const held = new CommandInHand(delivered, this.#deps.clock.monotonicMs());
    this.#held.set(held.messageId, held);
    if (this.#taking.signal.aborted) {
      this.#handBack(held, 0);
      return;
    }
    this.#waits(held);
  }

  #receiveHere(delivery: LocalDelivery): void {
    const held = new CommandInHand(delivery, this.#deps.clock.monotonicMs(), delivery);
    this.#held.set(held.messageId, held);
    if (delivery.start !== null) this.#begins(held);
    else this.#waits(held);
  }

  #waits(held: CommandInHand): void {
    if (!this.#places.mayTake(held)) this.#readAhead(held);
    this.#picker.add(held);
    this.#fillPlaces();
  }

  /** So that a start can be appended in one batch with the outcomes that free the places. */
  #readAhead({ command }: CommandInHand): void {
    const { user_id, task_id, execution_id } = command;
    this.#deps.commands.readAhead(
      user_id,
      task_id,
      (state) => state.execution?.execution_id === execution_id,
    );
  }

  #fillPlaces(): void {
    for (;;) {
      const held = this.#picker.next({
        mayStart: (one) => this.#places.mayTake(one),
        heldBy: ({ userId }) => this.#places.heldBy(userId),
      });
      if (held === null) break;
      this.#begins(held);
    }
    if (PRIORITIES.some((priority) => this.#picker.count(priority) > 0)) this.#standstill.waits();
  }

  #begins(held: CommandInHand): void {
    this.#standstill.started();
    this.#places.take(held);
    const ended = this.#runs.run(held).finally(() => {
      this.#active.delete(held);
      this.#places.leave(held);
      this.#fillPlaces();
    });
    this.#active.set(held, ended);
  }

  // ---- Letting go of it -------------------------------------------------------------------------------

  #settle(held: CommandInHand): void {
    this.#held.delete(held.messageId);
    this.#tell(held, () => held.ack());
  }

  #handBack(held: CommandInHand, delayMs: number): void {
    this.#held.delete(held.messageId);
    this.#picker.remove(held);
    this.#counts.handed_back++;
    this.#tell(held, () => held.handBack(delayMs));
  }

  /** What the queue is told may get lost: then it delivers the command again. */
  #tell(held: CommandInHand, tell: () => void): void {
    try {
      tell();
    } catch (err) {
      this.#deps.logger.warn({ err, ...idsOf(held) }, 'the command queue could not be told');
    }
  }

  // ---- Looking after what is held ---------------------------------------------------------------------

  #beat(): void {
    const now = this.#deps.clock.monotonicMs();
    for (const held of [...this.#held.values()]) {
      const waitedTooLong = now - held.heldSinceMs >= this.#timing.waitForPlace;
      if (!this.#active.has(held) && waitedTooLong && !held.mayWait()) this.#handBack(held, 1_000);
      else this.#tell(held, () => held.working());
    }
  }

  async #allEnded(): Promise<void> {
    await Promise.all(this.#active.values());
  }
}
