/**
 * Requests to a stream that nobody will answer any more, known at once and not by their timeout seconds later.
 *
 * With replicas a request goes by the connection's server to the one that leads the stream. Either may be stopped or
 * killed, and takes with it what it was asked. The connection tells when it broke; what was sent while there was none
 * is lost too, which shows when it is back. And a server that has begun to lead a stream says so in an advisory:
 * everything that was asked before is unanswered from then on.
 *
 * All of this may overtake an answer, so it says nothing about what became of the request. Where an advisory is missed,
 * the timeout is what it was. A stream on one server has none.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';

const ADVISORY = '$JS.EVENT.ADVISORY.STREAM.LEADER_ELECTED.';

/** Where a server says that it has begun to lead a stream. */
export function leaderAdvisory(stream: string): string {
  return `${ADVISORY}${stream}`;
}

/** What is under way on a connection, by stream: called when it is abandoned. */
type UnderWay = Map<string, Set<() => void>>;

const ofConnections = new WeakMap<NatsConnection, UnderWay>();

/** The answer of a request to the stream's leader; throws LogUnavailable as soon as nobody will give it. */
export function failIfLeaderGone<T>(nc: NatsConnection, stream: string, request: Promise<T>): Promise<T> {
  const underWay = underWayOn(nc);
  return new Promise((resolve, reject) => {
    const abandon = () => reject(new LogUnavailable('the server that was asked has gone, or leads no more'));
    const ofStream = underWay.get(stream) ?? new Set();
    underWay.set(stream, ofStream.add(abandon));
    request.then(resolve, reject).finally(() => ofStream.delete(abandon));
  });
}

function underWayOn(nc: NatsConnection): UnderWay {
  const known = ofConnections.get(nc);
  if (known !== undefined) return known;
  const underWay: UnderWay = new Map();
  ofConnections.set(nc, underWay);
  nc.subscribe(`${ADVISORY}*`, {
    callback: (error, message) => {
      if (error === null) abandonAll(underWay.get(message.subject.slice(ADVISORY.length)));
    },
  });
  void watchConnection(nc, underWay);
  return underWay;
}

async function watchConnection(nc: NatsConnection, underWay: UnderWay): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type !== 'disconnect' && type !== 'reconnect') continue;
    for (const ofStream of underWay.values()) abandonAll(ofStream);
  }
  // Closed.
  for (const ofStream of underWay.values()) abandonAll(ofStream);
}

function abandonAll(requests: ReadonlySet<() => void> = new Set()): void {
  for (const abandon of [...requests]) abandon();
}
