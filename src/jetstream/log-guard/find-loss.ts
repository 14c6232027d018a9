/**
 * Whether the log has lost events, told from what others know of it. Each who follows the log stores how far it has
 * come; nothing that was ever read from the log can be missing in it, whatever became of its files.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { RecordKey } from '../../application/ports/platform.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { jetstreamApi } from '../connection/api.ts';
import { ConnectionWatch } from '../connection/connection-watch.ts';
import { unavailableOr } from '../connection/errors.ts';
import { readLast } from '../connection/leader-read.ts';
import { LOG_STREAM, LOG_SUBJECTS } from '../connection/subjects.ts';
import { LogBroken } from '../log/follow/log-message.ts';
import { LogTail } from '../log/follow/log-tail.ts';
import { JetStreamPublishedStream } from '../publishing/published-stream.ts';
import { JetStreamRelayStateStore } from '../views/relay-state-store.ts';
import { farthestInViews } from '../views/view-streams.ts';
import { readLastLoss } from './loss-event.ts';

/** Of those who follow the log and remember how far, by the names of their checkpoints. */
const CHECKPOINTS = ['relay', 'devices', 'deletions'];
/** How much of the log's end is read: a damaged event is there, by its number, until somebody reads it. */
const READ_EVENTS = 10_000;
const READ_WITHIN_MS = 10_000;

export interface LogLoss {
  /** The last event that is there. */
  readonly last: number;
  /** The last sequence that the log has given out. */
  readonly end: number;
  /** The lost end of the log; `through` below `from`: none is. */
  readonly from: number;
  readonly through: number;
  /** Lost events before the last one: they cannot be accepted, for what follows was decided on them. */
  readonly inside: number;
  /** Sequences that hold no event, all together. */
  readonly holes: number;
  readonly known: Readonly<Record<string, number>>;
  /** An acceptance that was broken off. */
  readonly unfinished: boolean;
}

/** Null: nothing is missing, as far as anybody knows. Throws LogUnavailable. */
export async function findLoss(nc: NatsConnection, ownKnowledge = 0): Promise<LogLoss | null> {
  // Before the log's own end: that only moves on meanwhile.
  const known = { ...(await knowledge(nc)), ...(ownKnowledge > 0 ? { 'this process': ownKnowledge } : {}) };
  const { loss: accepted } = await readLastLoss(nc);
  const { last_seq, messages } = await stateOfLog(nc);
  const holes = last_seq - messages;
  const unfinished = accepted?.complete === false;
  const through = Math.max(last_seq, ...Object.values(known), unfinished ? accepted.lost_through : 0);
  if (holes <= (accepted?.holes ?? 0) && through <= last_seq && !unfinished) return null;
  const last = Math.min((await readLast(nc, LOG_STREAM, LOG_SUBJECTS))?.sequence ?? 0, last_seq);
  const inside = Math.max(0, last - messages - (accepted?.holes ?? 0));
  const from = unfinished ? accepted.lost_from : last + 1;
  return { last, end: last_seq, from, through, inside, holes, known, unfinished };
}

/** The first event near the log's end that is counted and cannot be read; null where all can. */
export async function findUnreadable(nc: NatsConnection): Promise<string | null> {
  const end = (await readLast(nc, LOG_STREAM, LOG_SUBJECTS))?.sequence ?? 0;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), READ_WITHIN_MS);
  const after = Math.max(0, end - READ_EVENTS) as Sequence;
  const tail = new LogTail(nc, new ConnectionWatch(nc), { after, headersOnly: true, signal: stop.signal });
  try {
    for (let read: number = after; read < end; ) {
      const last = (await tail.next(READ_EVENTS)).at(-1);
      if (last === undefined) return null;
      read = last.sequence;
    }
    return null;
  } catch (error) {
    if (error instanceof LogBroken) return error.message;
    throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

/** How far the log is known, by who knows it. */
async function knowledge(nc: NatsConnection): Promise<Record<string, number>> {
  const records = new JetStreamRelayStateStore(nc);
  const [views, published, ...checkpoints] = await Promise.all([
    farthestInViews(nc),
    new JetStreamPublishedStream(nc).position(),
    ...CHECKPOINTS.map(async (name) => {
      const key: RecordKey = ['checkpoint', name];
      return Number((await records.get(key))?.value.sequence ?? 0);
    }),
  ]);
  const all: Record<string, number> = {
    views,
    TASK_EVENTS: published.logSequence,
  };
  for (const [index, name] of CHECKPOINTS.entries()) all[name] = checkpoints[index] ?? 0;
  return Object.fromEntries(Object.entries(all).filter(([, sequence]) => sequence > 0));
}

async function stateOfLog(nc: NatsConnection): Promise<{ last_seq: number; messages: number }> {
  try {
    const { state } = await jetstreamApi<{ state: { last_seq: number; messages: number } }>(
      nc,
      `STREAM.INFO.${LOG_STREAM}`,
    );
    return state;
  } catch (error) {
    throw unavailableOr(error);
  }
}

/** One message: what is missing, and the ways out. */
export function describeLoss({ last, from, through, inside, known, unfinished }: LogLoss): string {
  const knownTo = Object.entries(known).map(([who, sequence]) => `${who} ${sequence}`);
  const missing = [
    ...(through >= from && !unfinished
      ? [
          `its last event is ${last}, and events up to ${through} were there (known to: ${knownTo.join(', ')})`,
        ]
      : []),
    ...(inside > 0 ? [`${inside} events before the last one are missing`] : []),
    ...(unfinished ? ['accepting a loss was broken off'] : []),
  ].join('; ');
  return withWaysOut(missing, inside === 0);
}

export function describeUnreadable(what: string): string {
  return withWaysOut(what, false);
}

function withWaysOut(missing: string, isAcceptable: boolean): string {
  const accept =
    ' Or accept the loss by `task-service accept-loss`, which records it in the log and throws away the views.';
  return `THE EVENT LOG HAS LOST EVENTS: ${missing}. Nothing is read or written before that is mended. Stop every instance, and restore the log from a backup (docs/operations.md).${isAcceptable ? accept : ''}`;
}
