/**
 * Group commit: appends that wait at the same time share one fsync.
 *
 * The server makes every acknowledged message durable by itself: one fsync each, and those that wait follow one
 * another closely. For an atomic batch it opens a store of its own first, and pays that price whatever the batch's size
 * (docs/adr/0002). So fewer than 24 waiting appends are published singly, more of them become one batch, and while it is
 * under way the next one gathers.
 *
 *    append --> queue of its subject --> ready --+--> few: singly, at once
 *               (one at a time)                  +--> many: one atomic batch --+--> stored
 *                                                                              +--> again, without the losers
 *
 * A unit may hold several events of one subject, decided one on another: the first carries the lock, the others follow it
 * in the same batch. Units of several entries always go by batches.
 *
 * What must stay true:
 * - The server checks locks against the log as it was before the batch. Two appends to one subject never share a
 *   batch: a subject has one append under way at a time.
 * - One lost lock refuses the whole batch. One read of all its subjects' last sequences names the losers; where it does
 *   not (a lagging replica, a repeated id), halving does. A loser is resolved by reading, and its subject goes alone for
 *   a second, so that one racing client does not slow the others.
 * - A unit is settled by facts only: an acknowledgement, or what the leader has after its lock (append-alone.ts).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import type { MaySend } from '../../../application/ports/log/log.ts';
import { type LogGuard, UNGUARDED } from '../../../application/ports/log/log-guard.ts';
import { type Measures, NOT_MEASURED } from '../../../application/ports/measures.ts';
import type { StoredMessage } from '../../codec/codec.ts';
import { failIfLeaderGone } from '../../connection/abandoned-requests.ts';
import { publishBatch } from '../../connection/atomic-batch.ts';
import { ConnectionWatch } from '../../connection/connection-watch.ts';
import { getLastMessages } from '../../connection/last-messages.ts';
import { LOG_STREAM } from '../../connection/subjects.ts';
import { appendAlone, failureOf, type LoneAppend, PUBLISH_TIMEOUT_MS } from './append-alone.ts';
import {
  AppendUnit,
  batchMessage,
  batchSize,
  bytesOf,
  type LogEntry,
  type UnitOutcome,
} from './append-unit.ts';
import { ContestedSubjects } from './contested-subjects.ts';
import { SubjectQueues } from './subject-queues.ts';

/** From the start of an append to giving it up: a caller is told within 5 s. */
const GIVE_UP_MS = 4_500;
/** From this many waiting on, one batch is faster than one by one. */
const BATCH_FROM = 24;
/**
 * With less time left than this a unit joins no batch: all of a batch wait for as long as the first to be given up may,
 * and a batch that is not waited for is read, and sent again, message by message. Under more load than the disk takes
 * the oldest are in each batch.
 */
const LEAST_LEFT_MS = 1_000;
const BATCHES_AT_ONCE = 1;
/** At most this many units of contested subjects are published at once: others wait behind each of them. */
const MAX_CONTESTED = 16;
/** Beyond these, an append is refused at once as LogUnavailable. */
const MAX_UNSETTLED = 20_000;
const MAX_UNSETTLED_BYTES = 128 * 1024 * 1024;
const SWEEP_MS = 100;
const RETRY_MS = 50;

export class GroupCommit {
  readonly #nc: NatsConnection;
  readonly #guard: LogGuard;
  readonly #onStored: (messages: readonly StoredMessage[]) => void;
  readonly #watch: ConnectionWatch;
  readonly #lone: LoneAppend;
  readonly #measures: Pick<Measures, 'committed'>;
  readonly #queues = new SubjectQueues();
  readonly #contested = new ContestedSubjects();
  /** Not under way yet: behind others on a subject, or ready. */
  readonly #waiting = new Set<AppendUnit>();
  #ready: AppendUnit[] = [];
  #unsettled = 0;
  #bytes = 0;
  #singlesUnderWay = 0;
  #contestedUnderWay = 0;
  #batchesUnderWay = 0;
  #pumping = false;
  #sweeper: NodeJS.Timeout | null = null;

  /**
   * `guard`: says whether the log is whole; nothing is appended to one that is not. `onStored`: told of all that is stored,
   * before who appended it.
   */
  constructor(
    nc: NatsConnection,
    measures: Pick<Measures, 'committed'> = NOT_MEASURED,
    guard: LogGuard = UNGUARDED,
    onStored: (messages: readonly StoredMessage[]) => void = () => {},
  ) {
    this.#nc = nc;
    this.#guard = guard;
    this.#onStored = onStored;
    this.#measures = measures;
    this.#watch = new ConnectionWatch(nc);
    this.#watch.onUp(() => this.#pumpSoon());
    this.#lone = { nc, watch: this.#watch, onContested: (unit) => this.#contested.add(unit) };
  }

  /** Appends entries, the first of each subject under a lock, all or none. Throws OutcomeUnknown, LogUnavailable or LogRefused within 5 s. */
  async append(entries: readonly LogEntry[], maySend: MaySend = () => true): Promise<UnitOutcome> {
    const doubt = this.#guard.doubt();
    if (doubt !== null) await doubt;
    const unit = new AppendUnit(entries, performance.now() + GIVE_UP_MS, maySend);
    const largest = this.#nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
    if (entries.some((entry) => bytesOf(entry) > largest)) {
      unit.refused('EVENT_TOO_LARGE');
    } else if (this.#guard.loss() !== null) {
      unit.refused('LOG_INCOMPLETE');
    } else if (this.#unsettled >= MAX_UNSETTLED || this.#bytes + unit.bytes > MAX_UNSETTLED_BYTES) {
      unit.abandon(new Error('too many appends are waiting'));
    } else {
      this.#enter(unit);
    }
    const outcome = await unit.outcome;
    if (outcome.kind === 'stored') {
      this.#guard.saw(outcome.messages.at(-1)?.sequence ?? 0);
      this.#onStored(outcome.messages);
    }
    return outcome;
  }

  #enter(unit: AppendUnit): void {
    this.#unsettled++;
    this.#bytes += unit.bytes;
    this.#waiting.add(unit);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS);
    if (!this.#queues.enter(unit)) return;
    this.#ready.push(unit);
    this.#pumpSoon();
  }

  /** After all that runs now: those who were just answered append again before the next batch closes. */
  #pumpSoon(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    setImmediate(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (!this.#watch.up) return;
    const units = this.#ready.filter((unit) => !unit.settled);
    const quiet = units.filter((unit) => !this.#contested.has(unit));
    const contested = units.filter((unit) => this.#contested.has(unit));
    const room = MAX_CONTESTED - this.#contestedUnderWay;
    for (const unit of contested.slice(0, room)) void this.#publishContested(unit);
    this.#ready = contested.slice(room);
    if (this.#batchesUnderWay >= BATCHES_AT_ONCE) {
      this.#ready.push(...quiet);
    } else if (quiet.every((unit) => unit.isSingle) && quiet.length + this.#singlesUnderWay < BATCH_FROM) {
      for (const unit of quiet) void this.#publishSingle(unit);
    } else {
      const units = this.#inTime(quiet, LEAST_LEFT_MS);
      const size = batchSize(units);
      if (size > 0) void this.#publishBatch(units.slice(0, size));
      this.#ready.push(...units.slice(size));
    }
  }

  async #publishContested(unit: AppendUnit): Promise<void> {
    this.#contestedUnderWay++;
    await this.#publishAlone(unit);
    this.#contestedUnderWay--;
  }

  async #publishSingle(unit: AppendUnit): Promise<void> {
    this.#singlesUnderWay++;
    await this.#publishAlone(unit);
    this.#singlesUnderWay--;
  }

  async #publishBatch(units: readonly AppendUnit[]): Promise<void> {
    for (const unit of units) this.#waiting.delete(unit);
    await this.#commit(units);
    this.#pumpSoon();
  }

  /** The next batch is on its way before this one's units are told: the server has work while they go on. */
  async #sendBatch(entries: readonly LogEntry[], timeoutMs: number): Promise<number> {
    this.#batchesUnderWay++;
    try {
      const batch = publishBatch(this.#nc, entries.map(batchMessage), timeoutMs);
      return (await failIfLeaderGone(this.#nc, LOG_STREAM, batch)).sequence;
    } finally {
      this.#batchesUnderWay--;
      this.#pump();
    }
  }

  async #publishAlone(unit: AppendUnit): Promise<void> {
    this.#waiting.delete(unit);
    await appendAlone(this.#lone, unit);
    if (unit.wonLocks) this.#measures.committed(unit.entries.length);
    this.#leave(unit);
  }

  /** Brings every unit to its outcome, together if that can be. */
  async #commit(members: readonly AppendUnit[]): Promise<void> {
    const units = this.#inTime(members, 0).filter((unit) => this.#begins(unit));
    const [first] = units;
    if (first === undefined) return;
    if (units.length === 1 && first.isSingle) return this.#publishAlone(first);
    const entries = units.flatMap((unit) => unit.entries);
    const timeout = Math.min(PUBLISH_TIMEOUT_MS, ...units.map((unit) => unit.remaining()));
    try {
      const sequence = await this.#sendBatch(entries, timeout);
      this.#measures.committed(entries.length);
      this.#stored(units, sequence - entries.length + 1);
    } catch (error) {
      await this.#afterFailure(units, error);
    }
  }

  #stored(units: readonly AppendUnit[], firstSequence: number): void {
    let next = firstSequence;
    for (const unit of units) {
      unit.storedFrom(next);
      next += unit.entries.length;
      this.#leave(unit);
    }
  }

  async #afterFailure(units: readonly AppendUnit[], error: unknown): Promise<void> {
    const failure = failureOf(error);
    switch (failure.kind) {
      case 'again':
        await delay(RETRY_MS);
        return this.#commit(units);
      case 'unanswered':
        for (const unit of units) unit.unanswered = true;
        await Promise.all(units.map((unit) => this.#publishAlone(unit)));
        return;
      case 'refused':
        if (failure.refusal !== 'LOG_FULL') break;
        for (const unit of units) {
          unit.refused(failure.refusal, error);
          this.#leave(unit);
        }
        return;
      case 'contested':
        return this.#withoutLosers(units);
      case 'busy':
        break;
    }
    await this.#inHalves(units);
  }

  /** Those whose subject has moved on past their lock go alone, the rest together once more. */
  async #withoutLosers(units: readonly AppendUnit[]): Promise<void> {
    const last = await this.#lastSequences(units);
    const hasLost = (unit: AppendUnit) =>
      unit.locks.some(({ subject, expected }) => (last.get(subject) ?? 0) > expected);
    const losers = units.filter(hasLost);
    if (losers.length === 0) return this.#inHalves(units);
    for (const unit of losers) {
      unit.contested = true;
      this.#contested.add(unit);
    }
    const rest = units.filter((unit) => !losers.includes(unit));
    await Promise.all([this.#commit(rest), ...losers.map((unit) => this.#publishAlone(unit))]);
  }

  /** Of the units' subjects, as some replica has them: at most what they are. Empty where that cannot be had. */
  async #lastSequences(units: readonly AppendUnit[]): Promise<ReadonlyMap<string, number>> {
    const subjects = units.flatMap((unit) => unit.locks.map(({ subject }) => subject));
    try {
      const messages = await this.#watch.orLost(getLastMessages(this.#nc, LOG_STREAM, subjects));
      return new Map(messages?.map(({ subject, sequence }) => [subject, sequence]));
    } catch {
      return new Map();
    }
  }

  async #inHalves(units: readonly AppendUnit[]): Promise<void> {
    const [first, second] = units;
    if (first !== undefined && second === undefined) return this.#publishAlone(first);
    const middle = units.length >> 1;
    await Promise.all([this.#commit(units.slice(0, middle)), this.#commit(units.slice(middle))]);
  }

  /** Those with more time left than that; the others are given up. */
  #inTime(units: readonly AppendUnit[], leastMs: number): AppendUnit[] {
    for (const unit of units) if (unit.remaining() <= leastMs) this.#giveUp(unit);
    return units.filter((unit) => !unit.settled);
  }

  /** The unit has its outcome: lets those behind it go on. */
  #leave(unit: AppendUnit): void {
    this.#unsettled--;
    this.#bytes -= unit.bytes;
    this.#waiting.delete(unit);
    this.#ready.push(...this.#queues.leave(unit));
    if (unit.wonLocks) this.#settleRivals(unit);
    if (this.#ready.length > 0) this.#pumpSoon();
  }

  /**
   * Appends that wait under the very lock that this one was stored under have lost it: what follows the lock is this
   * unit's event, not theirs. They need not ask.
   */
  #settleRivals(unit: AppendUnit): void {
    for (const won of unit.locks) {
      for (const rival of [...this.#queues.waitingOn(won.subject)]) {
        const lost = rival.locks.some(
          (entry) =>
            entry.subject === won.subject && entry.expected === won.expected && entry.eventId !== won.eventId,
        );
        if (!lost || rival.settled) continue;
        rival.conflict();
        this.#leave(rival);
      }
    }
  }

  /** Gives up what has waited too long without being sent, and forgets old contests. */
  #sweep(): void {
    this.#contested.forgetOld();
    for (const unit of this.#waiting) if (unit.remaining() <= 0) this.#giveUp(unit);
    if (this.#unsettled > 0 || this.#contested.size > 0) return;
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#sweeper = null;
  }

  #begins(unit: AppendUnit): boolean {
    const begins = unit.begins();
    if (!begins) this.#giveUp(unit);
    return begins;
  }

  #giveUp(unit: AppendUnit): void {
    unit.abandon();
    this.#leave(unit);
  }
}
