/** How many replicas of each stream there are to be, where the configuration does not say. */
import type { NatsConnection } from '@nats-io/transport-node';
import { LOG_STREAM } from '../connection/subjects.ts';
import { storedReplicas } from './provision.ts';

/**
 * As many as the log has, and 3 in a cluster of three servers or more. The log's own count: a server that is down is not
 * among those that the others name, and nobody wants fewer replicas for it. Throws LogUnavailable.
 */
export async function replicasCarried(nc: NatsConnection): Promise<number> {
  const members = new Set(nc.info?.connect_urls ?? []);
  const carried = nc.info?.cluster !== undefined && members.size >= 3 ? 3 : 1;
  return Math.max(carried, (await storedReplicas(nc, LOG_STREAM)) ?? 1);
}
