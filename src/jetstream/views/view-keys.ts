/**
 * Keys of values in a generation of the views (`view-bucket.ts`), `<view>.<user>.<task>[.<place>]`, and what stands
 * there: JSON `{"sequence", "revision", "hash", "state"}`, the state sealed where it holds what people wrote
 * (`sealed-values.ts`). A template's is at `TEMPLATES.<template>`. Analytics: `ANALYTICS.<user>.<period>`, JSON
 * `{"sequence", "state"}`, and what is of the whole service under `_service`, which is no user's token. Beside them
 * the checkpoint, `{"sequence"}`: everything in the log up to it is in the values; `"values"`, where it is there, says up
 * to where values of tasks are, ahead of the sums.
 *
 * All views of a generation are of one version: where one of them has another shape, or is new, all are built anew
 * together, beside those of the version before.
 *
 * The checkpoint stands among the entries of the schedule, `SCHEDULE.checkpoint`: so one filter
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
import { EXECUTIONS } from '../../projections/executions.ts';
import { MILESTONES } from '../../projections/milestones.ts';
import { SCHEDULE } from '../../projections/schedule.ts';
import type { ViewChange } from '../../projections/task-views.ts';
import { TASKS } from '../../projections/tasks.ts';
import { TEMPLATES } from '../../projections/templates.ts';
import { TRIGGERS } from '../../projections/triggers.ts';
import type { ViewName } from '../../projections/view.ts';
import { escapeToken, unescapeToken } from '../connection/subjects.ts';

const TEXT = new TextDecoder();
/** Raised where what stands there changes in another way than by the version of a view. */
const LAYOUT = 1;
/** Of all views together: grows with that of any. */
export const VIEWS_VERSION = [TASKS, EXECUTIONS, SCHEDULE, TRIGGERS, MILESTONES, ANALYTICS, TEMPLATES].reduce(
  (sum, { version }) => sum + version,
  LAYOUT,
);
export const CHECKPOINT_KEY = `${SCHEDULE.name}.checkpoint`;
/** Whoever projects this version. One who projects an older one, and goes on to lead, keeps nobody from building the new. */
export const PROJECTOR_LEASE = projectorLease(VIEWS_VERSION);

export function projectorLease(version: number): string {
  return `projector-v${version}`;
}

type Named = { readonly name: string };

export function valueKey(view: Named, userId: UserId, taskId: TaskId, place = ''): string {
  const task = `${view.name}.${escapeToken(userId)}.${taskId}`;
  return place === '' ? task : `${task}.${place}`;
}

export function changeKey(change: ViewChange, userId: UserId, taskId: TaskId): string {
  return valueKey({ name: change.view }, userId, taskId, change.place);
}

const SERVICE = '_service';

export function analyticsKey({ user_id, period }: AnalyticsPlace): string {
  const whose = user_id === null ? SERVICE : escapeToken(user_id);
  return `${ANALYTICS.name}.${whose}.${period}`;
}

/** Null for a key of another view. */
export function analyticsPlaceOf(key: string): AnalyticsPlace | null {
  const [view, whose = '', period = ''] = key.split('.');
  if (view !== ANALYTICS.name) return null;
  if (whose === SERVICE) return { user_id: null, period };
  const user_id = parseUserId(unescapeToken(whose) ?? '');
  return user_id === null ? null : { user_id, period };
}

export function decodeCounted<State extends Counted['state']>(data: Uint8Array): Counted<State> {
  return JSON.parse(TEXT.decode(data)) as Counted<State>;
}

/** All of a user's values in a view, however many it keeps for each task. */
export function valuesOfUser(view: Named, userId: UserId): string {
  return `${view.name}.${escapeToken(userId)}.>`;
}

/** All of a user's values in a view that keeps one for each task. */
export function userValues(view: Named, userId: UserId): string {
  return `${view.name}.${escapeToken(userId)}.*`;
}

export function templateKey(templateId: TemplateId): string {
  return `${TEMPLATES.name}.${templateId}`;
}

export function allValues(view: Named): string {
  return `${view.name}.>`;
}

const TASK_VIEWS: readonly ViewName[] = ['TASKS', 'EXECUTIONS', 'SCHEDULE', 'TRIGGERS', 'MILESTONES'];

/** Which value a key is for; null for a key of no view of tasks. */
export function viewOf(key: string): Omit<ViewEntry, 'value'> | null {
  const [name = '', user = '', task = '', place = ''] = key.split('.');
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

/** Throws for a message that is no checkpoint: the generation is not ours. */
export function decodeCheckpoint(data: Uint8Array): Sequence {
  return decodeProgress(data).sequence;
}

/** The checkpoint, and how far values of tasks are that are ahead of it. Throws as `decodeCheckpoint`. */
export function decodeProgress(data: Uint8Array): { readonly sequence: Sequence; readonly values: Sequence } {
  const { sequence, values } = JSON.parse(TEXT.decode(data)) as { sequence: number; values?: number };
  const parsed = parseSequence(sequence);
  const through = parseSequence(values ?? sequence);
  if (parsed === null || through === null) throw new TypeError(`${CHECKPOINT_KEY} holds no checkpoint`);
  return { sequence: parsed, values: through };
}
