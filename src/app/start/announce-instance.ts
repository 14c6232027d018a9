/** This instance among those that operators see. */
import type { Clock } from '../../application/ports/clock.ts';
import type { JetStreamInstances } from '../../jetstream/leases/instances.ts';
import { VERSION } from '../version.ts';

export interface Announcing {
  /** Of this process alone. */
  readonly instance: string;
  readonly config: { readonly roles: ReadonlySet<string> };
  readonly instances: JetStreamInstances;
  readonly clock: Clock;
}

/** It is announced until the returned function is called, which resolves when that is stored, or cannot be. */
export function announceInstance({ instance, config, instances, clock }: Announcing): () => Promise<void> {
  const leaving = new AbortController();
  const self = { instance, roles: [...config.roles], version: VERSION, started_at: clock.now() };
  const { ended } = instances.announce(self, leaving.signal);
  return async () => {
    leaving.abort();
    await ended;
  };
}
