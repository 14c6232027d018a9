/**
 * Where view values are: subjects of the bucket `VIEWS`, `$KV.VIEWS.<view>.v<version>.<user>.<task>[.<place>]`, and
 * what stands there: JSON `{"sequence", "revision", "hash", "state"}`, the state sealed where it holds what people wrote
 * (`sealed-values.ts`). A template's is at
 * `$KV.VIEWS.TEMPLATES.v<version>.<template>`. Analytics: `$KV.VIEWS.ANALYTICS.v<version>.<user>.<period>`, JSON
 * `{"sequence", "state"}`, and what is of the whole service under `_service`, which is no user's token. Beside them
 * the checkpoint, `{"sequence"}`: everything in the log up to it is in the values; `"values"`, where it is there, says up
 * to where values of tasks are, ahead of the sums. Where one view has another shape, or is new, all that events are added
 * to and the checkpoint are of a new version: they are built anew together.
 *
 * The checkpoint stands among the entries of the schedule, `$KV.VIEWS.SCHEDULE.v<version>.checkpoint`: so one filter
 * brings both, and the largest of all reads is sure that it reads no replica that lags. With a second filter the server
 * looks through the block of each message anew, which takes it some ten times as long.
 */
import type { ViewEntry } from '../../application/ports/views.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import {
  parseSequence,
  parseTaskId,
  parseUserId,
  type Sequence,
  type TaskId,
  type TemplateId,
  type UserId,
} from '../../domain/shared/ids.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';
import { ANALYTICS, type AnalyticsPlace, type Counted } from '../../projections/analytics.ts';
import { SCHEDULE } from '../../projections/schedule.ts';
import type { ViewChange } from '../../projections/task-views.ts';
import type { ViewName } from '../../projections/view.ts';
import { escapeToken, unescapeToken } from '../connection/subjects.ts';

export const VIEWS_STREAM = 'KV_VIEWS';
const TEXT = new TextDecoder();
const BUCKET = '$KV.VIEWS.';
/** Of all views together; raised with that of the schedule's entries. */
const VERSION = 'v10';
export const CHECKPOINT_SUBJECT = `${BUCKET}${SCHEDULE.name}.v${SCHEDULE.version}.checkpoint`;
/** Whoever projects this version. One who projects an older one, and goes on to lead, keeps nobody from building the new. */
export const PROJECTOR_LEASE = `projector-${VERSION}`;

type Versioned = { readonly name: string; readonly version: number };

export function valueSubject(view: Versioned, userId: UserId, taskId: TaskId, place = ''): string {
  const task = `${BUCKET}${view.name}.v${view.version}.${escapeToken(userId)}.${taskId}`;
  return place === '' ? task : `${task}.${place}`;
}

export function changeSubject(change: ViewChange, userId: UserId, taskId: TaskId): string {
  return valueSubject({ name: change.view, version: change.version }, userId, taskId, change.place);
}

const SERVICE = '_service';

export function analyticsSubject({ user_id, period }: AnalyticsPlace): string {
  const whose = user_id === null ? SERVICE : escapeToken(user_id);
  return `${BUCKET}${ANALYTICS.name}.v${ANALYTICS.version}.${whose}.${period}`;
}

/** Null for a subject of another view. */
export function analyticsPlaceOf(subject: string): AnalyticsPlace | null {
  const [view, , whose = '', period = ''] = subject.slice(BUCKET.length).split('.');
  if (view !== ANALYTICS.name) return null;
  if (whose === SERVICE) return { user_id: null, period };
  const user_id = parseUserId(unescapeToken(whose) ?? '');
  return user_id === null ? null : { user_id, period };
}

export function decodeCounted<State extends Counted['state']>(data: Uint8Array): Counted<State> {
  return JSON.parse(TEXT.decode(data)) as Counted<State>;
}

/** All of a user's values in a view, however many it keeps for each task. */
export function valuesOfUser(view: Versioned, userId: UserId): string {
  return `${BUCKET}${view.name}.v${view.version}.${escapeToken(userId)}.>`;
}

/** All of a user's values in a view that keeps one for each task. */
export function userValues(view: Versioned, userId: UserId): string {
  return `${BUCKET}${view.name}.v${view.version}.${escapeToken(userId)}.*`;
}

export function templateValue(view: Versioned, templateId: TemplateId): string {
  return `${BUCKET}${view.name}.v${view.version}.${templateId}`;
}

export function allValues(view: Versioned): string {
  return `${BUCKET}${view.name}.v${view.version}.>`;
}

const TASK_VIEWS: readonly ViewName[] = ['TASKS', 'EXECUTIONS', 'SCHEDULE', 'TRIGGERS', 'MILESTONES'];

/** Which value a subject is for; null for a subject of no view of tasks. */
export function viewOf(subject: string): Omit<ViewEntry, 'value'> | null {
  const [name = '', , user = '', task = '', place = ''] = subject.slice(BUCKET.length).split('.');
  const view = TASK_VIEWS.find((each) => each === name);
  const userId = parseUserId(unescapeToken(user) ?? '');
  const taskId = parseTaskId(task);
  return view === undefined || userId === null || taskId === null ? null : { view, userId, taskId, place };
}

/** Of a view that holds nothing to seal. Null for a deleted value, whose message is empty. */
export function decodeValue<State>(data: Uint8Array): Snapshot<State> | null {
  return data.length === 0 ? null : (JSON.parse(TEXT.decode(data)) as Snapshot<State>);
}

/** A template's value: it is never deleted. */
export function decodeTemplate(data: Uint8Array): TemplateSnapshot {
  return JSON.parse(TEXT.decode(data)) as TemplateSnapshot;
}

export function encodeValue(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** Throws for a message that is no checkpoint: the bucket is not ours. */
export function decodeCheckpoint(data: Uint8Array): Sequence {
  return decodeProgress(data).sequence;
}

/** The checkpoint, and how far values of tasks are that are ahead of it. Throws as `decodeCheckpoint`. */
export function decodeProgress(data: Uint8Array): { readonly sequence: Sequence; readonly values: Sequence } {
  const { sequence, values } = JSON.parse(TEXT.decode(data)) as { sequence: number; values?: number };
  const parsed = parseSequence(sequence);
  const through = parseSequence(values ?? sequence);
  if (parsed === null || through === null) throw new TypeError(`${CHECKPOINT_SUBJECT} holds no checkpoint`);
  return { sequence: parsed, values: through };
}
