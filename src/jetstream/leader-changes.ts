/**
 * Requests to a stream with replicas that nobody will answer any more.
 *
 * Such a request goes to the server that leads the stream. One that stops, or is killed, takes what it was asked with it
 * and says nothing: its callers would learn that by their timeout, seconds after another server has taken over. But the
 * new leader tells that it leads, in an advisory, and everything that was asked before is unanswered from then on.
 *
 * The advisory may overtake an answer, so it says nothing about what became of the request. Where it is missed, the
 * timeout is what it was. A stream of one server has no such changes.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../application/ports.ts';

const ADVISORY = '$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.';

/** What is under way on a connection, by stream: called back when the stream has a new leader. */
type UnderWay = Map<string, Set<() => void>>;

const ofConnections = new WeakMap<NatsConnection, UnderWay>();

/** The answer of a request to the stream's leader; throws LogUnavailable as soon as another leads it. */
export function orNewLeader<T>(nc: NatsConnection, stream: string, request: Promise<T>): Promise<T> {
  const underWay = underWayOn(nc);
  return new Promise((resolve, reject) => {
    const changed = () => reject(new LogUnavailable('another server leads the stream now'));
    const ofStream = underWay.get(stream) ?? new Set();
    underWay.set(stream, ofStream.add(changed));
    request.then(resolve, reject).finally(() => ofStream.delete(changed));
  });
}

function underWayOn(nc: NatsConnection): UnderWay {
  const known = ofConnections.get(nc);
  if (known !== undefined) return known;
  const underWay: UnderWay = new Map();
  ofConnections.set(nc, underWay);
  nc.subscribe(`${ADVISORY}*`, {
    callback: (error, message) => {
      if (error !== null) return;
      for (const changed of [...(underWay.get(message.subject.slice(ADVISORY.length)) ?? [])]) changed();
    },
  });
  return underWay;
}
