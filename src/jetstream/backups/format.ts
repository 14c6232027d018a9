/**
 * The form of a user's archive, a gzipped tar that standard tools open:
 *
 *     events/000001.ndjson, …       {"sequence":…,"subject":"tasklog.…","event":<the document as it is stored>}
 *     executions/000001.ndjson, …   an execution a line, what people wrote as one member `sealed`
 *     tasks/000001.ndjson, …        a task a line, likewise
 *     manifest.json                 last: whose, when, how many, and each file's SHA-256
 *
 * An event's bytes stand in its line as they stand in the log, so the hash chain can be followed in the archive and
 * goes on after a restore. Nothing in it is readable without the user's key, and the key is not in it: destroying
 * the key erases the archives with the log.
 */
import { z } from 'zod';
import { BACKUP_PARTS, type BackupPart } from '../../application/ports/user-backups.ts';
import type { ExecutionState } from '../../domain/execution/state.ts';
import { parseSequence, parseUserId, type Sequence, type UserId } from '../../domain/shared/ids.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { StoredMessage } from '../codec/codec.ts';
import { type SealingKey, seal, unseal } from '../codec/sealing.ts';

export const FORMAT = 'task-service user archive';
export const FORMAT_VERSION = 1;
export const MANIFEST = 'manifest.json';

const count = z.int().nonnegative();
const manifest = z.object({
  format: z.literal(FORMAT),
  format_version: z.literal(FORMAT_VERSION),
  user_id: z.string().transform((text, context): UserId => {
    const userId = parseUserId(text);
    if (userId === null) context.addIssue({ code: 'custom', message: 'not a user id' });
    return userId as UserId;
  }),
  created_at: z.string(),
  scope: z.array(z.enum(BACKUP_PARTS)).min(1),
  counts: z.record(z.enum(BACKUP_PARTS), count),
  /** Of the user's events that the archive was made from; 0 where there were none. */
  first_sequence: count.transform((value) => value as Sequence),
  last_sequence: count.transform((value) => value as Sequence),
  files: z.array(
    z.object({ name: z.string(), rows: count, bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
});
export type Manifest = z.output<typeof manifest>;

/** Something is no archive of this form, or not what its manifest says. */
export class BrokenArchive extends Error {
  override readonly name = 'BrokenArchive';
}

export function parseManifest(content: Uint8Array): Manifest {
  const parsed = manifest.safeParse(jsonOf(Buffer.from(content).toString('utf8'), MANIFEST));
  if (!parsed.success) throw new BrokenArchive(`${MANIFEST}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

export function partOf(fileName: string): BackupPart | null {
  return BACKUP_PARTS.find((part) => new RegExp(`^${part}/\\d{6,}\\.ndjson$`).test(fileName)) ?? null;
}

const EVENT = ',"event":';

/** Throws BrokenArchive for a stored document that has line breaks: ours have none. */
export function eventLine({ sequence, subject, body }: StoredMessage): Buffer {
  if (body.includes(0x0a)) throw new BrokenArchive(`event ${sequence} is not on one line`);
  const head = JSON.stringify({ sequence, subject }).slice(0, -1) + EVENT;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('}')]);
}

/** The stored message with its very bytes. */
export function parseEventLine(line: Buffer): StoredMessage {
  const { sequence, subject } = jsonOf(line.toString('utf8'), 'an event') as Record<string, unknown>;
  const parsed = typeof sequence === 'number' ? parseSequence(sequence) : null;
  if (parsed === null || typeof subject !== 'string') throw new BrokenArchive('an event without its place');
  const head = Buffer.from(JSON.stringify({ sequence, subject }).slice(0, -1) + EVENT);
  if (!line.subarray(0, head.length).equals(head)) throw new BrokenArchive(`event ${sequence} is malformed`);
  return { sequence: parsed, subject, body: line.subarray(head.length, -1) };
}

/** What the log keeps readable too. A member that is not named is sealed. */
const OPEN_OF_TASK: ReadonlySet<string> = new Set<keyof TaskState>([
  'task_id',
  'user_id',
  'task_type',
  'priority',
  'resting_status',
  'deleted_at',
  'schedule',
  'schedule_version',
  'next_run_time',
  'decided_through',
  'taken_through',
  'slots_taken',
  'buffered_slot',
  'backfill',
  'failures_in_a_row',
  'execution',
  'executions_requested',
  'credits_per_run_micros',
  'due_date',
  'due_day',
  'reminder_time',
  'remind_before',
  'reminder_due',
  'before_due',
  'overdue_due',
  'id',
  'last_run_time',
  'last_success_time',
  'run_count',
  'success_count',
  'failure_count',
  'total_credits_consumed_micros',
  'created_at',
  'updated_at',
  'revision',
  'edit_revision',
]);

const OPEN_OF_EXECUTION: ReadonlySet<string> = new Set<keyof ExecutionState>([
  'id',
  'execution_id',
  'number',
  'task_id',
  'user_id',
  'status',
  'trigger_type',
  'scheduled_for',
  'late_by_ms',
  'attempt',
  'result_truncated',
  'credits_consumed_micros',
  'tokens_used',
  'api_calls_made',
  'duration_ms',
  'started_at',
  'completed_at',
  'created_at',
]);

/** `hash`: of the task's last event, which the task was folded from. */
export function taskLine({ state, sequence, hash }: TaskSnapshot, key: SealingKey): Buffer {
  return row({ ...state, log: { sequence, hash } }, OPEN_OF_TASK, key, state.task_id);
}

export function executionLine(state: ExecutionState, key: SealingKey): Buffer {
  return row({ ...state }, OPEN_OF_EXECUTION, key, state.execution_id);
}

/** A line of tasks or executions with its sealed content opened. Throws BrokenArchive, SealBroken. */
export function openLine(part: 'tasks' | 'executions', line: Buffer, key: SealingKey): JsonObject {
  const { sealed, ...open } = jsonOf(line.toString('utf8'), part) as JsonObject;
  const id = part === 'tasks' ? open.task_id : open.execution_id;
  if (typeof sealed !== 'string' || typeof id !== 'string') throw new BrokenArchive(`one of ${part}`);
  return { ...open, ...JSON.parse(unseal(key, sealed, contextOf(id)).toString('utf8')) };
}

function row(
  { log, ...members }: Record<string, unknown>,
  openMembers: ReadonlySet<string>,
  key: SealingKey,
  id: string,
): Buffer {
  const entries = Object.entries(members);
  const open = Object.fromEntries(entries.filter(([name]) => openMembers.has(name)));
  const personal = Object.fromEntries(entries.filter(([name]) => !openMembers.has(name)));
  const sealed = seal(key, JSON.stringify(personal), contextOf(id));
  return Buffer.from(JSON.stringify({ ...open, ...(log === undefined ? {} : { log }), sealed }));
}

function contextOf(id: string): string {
  return `archive/${id}`;
}

function jsonOf(text: string, what: string): Json {
  try {
    const value = JSON.parse(text) as Json;
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw new BrokenArchive(`${what} is no JSON`, { cause });
  }
  throw new BrokenArchive(`${what} is no JSON object`);
}
