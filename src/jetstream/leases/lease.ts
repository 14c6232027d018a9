/**
 * Leadership: of all instances that stand for a lease, at most one believes that it holds it.
 *
 * The lease is one key of the bucket LEASES: who holds it, since which term, and a claim that is unique to the instance.
 * The holder renews it every quarter of the TTL by writing it again under the revision of its last write. A write under a
 * revision that is no longer the last is refused by the server, so of two writers one always learns that it lost.
 *
 *     leader    renew ----> renew ----> renew ---x (killed)      . . . . trusts itself for 0.9 TTL from SENDING a renewal
 *     standby   reads       reads       reads r  reads r  reads r ... unchanged for a TTL: takes it under revision r
 *
 * A holder whose process a standby on the same machine finds ended holds nothing any more, and is not waited for.
 *
 * Nobody compares wall clocks, and the server expires nothing. A standby measures on its own monotonic clock how long it
 * has seen the same revision, from when it had RECEIVED it; the leader measures on its own from when it SENT the renewal.
 * What was received was sent before, so the leader's time is always over (0.9 TTL after an earlier moment) when a
 * standby's begins (1 TTL after a later one), whatever the network, a frozen server or a lost answer did in between.
 *
 * Only a write that was acknowledged gives leadership, and only until 0.9 TTL after it was sent: an answer that comes
 * later gives nothing. A renewal without an answer is sent again; where that is refused, the holder reads what is
 * stored: its own claim means that the lost one had landed, and it goes on under the revision found; anything else means
 * that leadership is gone. A candidate that finds its own claim (a takeover whose answer was lost, or a term that it let
 * run out) knows that nobody leads, for it does not: it takes the lease anew at once, under a new term.
 *
 * The term is the revision of the takeover: larger for every later leader. A leader that stops cleanly writes the lease
 * without a holder; the server republishes what is stored, so that a standby takes it at once and does not wait to read.
 *
 * A process that was stopped (SIGSTOP) or starved finds its time over by the clock: `holds()` looks at the clock itself,
 * since after a resume other callbacks may run before the timer that aborts the signal.
 */
import { headers, type NatsConnection, nuid, type Subscription } from '@nats-io/transport-node';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { Leadership, Lease } from '../../application/ports/lease.ts';
import { parseTerm, type Term } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { hasProcessEnded } from '../../kernel/process-identity.ts';
import { answerOf, jetstreamApi } from '../connection/api.ts';
import { isUnavailable, JetStreamCode, jetstreamErrorCode } from '../connection/errors.ts';
import { Alarm, pauseFor, Wake } from '../connection/timing.ts';
import { LEASES_PREFIX, LEASES_STREAM } from './bucket.ts';

/** TTL of a lease, milliseconds, unless told otherwise. */
export const LEASE_TTL_MS = 2_500;
/** How much of the TTL a leader trusts, counted from sending its last renewal. */
const TRUST = 0.9;

export interface LeaseOptions {
  /** Key in the bucket LEASES: what is led. */
  readonly name: string;
  /** Who stands, for people; need not be unique. */
  readonly holder: string;
  /** Milliseconds; default 2,500. */
  readonly ttlMs?: number;
  /** Of this process (`process-identity.ts`): on its machine its successor need not wait once it has ended. */
  readonly process?: string | null;
}

const stored = z.object({
  /** Null: given up. */
  holder: z.string().nullable(),
  claim: z.string(),
  /** 0 in the write that takes the lease over: its own revision is the term. */
  term: z.int().nonnegative(),
  /** Of the holder; absent: not told. */
  process: z.string().nullish(),
  /** When the holder took it, by its wall clock: for people alone. Absent: given up, or not told. */
  since: z.string().nullish(),
});
type Stored = z.infer<typeof stored>;

interface Entry extends Stored {
  readonly revision: number;
}

/** A leadership that this instance holds, or has held. */
interface Held {
  readonly term: Term;
  readonly since: Instant;
  revision: number;
  /** Monotonic milliseconds. */
  trustedUntil: number;
}

export class JetStreamLease implements Lease {
  readonly #nc: NatsConnection;
  readonly #clock: Clock;
  readonly #name: string;
  readonly #holder: string;
  readonly #ttlMs: number;
  readonly #process: string | null;
  readonly #claim = nuid.next();
  #lastSeen: { holder: string; term: Term } | null = null;

  constructor(nc: NatsConnection, clock: Clock, options: LeaseOptions) {
    this.#nc = nc;
    this.#clock = clock;
    this.#name = options.name;
    this.#holder = options.holder;
    this.#ttlMs = options.ttlMs ?? LEASE_TTL_MS;
    this.#process = options.process ?? null;
  }

  holder(): { readonly holder: string; readonly term: Term } | null {
    return this.#lastSeen;
  }

  /** Who holds it, as it is stored now, for one that does not stand. Throws LogUnavailable. */
  async look(): Promise<{ readonly holder: string; readonly term: Term } | null> {
    const entry = await this.#read();
    if (entry === undefined) throw new LogUnavailable('the lease was not read in time');
    return entry === null ? null : this.#lastSeen;
  }

  async run(lead: (leadership: Leadership) => Promise<void>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const held = await this.#stand(signal);
      if (held === null) return;
      await this.#lead(held, lead, signal);
      // Whoever else stands goes first.
      await pauseFor(this.#pollMs(), signal);
    }
  }

  // ---- Standing -------------------------------------------------------------------------------------------

  /** Waits until the lease is free and takes it; null where `signal` aborts before. */
  async #stand(signal: AbortSignal): Promise<Held | null> {
    const wake = new Wake(signal);
    const subscription = this.#onRelease(() => wake.now());
    try {
      let seen = { revision: -1, since: 0 };
      while (!signal.aborted) {
        const entry = await this.#read();
        const now = this.#clock.monotonicMs();
        if (entry !== undefined) {
          const revision = entry?.revision ?? 0;
          if (revision !== seen.revision) seen = { revision, since: now };
          if (this.#isFree(entry, now - seen.since) || (await hasHolderEnded(entry))) {
            const held = await this.#take(revision);
            if (held !== null) return held;
          }
        }
        const untilTaken = seen.since + this.#ttlMs - this.#clock.monotonicMs();
        await wake.orAfter(Math.min(this.#pollMs(), untilTaken > 0 ? untilTaken : this.#pollMs()));
      }
      return null;
    } finally {
      subscription.unsubscribe();
      wake.stop();
    }
  }

  #isFree(entry: Entry | null, unchangedForMs: number): boolean {
    if (entry === null || entry.holder === null || entry.claim === this.#claim) return true;
    return unchangedForMs >= this.#ttlMs;
  }

  async #take(revision: number): Promise<Held | null> {
    const sentAt = this.#clock.monotonicMs();
    const since = this.#clock.now();
    const taken = await this.#write({ ...this.#own(), term: 0, since }, revision);
    if (typeof taken !== 'number') return null;
    const trustedUntil = sentAt + TRUST * this.#ttlMs;
    if (this.#clock.monotonicMs() >= trustedUntil) return null;
    const term = termOf(taken);
    this.#lastSeen = { holder: this.#holder, term };
    return { term, since, revision: taken, trustedUntil };
  }

  // ---- Leading --------------------------------------------------------------------------------------------

  async #lead(
    held: Held,
    lead: (leadership: Leadership) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    // Told to go while the lease was being taken: nobody is led, and the next one need not wait.
    if (signal.aborted) return this.#release(held);
    const ended = new AbortController();
    const end = () => ended.abort();
    signal.addEventListener('abort', end, { once: true });
    const holds = () => !ended.signal.aborted && this.#clock.monotonicMs() < held.trustedUntil;
    const renewing = this.#renewUntil(held, ended).finally(end);
    // It is awaited below; until then a failure of it only ends the leadership.
    renewing.catch(() => {});
    try {
      await lead({ term: held.term, signal: ended.signal, holds });
    } finally {
      signal.removeEventListener('abort', end);
      end();
      await renewing;
      await this.#release(held);
    }
  }

  /** Renews until leadership ends, by whatever; ends it when the trusted time is over or another has it. */
  async #renewUntil(held: Held, ended: AbortController): Promise<void> {
    const alarm = new Alarm(this.#clock, () => ended.abort());
    try {
      let pauseMs = this.#ttlMs / 4;
      while (!ended.signal.aborted) {
        alarm.setTo(held.trustedUntil);
        await pauseFor(pauseMs, ended.signal);
        if (ended.signal.aborted) return;
        const renewal = await this.#renew(held);
        if (renewal === 'lost') ended.abort();
        pauseMs = renewal === 'renewed' ? this.#ttlMs / 4 : this.#ttlMs / 32;
      }
    } finally {
      alarm.stop();
    }
  }

  async #renew(held: Held): Promise<'renewed' | 'again' | 'lost'> {
    const sentAt = this.#clock.monotonicMs();
    // Over is over, also where the alarm has not rung yet: a leadership that ended never comes back.
    if (sentAt >= held.trustedUntil) return 'lost';
    const value = { ...this.#own(), term: held.term, since: held.since };
    const written = await this.#write(value, held.revision);
    if (written === 'unknown') return 'again';
    if (written !== 'refused') {
      held.revision = written;
      held.trustedUntil = sentAt + TRUST * this.#ttlMs;
      return 'renewed';
    }
    const entry = await this.#read();
    if (entry === undefined) return 'again';
    if (entry?.claim !== this.#claim) return 'lost';
    held.revision = entry.revision;
    return 'again';
  }

  /** Gives the lease up where it is still this leadership's; where that fails, it runs out by itself. */
  async #release(held: Held): Promise<void> {
    const outcome = await this.#write({ holder: null, claim: this.#claim, term: held.term }, held.revision);
    if (typeof outcome === 'number' && this.#lastSeen?.term === held.term) this.#lastSeen = null;
  }

  #own(): Omit<Stored, 'term' | 'since'> {
    return { holder: this.#holder, claim: this.#claim, process: this.#process };
  }

  // ---- The key --------------------------------------------------------------------------------------------

  /** Null: nothing stored. Undefined: no answer. Read from the stream's leader. */
  async #read(): Promise<Entry | null | undefined> {
    try {
      const { message } = await jetstreamApi<{ message: { seq: number; data?: string } }>(
        this.#nc,
        `STREAM.MSG.GET.${LEASES_STREAM}`,
        { last_by_subj: this.#subject() },
        this.#requestMs(),
      );
      const entry = { ...parseStoredLease(Buffer.from(message.data ?? '', 'base64')), revision: message.seq };
      this.#lastSeen =
        entry.holder === null ? null : { holder: entry.holder, term: termOf(entry.term || entry.revision) };
      return entry;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === JetStreamCode.noMessageFound) return null;
      if (code !== null || isUnavailable(error)) return undefined;
      throw error;
    }
  }

  /** The new revision; `refused` where another write came first; `unknown` without an answer. */
  async #write(value: Stored, revision: number): Promise<number | 'refused' | 'unknown'> {
    const lock = headers();
    lock.set('Nats-Expected-Last-Subject-Sequence', String(revision));
    try {
      const timeout = this.#requestMs();
      const message = await this.#nc.request(this.#subject(), JSON.stringify(value), {
        headers: lock,
        timeout,
      });
      return answerOf<{ seq: number }>(message.json()).seq;
    } catch (error) {
      const code = jetstreamErrorCode(error);
      if (code === JetStreamCode.wrongLastSequence) return 'refused';
      if (code !== null || isUnavailable(error)) return 'unknown';
      throw error;
    }
  }

  /** The server republishes what it has stored. Only a hint: what counts is what is then read. */
  #onRelease(released: () => void): Subscription {
    return this.#nc.subscribe(`leases.changed.${this.#name}`, {
      callback: (error, message) => {
        if (error === null && parseStoredLease(message.data).holder === null) released();
      },
    });
  }

  #subject(): string {
    return `${LEASES_PREFIX}${this.#name}`;
  }

  #requestMs(): number {
    return this.#ttlMs / 5;
  }

  /** With jitter, so that standbys do not read in step. */
  #pollMs(): number {
    return (this.#ttlMs / 4) * (0.8 + 0.4 * Math.random());
  }
}

async function hasHolderEnded(entry: Entry | null): Promise<boolean> {
  return entry?.process != null && (await hasProcessEnded(entry.process));
}

/** What cannot be read (a key deleted or written by hand) counts as held by somebody: its leader may not know yet. */
export function parseStoredLease(bytes: Uint8Array): Stored {
  try {
    return stored.parse(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    return { holder: 'unreadable', claim: '', term: 0 };
  }
}

function termOf(revision: number): Term {
  const term = parseTerm(revision);
  if (term === null) throw new RangeError(`no term: ${revision}`);
  return term;
}
