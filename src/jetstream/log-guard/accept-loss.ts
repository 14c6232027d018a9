/** Accepting that the log has lost its end: on record, and without giving a lost event's sequence to another. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { Clock, Ids } from '../../application/ports/clock.ts';
import { type BatchMessage, publishBatch } from '../connection/atomic-batch.ts';
import { unavailableOr } from '../connection/errors.ts';
import { dropViews } from '../views/view-streams.ts';
import type { LogLoss } from './find-loss.ts';
import { type AcceptedLoss, earlierLosses, type LastLoss, lossMessage, readLastLoss } from './loss-event.ts';

const AT_ONCE = 500;
const TIMEOUT_MS = 5_000;

interface AcceptDeps {
  readonly nc: NatsConnection;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Only while no instance writes. Whatever breaks it off, its repeat goes on: until its last event is there the log
 * counts as lossy. Throws LogUnavailable.
 */
export async function acceptLoss(deps: AcceptDeps, loss: LogLoss): Promise<void> {
  const { nc } = deps;
  const { from, through, known, holes } = loss;
  const earlier = earlierLosses(await readLastLoss(nc));
  const accepted = {
    lost_from: from,
    lost_through: through,
    holes,
    known,
    ...(earlier.length === 0 ? {} : { earlier }),
  };
  // Numbers that the log has kept are passed by; those that it has forgotten are given out here.
  for (let end = loss.end; end < through; ) {
    const count = Math.min(AT_ONCE, through - end);
    end = await record(deps, Array<AcceptedLoss>(count).fill({ ...accepted, complete: false }));
  }
  // They may hold what is lost, and nothing would tell.
  await dropViews(nc);
  await record(deps, [{ ...accepted, complete: true }]);
}

/** Appends such events; answers the sequence of the last. */
async function record({ nc, clock, ids }: AcceptDeps, losses: readonly AcceptedLoss[]): Promise<number> {
  const messages: BatchMessage[] = [];
  const before: LastLoss = await readLastLoss(nc);
  let { revision, hash } = before;
  for (const [index, loss] of losses.entries()) {
    const time = clock.now();
    const given = { id: ids.eventId(time), time, lock: index === 0 };
    const next = lossMessage(loss, { sequence: before.sequence, revision, hash }, given);
    messages.push(next.message);
    hash = next.hash;
    revision = (revision + 1) as typeof revision;
  }
  try {
    return (await publishBatch(nc, messages, TIMEOUT_MS)).sequence;
  } catch (error) {
    throw unavailableOr(error);
  }
}
