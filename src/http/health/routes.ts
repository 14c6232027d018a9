/**
 * Health for load balancers and orchestrators, who need not say who they are and hear yes or no; and for operators, who
 * hear why. On loopback everybody does (`auth/monitoring.ts`).
 */
import { createRoute, z } from '@hono/zod-openapi';
import { ADMINS } from '../auth/auth.ts';
import { jsonAnswer, MONITORING_SECURITY, problems } from '../router/responses.ts';
import type { Call, Router } from '../router/route.ts';
import { type Answer, json } from '../server/answer.ts';
import type { Health } from './health.ts';

const SERVICE = 'task-service';
const tags = ['health'];

const HealthSchema = z
  .looseObject({
    status: z.enum(['healthy', 'unhealthy']),
    service: z.string(),
    version: z.string(),
    timestamp: z.string().openapi({ format: 'date-time' }),
    reasons: z.array(z.string()).optional().openapi({
      description:
        'Why not to send requests here. In `/health/detailed` and, on loopback, in `/health/ready`.',
    }),
    warnings: z
      .array(z.string())
      .optional()
      .openapi({ description: 'What needs attention although requests may be sent. In `/health/detailed`.' }),
    components: z
      .looseObject({})
      .optional()
      .openapi({ description: 'How each part is, by its name. In `/health/detailed`.' }),
  })
  .openapi('Health');

const responses = {
  200: jsonAnswer('It works.', HealthSchema),
  503: jsonAnswer('It does not.', HealthSchema),
};
const get = { method: 'get', tags, responses } as const;

const healthRoute = createRoute({ ...get, path: '/health', summary: 'Whether the service works' });
const tasksHealthRoute = createRoute({
  ...get,
  path: '/api/v1/tasks/health',
  summary: 'The same, beside the tasks',
});
const liveRoute = createRoute({ ...get, path: '/health/live', summary: 'Whether the process works' });
const readyRoute = createRoute({ ...get, path: '/health/ready', summary: 'Whether to send requests here' });
const detailedRoute = createRoute({
  ...get,
  path: '/health/detailed',
  'x-only-for': ADMINS,
  summary: 'How each part is',
  security: MONITORING_SECURITY,
  responses: { ...responses, ...problems('UNAUTHENTICATED', 'FORBIDDEN') },
});

export function mountHealth(
  router: Router,
  {
    health,
    version,
    isOpen,
  }: { readonly health: Health; readonly version: string; readonly isOpen: boolean },
): void {
  const answer = (call: Call, healthy: boolean, more: object = {}): Answer => {
    const status = healthy ? 'healthy' : 'unhealthy';
    const body = { status, service: SERVICE, version, timestamp: call.now, ...more };
    return json(healthy ? 200 : 503, body, { 'Cache-Control': 'no-store' });
  };
  const overall = async (call: Call) => answer(call, health.live() && (await health.ready()).ready);
  router.open(healthRoute, overall);
  router.open(tasksHealthRoute, overall);
  router.open(liveRoute, (call) => answer(call, health.live()));
  router.open(readyRoute, async (call) => {
    const { ready, reasons } = await health.ready();
    return answer(call, ready, isOpen ? { reasons } : {});
  });
  router.monitoring(detailedRoute, async (call) => {
    const { ready, reasons, warnings, components } = await health.detailed();
    return answer(call, health.live() && ready, { reasons, warnings, components });
  });
}
