/** What the caller's subscription allows, and how much of it is used. */
import { createRoute, z } from '@hono/zod-openapi';
import { TIERS } from '../../domain/user/tier.ts';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';

const limitSchema = (used: z.ZodNumber, what: string) =>
  z
    .strictObject({
      limit: used.nullable().openapi({ description: 'Null: unlimited.' }),
      used,
      resets_at: z.string().nullable().openapi({
        format: 'date-time',
        description: 'When the count begins anew; null where it does not by itself.',
      }),
    })
    .openapi({ description: what });

const UsageSchema = z
  .strictObject({
    user_id: z.string(),
    tier: z.enum(TIERS),
    limits: z.strictObject({
      tasks: limitSchema(z.int().min(0), 'Tasks that are not deleted, cancelled or completed.'),
      executions_per_day: limitSchema(z.int().min(0), 'Executions requested on this day (UTC).'),
      credits_per_month: limitSchema(
        z.number().min(0),
        'Credits consumed in this month (UTC), and those reserved by executions that have not ended.',
      ),
      existing_tasks: limitSchema(z.int().min(0), 'Tasks that were ever made, deleted ones too.'),
      edits_per_day: limitSchema(z.int().min(0), 'Updates, restorations and new webhooks on this day (UTC).'),
      stored_bytes: limitSchema(
        z.int().min(0),
        'What all events of all tasks hold of what people and runs wrote, in characters of JSON.',
      ),
    }),
  })
  .openapi('Usage');

export const usageRoute = createRoute({
  method: 'get',
  path: '/api/v1/usage',
  summary: "The caller's tier, its limits, and how much of them is used",
  tags: ['usage'],
  security: SECURITY,
  request: { query: z.strictObject({}) },
  responses: {
    200: jsonAnswer('Tier, limits and usage.', UsageSchema),
    ...problems(...READ_PROBLEMS),
  },
});
