import type { NatsConnection } from '@nats-io/transport-node';

/** As many replicas as the servers carry without being asked: 3 in a cluster of three or more, else 1. */
export function replicasCarried(nc: NatsConnection): 1 | 3 {
  const members = new Set(nc.info?.connect_urls ?? []);
  return nc.info?.cluster !== undefined && members.size >= 3 ? 3 : 1;
}
