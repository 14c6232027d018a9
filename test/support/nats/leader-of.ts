import type { NatsConnection } from '@nats-io/transport-node';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';

/** Who holds a lease now; null where nobody does. */
export async function leaderOf(nc: NatsConnection, lease: string): Promise<string | null> {
  const stored = await readLast(nc, 'KV_LEASES', `$KV.LEASES.${lease}`);
  return stored === null ? null : JSON.parse(Buffer.from(stored.body).toString()).holder;
}
