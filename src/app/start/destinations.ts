/** What sends users' events to endpoints of their own. */
import { nextTry } from '../../domain/destination/retry-times.ts';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { ShownEvents } from '../../history/shown-events.ts';
import { openedDocument } from '../../jetstream/codec/codec.ts';
import {
  JetStreamDeliveryRecords,
  JetStreamDestinationProgress,
} from '../../jetstream/publishing/delivery-records.ts';
import { EgressPolicy } from '../../outbound/egress.ts';
import { GuardedEndpoints } from '../../outbound/endpoint-calls.ts';
import { DestinationsRelay } from '../../relay/destinations/destinations-relay.ts';
import { ExecutorCatalog } from '../../task-types/catalog.ts';
import type { RelayParts } from '../roles/relay.ts';

export function destinationsRelay(parts: RelayParts): DestinationsRelay {
  const { nc, log, views, follower, users, destinations, executors, clock, ids, traces, config } = parts;
  const shown = new ShownEvents({
    catalog: new ExecutorCatalog(executors),
    firstEvent: async (userId, taskId) => (await log.readTask(userId, taskId, NO_SEQUENCE, 1))[0] ?? null,
    views,
    cloudEventOf: openedDocument,
  });
  return new DestinationsRelay({
    lease: parts.lease('destinations'),
    follower,
    users,
    destinations,
    log,
    progress: new JetStreamDestinationProgress(nc),
    records: new JetStreamDeliveryRecords(nc),
    calls: new GuardedEndpoints(new EgressPolicy({ allow: config.egressAllow }), traces),
    documentOf: (event) => shown.documentOf(event),
    clock,
    ids,
    nextTry,
    random: Math.random,
    logger: parts.logger.child({ component: 'destinations' }),
  });
}
