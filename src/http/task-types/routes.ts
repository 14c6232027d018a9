/** What types of tasks there are. */
import { createRoute, z } from '@hono/zod-openapi';
import { TASK_TYPES } from '../../domain/task/status.ts';
import { TIERS } from '../../domain/user/tier.ts';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';

const TaskTypeSchema = z
  .strictObject({
    task_type: z.enum(TASK_TYPES),
    title: z.string(),
    description: z.string(),
    config_schema: z.looseObject({}).openapi({
      description:
        'JSON Schema 2020-12 of `config`; each property has a title, a description and examples. It is for forms: a ' +
        'config is checked in more ways than it can say when a task is written.',
    }),
    example: z.looseObject({}).openapi({ description: 'A config that fits.' }),
    required_subscription_level: z.enum(TIERS),
    locked: z.boolean().openapi({ description: 'Above the tier of the caller.' }),
    credits_per_run: z.number().openapi({ description: 'The least that a run costs.' }),
  })
  .openapi('TaskType', {
    example: {
      task_type: 'reminder',
      title: 'Reminder',
      description: 'Tells you something at the time that you choose.',
      config_schema: { type: 'object', properties: { reminder_message: { type: 'string' } } },
      example: { reminder_message: 'Call the dentist' },
      required_subscription_level: 'free',
      locked: false,
      credits_per_run: 0,
    },
  });

export const listTaskTypesRoute = createRoute({
  method: 'get',
  path: '/api/v1/task-types',
  summary: 'List the types of tasks, each with the schema of its config and an example',
  tags: ['templates'],
  security: SECURITY,
  request: { query: z.strictObject({}) },
  responses: { 200: jsonAnswer('All of them.', z.array(TaskTypeSchema)), ...problems(...READ_PROBLEMS) },
});
