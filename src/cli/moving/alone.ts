/** What only a command may do while no instance of the service is there. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { NatsAccess } from '../../app/start/nats-access.ts';
import { JetStreamInstances } from '../../jetstream/leases/instances.ts';
import { PROJECTOR_LEASE } from '../../jetstream/views/view-keys.ts';
import { holdingLease } from '../holding-lease.ts';

/** How long one that was killed may still be listed, milliseconds. */
const GONE_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/** Somebody may be writing. */
export class ServiceRuns extends Error {
  override readonly name = 'ServiceRuns';
  /** EX_TEMPFAIL: once it is stopped, the same works. */
  readonly exitCode = 75;
}

/** Waits for one that has just ended. Throws ServiceRuns, LogUnavailable. */
export async function requireNoInstance(
  nc: NatsAccess['nc'],
  logger: Logger,
  patienceMs = GONE_WITHIN_MS,
): Promise<void> {
  const instances = new JetStreamInstances(nc, { logger });
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const { instances: living, leases } = await instances.look();
    const led = leases.filter(({ leader }) => leader !== null);
    if (living.length === 0 && led.length === 0) return;
    if (performance.now() >= giveUpAt) {
      const names = [
        ...living.map(({ instance }) => instance),
        ...led.map(({ lease }) => `the lease ${lease}`),
      ];
      throw new ServiceRuns(
        `the service runs on this server (${names.join(', ')}): stop every instance first`,
      );
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** Works while nobody can fire or project. Throws ServiceRuns, LogUnavailable. */
export async function aloneWith<Result extends object>(
  nc: NatsAccess['nc'],
  work: () => Promise<Result>,
): Promise<Result> {
  const held = () => holdingLease(nc, PROJECTOR_LEASE, work);
  const result = await holdingLease(nc, 'scheduler', async () => ({ held: await held() }));
  if (result?.held == null)
    throw new ServiceRuns('an instance has started meanwhile: stop every instance first');
  return result.held;
}
