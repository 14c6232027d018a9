/** How the service does, for those who run it; its name and version for everybody. */
import { createRoute, z } from '@hono/zod-openapi';
import type { ServiceFigures } from '../../application/queries/analytics/service-figures.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { DEFAULT_DAYS, PeriodQuery } from '../analytics/schemas.ts';
import type { Caller } from '../auth/auth.ts';
import { hasPrivilege } from '../auth/auth.ts';
import { AnyJson, jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import type { Router } from '../router/route.ts';
import { json } from '../server/answer.ts';

const SERVICE = 'task-service';

const ServiceStatsSchema = z
  .strictObject({
    service: z.string(),
    version: z.string(),
    time_period: z.string().optional(),
    up_to_sequence: z.int().optional().openapi({ description: 'Every event up to this one is counted.' }),
    metrics: z
      .record(
        z.string(),
        z.strictObject({
          name: z.string(),
          target: z.string().nullable(),
          unit: z.string(),
          value: AnyJson,
          reason: z.string().nullable().openapi({ description: 'Why there is no value.' }),
        }),
      )
      .optional(),
  })
  .openapi('ServiceStats');

export const serviceStatsRoute = createRoute({
  method: 'get',
  path: '/api/v1/service/stats',
  summary: 'The success metrics of the whole service',
  description:
    'For the role `admin` and other services; anybody else is told the name and the version, and needs no credentials for it.',
  tags: ['service'],
  security: [{}, ...SECURITY],
  request: { query: PeriodQuery },
  responses: {
    200: jsonAnswer('The metrics, or only the name and the version.', ServiceStatsSchema),
    ...problems(...READ_PROBLEMS),
  },
});

export interface ServiceStatsDeps {
  readonly version: string;
  readonly serviceFigures: (days: number, now: Instant) => Promise<ServiceFigures>;
}

export function mountServiceStats(router: Router, { version, serviceFigures }: ServiceStatsDeps): void {
  const headers = { 'Cache-Control': 'no-store' };
  router.anybody(serviceStatsRoute, async (call, caller, { days }) => {
    const named = { service: SERVICE, version };
    if (caller === null || !maySee(caller)) return json(200, named, headers);
    return json(200, { ...named, ...(await serviceFigures(days ?? DEFAULT_DAYS, call.now)) }, headers);
  });
}

function maySee(caller: Caller): boolean {
  return hasPrivilege(caller, 'admin') || hasPrivilege(caller, 'service');
}
