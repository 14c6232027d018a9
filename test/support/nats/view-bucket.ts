import type { NatsConnection } from '@nats-io/transport-node';
import { ViewGenerations } from '../../../src/jetstream/views/generations.ts';
import type { ViewBucket } from '../../../src/jetstream/views/view-bucket.ts';

/** The generation of the views that is projected; the first is made where there is none. */
export async function viewBucket(nc: NatsConnection): Promise<ViewBucket> {
  return (await new ViewGenerations(nc).projected()).bucket;
}
