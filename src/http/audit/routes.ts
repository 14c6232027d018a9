import { createRoute, z } from '@hono/zod-openapi';
import { says } from '../../domain/shared/says.ts';
import { AUDITORS } from '../auth/auth.ts';
import { matching, several, timestamp, wholeNumber } from '../router/fields.ts';
import { problems, READ_PROBLEMS, SECURITY } from '../router/responses.ts';
import { TaskParams } from '../tasks/schemas.ts';

export const NDJSON = 'application/x-ndjson';
const sequence = wholeNumber(0, Number.MAX_SAFE_INTEGER);

export const AuditEventsQuery = z.strictObject({
  user_id: z.string().min(1).max(255).optional(),
  task_id: matching(/^tsk_[0-7][0-9A-HJKMNP-TV-Z]{25}$/, says`is not a task id`).optional(),
  types: several(matching(/^[a-z]+\.[a-z_]+$/, says`is not an event type`))
    .optional()
    .openapi({ description: 'Only events of these types; repeated or with commas.' }),
  from: timestamp
    .optional()
    .openapi({ description: 'Only events from this time on, by the time they carry.' }),
  to: timestamp.optional().openapi({ description: 'Only events before this time.' }),
  after: sequence
    .optional()
    .openapi({ description: 'Only events after this log sequence; 0 is the default.' }),
  until: sequence
    .optional()
    .openapi({ description: 'Only events up to this log sequence. Default: the last.' }),
});

export const auditEventsRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/events',
  'x-only-for': AUDITORS,
  summary: 'Read the event log of everybody, as it is stored',
  description:
    'For the role `auditor`. Lines of JSON, `{"sequence", "subject", "event"}`, `event` with the very bytes of the log ' +
    '(`event_base64` where they are not one line of JSON); nothing personal is opened. The last line is ' +
    '`{"end": {"through", "count"}}`: without it the answer was cut short, and `after` with the last sequence goes on.',
  tags: ['audit'],
  security: SECURITY,
  request: { query: AuditEventsQuery },
  responses: {
    200: { description: 'The events, oldest first.', content: { [NDJSON]: { schema: z.string() } } },
    ...problems(...READ_PROBLEMS, 'FORBIDDEN', 'CURSOR_AHEAD', 'LOG_FORKED'),
  },
});

export const auditProofRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/proof/{task_id}',
  summary: 'Read what proves that a task’s events are in the log',
  description:
    'For the task’s owner and the role `auditor`. Its events as lines, as `/audit/events` has them, then a line ' +
    '`{"tlog_proof"}`: a proof (c2sp.org/tlog-proof) that the last of them is in the signed log; the hash chain proves the ' +
    'others. Checked without the service by `task-service audit verify`. Events after the last checkpoint are not in it.',
  tags: ['audit'],
  security: SECURITY,
  request: { params: TaskParams },
  responses: {
    200: { description: 'The events and the proof.', content: { [NDJSON]: { schema: z.string() } } },
    ...problems(...READ_PROBLEMS, 'TASK_NOT_FOUND', 'NOT_YET_SIGNED'),
  },
});

export const AuditVerifyQuery = AuditEventsQuery.pick({ user_id: true, task_id: true });

export const auditVerifyRoute = createRoute({
  method: 'get',
  path: '/api/v1/audit/verify',
  'x-only-for': AUDITORS,
  summary: 'Hold the stored log, its checkpoints and the views against each other',
  description:
    'For the role `auditor`. Checks every event by its subject’s chain, its headers and its subject, the tree of all of ' +
    'them by the signed checkpoints, and then every value of the views by a fold of the log; with `user_id` or `task_id` ' +
    'those alone, without the tree. Lines of JSON: `{"progress": {"step", "done", "of"}}` now and then, one ' +
    '`{"fault": {"kind", "sequence", "subject", "what"}}` for each fault (the first 1,000), and last ' +
    '`{"end": {"events", "values", "checkpoint", "signed_through", "faults"}}`: without it the answer was cut short. Where ' +
    'the log has faults the views are not looked at (`values` is null). An instance checks the whole log for one caller at ' +
    'a time.',
  tags: ['audit'],
  security: SECURITY,
  request: { query: AuditVerifyQuery },
  responses: {
    200: { description: 'Progress, faults, the end.', content: { [NDJSON]: { schema: z.string() } } },
    ...problems(...READ_PROBLEMS, 'FORBIDDEN', 'TASK_NOT_FOUND', 'VERIFYING_ALREADY'),
  },
});

const LOG = '/api/v1/audit/log';
const BYTES = 'application/octet-stream';
const bytes = z.string().openapi({ format: 'binary' });
/** The index of a tile in groups of three digits, as `x001/x234/067`, and `.p/<width>` where it is not full. */
const tile = z
  .string()
  .openapi({ description: 'As `x001/x234/067`, with `.p/<width>` where it is not full.' });
const logRoute = { method: 'get' as const, tags: ['audit'], security: SECURITY };
const LOG_PROBLEMS = [...READ_PROBLEMS, 'FORBIDDEN', 'NOT_FOUND'] as const;

export const checkpointRoute = createRoute({
  ...logRoute,
  path: `${LOG}/checkpoint`,
  summary: 'Read the last signed checkpoint of the log',
  description:
    'A signed note (c2sp.org/tlog-checkpoint), with the cosignatures of witnesses (c2sp.org/tlog-cosignature) where there ' +
    'are any: the newest that enough of them have cosigned, or, where that is two minutes older, the newest of all. For ' +
    'the role `auditor`; where `AUDIT_PUBLIC`, for all.',
  responses: {
    200: { description: 'The note.', content: { 'text/plain': { schema: z.string() } } },
    ...problems(...LOG_PROBLEMS),
  },
});

export const auditKeyRoute = createRoute({
  ...logRoute,
  path: `${LOG}/key`,
  summary: 'Read the public key that checkpoints are signed with',
  description:
    'In the form of c2sp.org/signed-note; a change of the key stands in the log. Get it once by another way as well: what a service says of its own key proves ' +
    'nothing. For the role `auditor`; where `AUDIT_PUBLIC`, for all.',
  responses: {
    200: { description: 'The key.', content: { 'text/plain': { schema: z.string() } } },
    ...problems(...LOG_PROBLEMS),
  },
});

export const entriesRoute = createRoute({
  ...logRoute,
  path: `${LOG}/tile/entries/{tile}`,
  'x-only-for': AUDITORS,
  summary: 'Read the entries of a tile',
  description: 'c2sp.org/tlog-tiles. Entries name users: they are for the role `auditor` in any case.',
  request: { params: z.object({ tile }) },
  responses: {
    200: { description: 'The entries.', content: { [BYTES]: { schema: bytes } } },
    ...problems(...LOG_PROBLEMS),
  },
});
export const ENTRIES_PATTERN = `${LOG}/tile/entries/:tile{.+}`;

export const tileRoute = createRoute({
  ...logRoute,
  path: `${LOG}/tile/{level}/{tile}`,
  summary: 'Read a tile of the hash tree over the log',
  description: 'c2sp.org/tlog-tiles. For the role `auditor`; where `AUDIT_PUBLIC`, for all.',
  request: { params: z.object({ level: z.string(), tile }) },
  responses: {
    200: { description: 'The hashes.', content: { [BYTES]: { schema: bytes } } },
    ...problems(...LOG_PROBLEMS),
  },
});
export const TILE_PATTERN = `${LOG}/tile/:level/:tile{.+}`;
