import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsAccess } from '../app/start/nats-access.ts';
import { systemClock } from '../app/system-clock.ts';
import { JetStreamLease } from '../jetstream/leases/lease.ts';

/** How long an instance that stops, or one that was killed, may still hold its lease, milliseconds. */
const LEASE_WITHIN_MS = 10_000;

/** Works while no instance can hold the lease of that name. Null, and nothing done, where one goes on holding it. */
export async function holdingLease<Result extends object>(
  nc: NatsAccess['nc'],
  name: string,
  work: () => Promise<Result>,
  patienceMs = LEASE_WITHIN_MS,
): Promise<Result | null> {
  const stop = new AbortController();
  const lease = new JetStreamLease(nc, systemClock, { name, holder: `task-service on ${hostname()}` });
  let result: Result | null = null;
  const given = new AbortController();
  const tooLate = delay(patienceMs, undefined, { signal: given.signal }).then(
    () => stop.abort(),
    () => {},
  );
  await lease.run(async () => {
    if (result !== null) return;
    given.abort();
    result = await work();
    stop.abort();
  }, stop.signal);
  given.abort();
  await tooLate;
  return result;
}
