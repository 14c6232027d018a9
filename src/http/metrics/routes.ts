/** The figures for Prometheus. They hold nothing of anybody's; who may see them is said at `auth/monitoring.ts`. */
import { createRoute, z } from '@hono/zod-openapi';
import { ADMINS } from '../auth/auth.ts';
import { MONITORING_SECURITY, problems } from '../router/responses.ts';
import type { Router } from '../router/route.ts';

/** Everything measured, in the text format of Prometheus 0.0.4. */
export type Exposition = () => Promise<string>;

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  'x-only-for': ADMINS,
  tags: ['health'],
  summary: 'Figures for Prometheus',
  security: MONITORING_SECURITY,
  responses: {
    200: {
      description: 'The text format 0.0.4.',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problems('UNAUTHENTICATED', 'FORBIDDEN'),
  },
});

export function mountMetrics(router: Router, { exposition }: { readonly exposition: Exposition }): void {
  router.monitoring(metricsRoute, async () => ({
    status: 200,
    headers: { 'Content-Type': CONTENT_TYPE, 'Cache-Control': 'no-store' },
    body: await exposition(),
  }));
}
