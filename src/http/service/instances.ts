/** Which instances of the service there are, and who leads what. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Instances, InstancesAndLeases } from '../../application/ports/instances.ts';
import { OPERATORS } from '../auth/auth.ts';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import type { Router } from '../router/route.ts';
import { json } from '../server/answer.ts';

const dateTime = z.string().openapi({ format: 'date-time' });

const InstanceSchema = z
  .strictObject({
    instance: z.string(),
    roles: z.array(z.string()),
    version: z.string(),
    started_at: dateTime.openapi({ description: 'By its own clock.' }),
    seen_at: dateTime.openapi({ description: 'When it was last heard of, by the clock of NATS.' }),
    leads: z.array(z.string()).openapi({ description: 'The leases that it holds.' }),
  })
  .openapi('Instance');

const LedLeaseSchema = z
  .strictObject({
    lease: z.string().openapi({
      description:
        '`scheduler` (fires), `projector-<version of the views>`, `relay` (publishes to other services), `devices` (publishes to devices), `audit` (signs the log), `deletions`, `erasures`, `destinations` (sends events to endpoints of users).',
    }),
    leader: z.string().nullable().openapi({ description: 'Null, as are `term` and `since`: nobody leads.' }),
    term: z.int().nullable().openapi({ description: 'Larger for every later leader.' }),
    since: dateTime.nullable().openapi({
      description:
        'By the clock of the leader; null also where an earlier version leads, which does not store it.',
    }),
    renewed_at: dateTime.openapi({ description: 'When it was last written, by the clock of NATS.' }),
  })
  .openapi('LedLease');

export const instancesRoute = createRoute({
  method: 'get',
  path: '/api/v1/instances',
  'x-only-for': OPERATORS,
  summary: 'Which instances there are, and who leads what',
  description:
    'For the role `admin` and for other services. Instances of which anything was heard in the last seven seconds; one of a version that does not announce itself is seen only as a leader. A lease is there from when it was first held, also where nobody holds it.',
  tags: ['service'],
  security: SECURITY,
  request: { query: z.strictObject({}) },
  responses: {
    200: jsonAnswer(
      'As it is now.',
      z
        .strictObject({ instances: z.array(InstanceSchema), leases: z.array(LedLeaseSchema) })
        .openapi('Instances'),
    ),
    ...problems(...READ_PROBLEMS, 'FORBIDDEN'),
  },
});

export function mountInstances(router: Router, { instances }: { readonly instances: Instances }): void {
  router.user(instancesRoute, {
    handle: async () => json(200, shown(await instances.look()), { 'Cache-Control': 'no-store' }),
  });
}

function shown({ instances, leases }: InstancesAndLeases) {
  const ledBy = (name: string) => leases.filter(({ leader }) => leader === name).map(({ lease }) => lease);
  return { instances: instances.map((one) => ({ ...one, leads: ledBy(one.instance) })), leases };
}
