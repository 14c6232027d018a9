/**
 * What other processes tell of users. All last facts are read once, one message a user, and from before that on every
 * fact that is sent to the log is heard as it passes (a subscription beside the stream). That may be early, while the
 * fact can still be refused, so it only says that the user has to be looked at; and it may be missed while the
 * connection is down, so after that everything is read again.
 */
import { createInbox, type Msg, type NatsConnection, nuid, type Subscription } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { LogUnavailable } from '../../../application/ports/failures.ts';
import type { UserFactListener, UserFactSignals } from '../../../application/ports/log/log.ts';
import { parseDocument } from '../../codec/codec.ts';
import { jetstreamApi } from '../../connection/api.ts';
import { ConnectionWatch } from '../../connection/connection-watch.ts';
import { positionOf } from '../../connection/last-messages.ts';
import { ALL_FACTS, LOG_STREAM, parseFactsSubject } from '../../connection/subjects.ts';
import { pauseFor } from '../../connection/timing.ts';
import { erasureStage, isDeletion, tierIn } from '../user-facts.ts';

const PULL = 1_000;
const STALLED_MS = 2_000;
const RETRY_MS = 500;

export class JetStreamUserFactSignals implements UserFactSignals {
  readonly #nc: NatsConnection;
  readonly #watch: ConnectionWatch;
  readonly #logger: Logger;

  constructor(nc: NatsConnection, logger: Logger) {
    this.#nc = nc;
    this.#watch = new ConnectionWatch(nc);
    this.#logger = logger;
  }

  async follow(listener: UserFactListener, signal: AbortSignal): Promise<void> {
    const subscription = this.#nc.subscribe(ALL_FACTS, {
      callback: (error, message) => {
        const userId = error === null ? parseFactsSubject(message.subject) : null;
        const type = message?.headers?.get('Event-Type') ?? '';
        if (userId !== null && isDeletion(type)) listener.onDeleted(userId);
        const stage = erasureStage(type);
        if (userId !== null && stage !== null) listener.onErasure(userId, stage);
        if (userId !== null) listener.onFact(userId, message.headers?.get('Nats-Msg-Id') ?? '');
      },
    });
    let readAgain = true;
    let wake = () => {};
    const stop = this.#watch.onUp(() => {
      listener.onLost();
      readAgain = true;
      wake();
    });
    signal.addEventListener('abort', () => wake(), { once: true });
    try {
      while (!signal.aborted) {
        if (readAgain) {
          readAgain = false;
          const isRead = await this.#readAll(listener);
          if (!isRead) {
            readAgain = true;
            await pauseFor(RETRY_MS, signal);
          } else if (!readAgain) {
            listener.onComplete();
          }
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      stop();
      subscription.unsubscribe();
    }
  }

  /** False where they could not be read now; until they are, each user is read when first met. */
  async #readAll(listener: UserFactListener): Promise<boolean> {
    try {
      // What was sent before the subscription stood is in what is read now.
      await this.#nc.flush();
      await this.#watch.orLost(readLastFacts(this.#nc, listener));
      return true;
    } catch (err) {
      this.#logger.warn({ err }, 'the tiers of users could not be read; trying again');
      return false;
    }
  }
}

/** Tells of the last fact of every user. Throws LogUnavailable, and UnreadableEvent for a fact of a later build. */
export async function readLastFacts(nc: NatsConnection, listener: FactReader): Promise<void> {
  const consumer = `facts-${nuid.next()}`;
  const config = {
    name: consumer,
    deliver_policy: 'last_per_subject',
    ack_policy: 'none',
    filter_subject: ALL_FACTS,
    mem_storage: true,
    num_replicas: 1,
    inactive_threshold: STALLED_MS * 2 * 1e6,
  };
  const create = `CONSUMER.CREATE.${LOG_STREAM}.${consumer}.${ALL_FACTS}`;
  const body = { stream_name: LOG_STREAM, config };
  const { num_pending } = await jetstreamApi<{ num_pending: number }>(nc, create, body);
  try {
    if (num_pending > 0) await drain(nc, consumer, listener);
  } finally {
    if (!nc.isClosed()) nc.publish(`$JS.API.CONSUMER.DELETE.${LOG_STREAM}.${consumer}`);
  }
}

export type FactReader = Pick<UserFactListener, 'onTier' | 'onDeleted' | 'onErasure'>;

function drain(nc: NatsConnection, consumer: string, listener: FactReader): Promise<void> {
  const inbox = createInbox();
  const pull = JSON.stringify({ batch: PULL, expires: STALLED_MS * 1e6 });
  return new Promise((resolve, reject) => {
    let outstanding = 0;
    const settle = (error?: unknown) => {
      clearTimeout(timer);
      subscription.unsubscribe();
      if (error === undefined) resolve();
      else reject(error);
    };
    const ask = () => {
      outstanding = PULL;
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${LOG_STREAM}.${consumer}`, pull, { reply: inbox });
    };
    const take = (message: Msg) => {
      const position = positionOf(message);
      if (position === null) return settle(new LogUnavailable('the facts of users ended early'));
      timer.refresh();
      outstanding--;
      const userId = parseFactsSubject(message.subject);
      const { subject, data: body } = message;
      const fact = { subject, sequence: position.sequence, body };
      const { type } = parseDocument(fact);
      if (userId !== null && isDeletion(type)) listener.onDeleted(userId);
      const stage = erasureStage(type);
      if (userId !== null && stage !== null) listener.onErasure(userId, stage);
      if (userId !== null) listener.onTier(userId, tierIn(fact));
      if (position.pending === 0) settle();
      else if (outstanding === 0) ask();
    };
    const subscription: Subscription = nc.subscribe(inbox, {
      callback: (error, message) => {
        try {
          if (error !== null) throw error;
          take(message);
        } catch (failure) {
          settle(failure);
        }
      },
    });
    // After the subscription, which throws where the connection is closed.
    const timer = setTimeout(() => settle(new LogUnavailable('the facts of users did not come')), STALLED_MS);
    ask();
  });
}
