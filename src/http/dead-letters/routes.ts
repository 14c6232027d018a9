/** Messages of and to other services that were given up, for those who run the service. */
import { createRoute, z } from '@hono/zod-openapi';
import { ADMINS } from '../auth/auth.ts';
import { wholeNumber } from '../router/fields.ts';
import {
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';

const tags = ['operations'];
const security = SECURITY;
const FOR_ADMINS = 'For the role `admin`.';
const MOST_SHOWN = 500;
export const DEFAULT_LETTERS_LIMIT = 100;
/** Letters that one call sends back. */
export const MOST_REPLAYED = 500;

const number = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
const letterFields = {
  number: number.openapi({ description: 'What it is read and sent back by.' }),
  time: z.string().openapi({ format: 'date-time', description: 'When it was given up.' }),
  stream: z.string().openapi({ description: 'Where it came from.' }),
  consumer: z.string().openapi({ description: 'Who gave it up, and gets it again.' }),
  sequence: z.int().openapi({ description: 'Its place in that stream.' }),
  subject: z.string(),
  message_id: z.string().nullable(),
  deliveries: z.int().openapi({ description: 'How often it was tried.' }),
  reason: z.string(),
  bytes: z.int().openapi({ description: 'Of its body.' }),
};

export const DeadLetterListSchema = z
  .strictObject({
    dead_letters: z.array(z.strictObject(letterFields).openapi('DeadLetter')),
    count: z.int().openapi({ description: 'Of those in this page.' }),
    next_after: z.int().nullable().openapi({ description: 'The `after` of the next page.' }),
  })
  .openapi('DeadLetterList');

export const listDeadLettersRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters',
  'x-only-for': ADMINS,
  summary: 'List dead letters, oldest first',
  description: FOR_ADMINS,
  tags,
  security,
  request: {
    query: z.strictObject({
      after: wholeNumber(0, Number.MAX_SAFE_INTEGER)
        .optional()
        .openapi({ description: 'Only those with a larger number.' }),
      consumer: z.string().min(1).max(255).optional().openapi({ description: 'Only those that it gave up.' }),
      limit: wholeNumber(1, MOST_SHOWN).optional(),
    }),
  },
  responses: {
    200: jsonAnswer('A page of them.', DeadLetterListSchema),
    ...problems(...READ_PROBLEMS, 'FORBIDDEN'),
  },
});

export const getDeadLetterRoute = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters/{number}',
  'x-only-for': ADMINS,
  summary: 'Read a dead letter with its body',
  description: FOR_ADMINS,
  tags,
  security,
  request: { params: z.object({ number: z.string().openapi({ pattern: '^[1-9][0-9]{0,15}$' }) }) },
  responses: {
    200: jsonAnswer(
      'The letter.',
      z
        .strictObject({
          ...letterFields,
          body: z.string(),
          encoding: z
            .enum(['utf8', 'base64'])
            .openapi({ description: 'Of `body`: base64 where it is no text.' }),
        })
        .openapi('DeadLetterDetails'),
    ),
    ...problems(...READ_PROBLEMS, 'FORBIDDEN', 'DEAD_LETTER_NOT_FOUND'),
  },
});

export const ReplayBody = z
  .strictObject({
    numbers: z
      .array(number)
      .min(1)
      .max(MOST_REPLAYED)
      .optional()
      .openapi({ description: 'Which ones; absent: all there are.' }),
  })
  .openapi('ReplayDeadLetters', { example: { numbers: [17, 18] } });

export const replayDeadLettersRoute = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/replay',
  'x-only-for': ADMINS,
  summary: 'Send dead letters back to those that gave them up',
  description:
    `${FOR_ADMINS} A letter is taken away only once it is sent. One that was sent already is harmless to send again. ` +
    `One call sends ${MOST_REPLAYED} at most.`,
  tags,
  security,
  request: { headers: WriteHeaders, body: jsonBody(ReplayBody, false) },
  responses: {
    200: jsonAnswer(
      'What came of each.',
      z
        .strictObject({
          replayed: z.int().min(0),
          results: z.array(
            z.strictObject({
              number: z.int(),
              outcome: z.enum(['replayed', 'not_found', 'failed']).openapi({
                description:
                  '`failed`: the store did not answer; the letter is there still, and may have been sent.',
              }),
            }),
          ),
          more: z.boolean().openapi({ description: 'Of all: there are more than one call sends.' }),
        })
        .openapi('ReplayedDeadLetters'),
    ),
    ...problems(...WRITE_PROBLEMS, 'FORBIDDEN'),
  },
});
