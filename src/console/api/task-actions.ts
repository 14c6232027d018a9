/**
 * What a key or a button does to a task: shown at once, based on the revision that was seen, done once however often the
 * request has to be repeated, and undone by Undo for ten seconds.
 */
import { isSeries } from '../../domain/schedule/series.ts';
import { writeOnce } from '../compose/write-once.ts';
import { showFault, showNotice } from '../frame/notices.tsx';
import { taskZone } from '../parts/task-zone.ts';
import { clockText } from '../parts/time-text.ts';
import { shownZone } from '../parts/zones.ts';
import { type ApiSchema, answered, api } from './client.ts';
import { hasCode } from './problems.ts';
import { queryClient } from './query-client.ts';

/** As lists and the task's own screen have it. */
export type TaskRow = ApiSchema<'Task'> | ApiSchema<'TaskSummary'>;

const WORDS = { pause: 'Paused', resume: 'Resumed', cancel: 'Cancelled', restore: 'Restored' } as const;
type Verb = keyof typeof WORDS;

/** What cannot be taken back is sent only after this long, while Undo still helps. */
const FINAL_AFTER_MS = 5_000;
/** Why a slot is taken out; it stands in the task's history. */
const DONE_AHEAD = 'Done ahead of its time.';

export async function askToPause(task: TaskRow): Promise<void> {
  const paused = await change(task, 'Pausing', () => move(task, 'pause', task.revision), 'paused');
  if (paused !== null) showNotice(said('Paused', task), () => void askToResume(paused));
}

export async function askToResume(task: TaskRow): Promise<void> {
  const resumed = await change(task, 'Resuming', () => move(task, 'resume', task.revision));
  if (resumed !== null) showNotice(said('Resumed', resumed), () => void askToPause(resumed));
}

async function askToComplete(task: TaskRow): Promise<void> {
  const { status } = task;
  const done = await change(task, 'Completing', () => patch(task, { status: 'completed' }), 'completed');
  const open = status === 'scheduled' || status === 'pending' ? status : 'pending';
  if (done !== null) showNotice(said('Done', task), () => void reopen(done, open));
}

async function reopen(task: TaskRow, status: 'pending' | 'scheduled'): Promise<void> {
  await change(task, 'Reopening', () => patch(task, { status }), status);
}

/**
 * Done, of whatever it is: a single task is completed. Of a recurring to-do the oldest open occurrence is ticked, or,
 * where none is open, the next one is taken out ahead of its time. No series ends by it.
 */
export async function askToBeDone(task: TaskRow): Promise<void> {
  const [open] = task.open_occurrences;
  if (!comesAgain(task)) await askToComplete(task);
  else if (open !== undefined) await askToTick(task, open.slot);
  else if (task.task_type !== 'todo') showNotice(said('It runs by itself: there is nothing to tick', task));
  else if (task.next_run_time === null) showNotice(said('Nothing of it is open', task));
  else await askToSkip(task, task.next_run_time, true, DONE_AHEAD);
}

/** Several schedules make a series, whatever each of them is. */
export function comesAgain({ schedules }: Pick<TaskRow, 'schedules'>): boolean {
  return schedules.length > 1 || isSeries({ schedule: schedules[0] ?? null });
}

/** Whether Done has something to do with the task. */
export function mayBeDone(task: TaskRow): boolean {
  if (!comesAgain(task)) return true;
  return task.open_occurrences.length > 0 || (task.task_type === 'todo' && task.next_run_time !== null);
}

/** Sent when Undo helps no more: what was open of an ended series does not come back. */
export function askToEndSeries(task: TaskRow): void {
  const params = (key: string) => ({ path: { task_id: task.task_id }, header: headers(key, task.revision) });
  const body = { series: true, done: true };
  const end = () =>
    once((key) => answered(api.POST('/api/v1/tasks/{task_id}/complete', { params: params(key), body })));
  afterUndo(said('Ending the series', task), () => change(task, 'Ending the series', end));
}

/** One occurrence of a recurring to-do: the series goes on. */
export async function askToTick(
  task: Pick<TaskRow, 'task_id' | 'name' | 'schedule' | 'schedules'>,
  slot: string,
  done = true,
): Promise<void> {
  const body = { slot, done, series: false };
  try {
    await once((key) =>
      answered(
        api.POST('/api/v1/tasks/{task_id}/complete', {
          params: { path: { task_id: task.task_id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    );
    showNotice(said(`${done ? 'Done' : 'Open again'} for ${slotText(task, slot)}`, task), () => {
      void askToTick(task, slot, !done);
    });
  } catch (error) {
    showFault(said(done ? 'Not ticked' : 'Not opened again', task), error);
  } finally {
    void queryClient.invalidateQueries();
  }
}

/** One planned slot that will not run, or will after all. */
export async function askToSkip(
  task: Pick<TaskRow, 'task_id' | 'name' | 'schedule' | 'schedules'>,
  slot: string,
  skip: boolean,
  reason: string | null = null,
): Promise<void> {
  const body = { slot, skip, reason };
  try {
    await once((key) =>
      answered(
        api.POST('/api/v1/tasks/{task_id}/slots/skip', {
          params: { path: { task_id: task.task_id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    );
    const what = !skip ? 'Planned again' : reason === DONE_AHEAD ? 'Done ahead' : 'Skipped';
    showNotice(said(`${what}, ${slotText(task, slot)}`, task), () => {
      void askToSkip(task, slot, !skip);
    });
  } catch (error) {
    showFault(said(skip ? 'Not skipped' : 'Not brought back', task), error);
  } finally {
    void queryClient.invalidateQueries();
  }
}

/** Puts the due date off: to a time, or to a day of the zone that it has. */
export async function askToPutOff(task: TaskRow, until: string): Promise<void> {
  const { due_date, due_timezone } = task;
  const put = await change(task, 'Putting off', () => patch(task, { due_date: until }));
  if (put === null) return;
  showNotice(
    said('Put off', task),
    () => void change(put, 'Undoing', () => patch(put, { due_date, due_timezone })),
  );
}

/** Sent when Undo helps no more. */
export function askToCancel(task: TaskRow): void {
  afterUndo(said('Cancelling', task), () =>
    change(task, 'Cancelling', () => move(task, 'cancel', task.revision)),
  );
}

function afterUndo(doing: string, send: () => Promise<unknown>): void {
  const timer = setTimeout(() => void send(), FINAL_AFTER_MS);
  showNotice(doing, () => clearTimeout(timer), FINAL_AFTER_MS);
}

export async function askToDelete(task: TaskRow): Promise<boolean> {
  const params = (key: string) => ({ path: { task_id: task.task_id }, header: headers(key, task.revision) });
  const deleted = await change(task, 'Deleting', () =>
    once((key) => answered(api.DELETE('/api/v1/tasks/{task_id}', { params: params(key) }))),
  );
  if (deleted === null) return false;
  showNotice(said('Deleted', task), () => void restore(task));
  return true;
}

async function restore(task: TaskRow): Promise<void> {
  await change(task, 'Restoring', () => move(task, 'restore', null));
}

/** Not waited for: its end comes as an event. Answers the run; null where there is none. */
export async function askToRun(
  task: Pick<TaskRow, 'task_id' | 'name'>,
  data: Readonly<Record<string, unknown>> = {},
): Promise<ApiSchema<'Execution'> | null> {
  const body = { trigger_type: 'manual' as const, trigger_data: { ...data } };
  try {
    const run = await once((key) =>
      answered(
        api.POST('/api/v1/tasks/{task_id}/execute', {
          params: { path: { task_id: task.task_id }, header: { 'Idempotency-Key': key, Prefer: 'wait=0' } },
          body,
        }),
      ),
    );
    showNotice(said('Started', task));
    void queryClient.invalidateQueries();
    return run;
  } catch (error) {
    showFault(said('Not started', task), error);
    return null;
  }
}

function slotText(task: Pick<TaskRow, 'schedule' | 'schedules'>, slot: string): string {
  return clockText(Date.parse(slot), shownZone(taskZone(task)), Date.now());
}

function said(what: string, { name }: Pick<TaskRow, 'name'>): string {
  return `${what}: ${name}`;
}

function move(task: TaskRow, verb: Verb, revision: number | null): Promise<ApiSchema<'Task'>> {
  return once((key) =>
    answered(
      api.POST(`/api/v1/tasks/{task_id}/${verb}`, {
        params: { path: { task_id: task.task_id }, header: headers(key, revision) },
        body: {},
      }),
    ),
  );
}

async function patch(
  task: TaskRow,
  changes: Partial<Pick<TaskRow, 'status' | 'due_date' | 'due_timezone'>>,
): Promise<ApiSchema<'Task'>> {
  const params = (key: string) => ({ path: { task_id: task.task_id }, header: headers(key, task.revision) });
  // The description says of a member with a default that it is always there.
  const body = changes as ApiSchema<'UpdateTask'>;
  const changed = await once((key) =>
    answered(api.PATCH('/api/v1/tasks/{task_id}', { params: params(key), body })),
  );
  // The other answer is that to a dry run.
  return changed as ApiSchema<'Task'>;
}

function headers(key: string, revision: number | null) {
  return { 'Idempotency-Key': key, ...(revision === null ? {} : { 'If-Match': `"${revision}"` }) };
}

function once<T>(send: (key: string) => Promise<T>): Promise<T> {
  return writeOnce(send, () => showNotice('Nobody knows yet whether it was done: checking'));
}

/** Shows `status` at once, and what is so afterwards. Null, and said, where it was not done. */
async function change<T>(
  task: TaskRow,
  doing: string,
  send: () => Promise<T>,
  status?: TaskRow['status'],
): Promise<T | null> {
  if (status !== undefined) showStatus(task.task_id, status);
  try {
    return await send();
  } catch (error) {
    const isStale = hasCode(error, 'REVISION_MISMATCH');
    showFault(
      said(doing, task),
      isStale ? new Error('Somebody else changed it meanwhile. Look again, then decide.') : error,
    );
    return null;
  } finally {
    void queryClient.invalidateQueries();
  }
}

interface KnownList {
  readonly tasks: readonly TaskRow[];
}

function showStatus(taskId: string, status: TaskRow['status']): void {
  queryClient.setQueriesData<KnownList>({ queryKey: ['tasks', 'page'] }, (list) =>
    list === undefined
      ? list
      : { ...list, tasks: list.tasks.map((row) => (row.task_id === taskId ? { ...row, status } : row)) },
  );
  queryClient.setQueryData<TaskRow>(['task', taskId, 'now'], (row) => row && { ...row, status });
}
