/** The slots of several tasks on one axis. */
import { createRoute, z } from '@hono/zod-openapi';
import { MOST_SLOTS_SHOWN } from '../../application/queries/lists/slot-timeline.ts';
import { timestamp, wholeNumber } from '../router/fields.ts';
import { jsonAnswer, problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { slotFields } from '../slots/routes.ts';
import { taskIdValue } from '../tasks/schemas.ts';

const MOST_TASKS = 100;
const LEAST_BUCKET_SECONDS = 60;
const MOST_BUCKET_SECONDS = 366 * 86_400;

const instant = z.string().openapi({ format: 'date-time' });
const count = z.int().min(1).optional();
const CountsSchema = z.strictObject({
  planned: count,
  due: count,
  requested: count,
  running: count,
  completed: count,
  failed: count,
  cancelled: count,
  skipped: count,
  missed: count,
  excluded: count,
  void: count,
});

const TimelineTaskSchema = z.strictObject({
  task_id: z.string(),
  slots: z
    .array(
      z
        .strictObject({ ...slotFields, due_at: instant.openapi({ description: 'With its jitter.' }) })
        .openapi('TimelineSlot'),
    )
    .nullable()
    .openapi({ description: 'In order of time; null where they are counted.' }),
  buckets: z
    .array(z.strictObject({ from: instant, counts: CountsSchema }))
    .nullable()
    .openapi({
      description: `Counts, of tasks with more than ${MOST_SLOTS_SHOWN} slots, or of all where \`bucket\` is given; empty ones are left out.`,
    }),
  is_complete: z
    .boolean()
    .openapi({ description: 'False: there are more slots than one answer counts; ask for a smaller range.' }),
});

export const timelineRoute = createRoute({
  method: 'get',
  path: '/api/v1/timeline',
  summary: 'Past and planned slots of several tasks',
  description:
    'What became of each slot, and what is planned as things stand. Tasks that are not there, or are deleted or ' +
    "somebody else's, are left out. One call looks at 10,000 slots at most.",
  tags: ['schedules'],
  security: SECURITY,
  request: {
    query: z.strictObject({
      from: timestamp.openapi({ description: 'Slots at this time or later.' }),
      to: timestamp.openapi({ description: 'Slots before this time; at most 366 days later.' }),
      task_id: z.array(taskIdValue).min(1).max(MOST_TASKS),
      bucket: wholeNumber(LEAST_BUCKET_SECONDS, MOST_BUCKET_SECONDS)
        .optional()
        .openapi({ description: 'Seconds: counts the slots by so much time each, from `from` on.' }),
    }),
  },
  responses: {
    200: jsonAnswer(
      'The slots by task.',
      z
        .strictObject({
          from: instant,
          to: instant,
          now: instant.openapi({ description: 'What is before it has been.' }),
          tasks: z.array(TimelineTaskSchema),
        })
        .openapi('Timeline'),
    ),
    ...problems(...READ_PROBLEMS),
  },
});
