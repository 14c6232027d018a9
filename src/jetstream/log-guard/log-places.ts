/**
 * Places in a log that has lost events. Each accepted loss begins a new epoch of the log, named by the event that
 * completes the acceptance:
 *
 *     1 2 3 4 5 6 7        as readers knew it
 *     1 2 3 4 L L L C 9    5 to 7 were lost; C completes the acceptance, and its hash names the epoch
 *
 * A place behind 4 or before is the same in both. Behind 5, 6 or 7 somebody has seen what is in no log any more; and a
 * number behind C without its epoch may have been given to another event before, for a reader can be ahead of all that
 * the service knows.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogCursor, LogPlaceFault, LogPlaces } from '../../application/ports/log/log-places.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { lastSequence } from '../connection/leader-read.ts';
import { LOG_STREAM } from '../connection/subjects.ts';
import { type EarlierLoss, earlierLosses, readLastLoss } from './loss-event.ts';

export class JetStreamLogPlaces implements LogPlaces {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async epoch(): Promise<string | null> {
    return (await this.#losses()).at(-1)?.epoch ?? null;
  }

  async faultOfCursor(cursor: LogCursor): Promise<LogPlaceFault | null> {
    const [losses, last] = await this.#now();
    return forked(losses, last, lostBehind(losses, cursor)) ?? ahead(cursor.sequence, last);
  }

  async faultOfSequence(sequence: Sequence): Promise<LogPlaceFault | null> {
    const [losses, last] = await this.#now();
    const loss = losses.find(({ from, through }) => from <= sequence && sequence <= through);
    return forked(losses, last, loss?.from ?? null) ?? ahead(sequence, last);
  }

  #now(): Promise<[readonly EarlierLoss[], Sequence]> {
    return Promise.all([this.#losses(), lastSequence(this.#nc, LOG_STREAM)]);
  }

  async #losses(): Promise<readonly EarlierLoss[]> {
    return earlierLosses(await readLastLoss(this.#nc));
  }
}

/** From where on events are others than its reader has seen; null: it has seen none of those. */
export function lostBehind(losses: readonly EarlierLoss[], { sequence, epoch }: LogCursor): number | null {
  const known = epoch === null ? 0 : losses.findIndex((loss) => loss.epoch === epoch) + 1;
  // Of another log, or of an epoch that was lost with the events behind it.
  if (epoch !== null && known === 0) return Math.min(...losses.map(({ from }) => from), 1);
  const lost = losses.slice(known).map(({ from }) => from);
  const from = Math.min(...lost);
  return sequence >= from ? from : null;
}

function forked(
  losses: readonly EarlierLoss[],
  last: Sequence,
  lostFrom: number | null,
): LogPlaceFault | null {
  return lostFrom === null ? null : { kind: 'forked', lostFrom, epoch: losses.at(-1)?.epoch ?? null, last };
}

function ahead(sequence: Sequence, last: Sequence): LogPlaceFault | null {
  return sequence > last ? { kind: 'cursor_ahead', last } : null;
}
