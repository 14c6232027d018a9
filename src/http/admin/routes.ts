/** What those who run the service can do with a user. */
import { createRoute, z } from '@hono/zod-openapi';
import { ADMINS } from '../auth/auth.ts';
import { jsonAnswer, problems, SECURITY, WRITE_PROBLEMS } from '../router/responses.ts';

const ErasureSchema = z
  .strictObject({
    user_id: z.string(),
    state: z.enum(['requested', 'erased', 'completed']).openapi({
      description:
        '`requested`: tasks and runs are being ended. `erased`: nothing of the user is written any more, the key is being destroyed and what is stored beside the log erased. `completed`: done.',
    }),
  })
  .openapi('Erasure');

export const eraseUserRoute = createRoute({
  method: 'post',
  path: '/api/v1/admin/users/{user_id}/erase',
  'x-only-for': ADMINS,
  summary: 'Erase a user',
  description:
    'For the role `admin`. The user is deleted, runs are aborted, and what the user wrote can be read by nobody any more, in no backup of the log either. It cannot be taken back. The answer comes at once; the same request tells how far it is.',
  tags: ['admin'],
  security: SECURITY,
  request: { params: z.strictObject({ user_id: z.string().min(1).max(255) }) },
  responses: {
    202: jsonAnswer('It is under way.', ErasureSchema),
    200: jsonAnswer('It is completed.', ErasureSchema),
    ...problems(...WRITE_PROBLEMS, 'FORBIDDEN', 'NOT_FOUND'),
  },
});
