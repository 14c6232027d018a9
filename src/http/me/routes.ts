/** Who the caller is here. */
import { createRoute, z } from '@hono/zod-openapi';
import { TIERS } from '../../domain/user/tier.ts';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';

const atMost = (most: z.ZodNumber, what: string) =>
  most.nullable().openapi({ description: `${what} Null: unlimited.` });

const MeSchema = z
  .strictObject({
    user_id: z.string().openapi({ description: 'Whose tasks the caller sees and changes.' }),
    actor: z.string().openapi({ description: 'As it stands in events: `user:<id>` or `service:internal`.' }),
    tier: z.enum(TIERS),
    roles: z
      .array(z.string())
      .openapi({ description: 'Such as `auditor`, `admin`, and `service` for other services.' }),
    limits: z.strictObject({
      tasks: atMost(z.int().min(0), 'Tasks that are not deleted, cancelled or completed.'),
      executions_per_day: atMost(z.int().min(0), 'Executions requested on one day (UTC).'),
      credits_per_month: atMost(z.number().min(0), 'Credits of one month (UTC).'),
      timeout_seconds: atMost(z.int().min(1), 'What a schedule may ask for.'),
      retry_attempts: atMost(z.int().min(1), '`retry.max_attempts` of a schedule.'),
    }),
  })
  .openapi('Me');

export const meRoute = createRoute({
  method: 'get',
  path: '/api/v1/me',
  summary: 'Who the caller is, with tier, roles and limits',
  description: 'How much of the limits is used, `/usage` tells.',
  tags: ['usage'],
  security: SECURITY,
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer('The caller.', MeSchema), ...problems(...READ_PROBLEMS) },
});
