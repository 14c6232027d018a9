/** The calls that make, change and take back a task. What they send is checked by the service, field by field. */
import { type ApiSchema, answered, api } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import { showFault } from '../frame/notices.tsx';
import { writeOnce } from './write-once.ts';

/** Fields of a task as the API takes them; with `template_id`, of one that is made of it. */
export type TaskFields = Readonly<Record<string, unknown>>;

export function postTask(fields: TaskFields, checking: () => void): Promise<ApiSchema<'Task'>> {
  const body = fields as unknown as ApiSchema<'CreateTask'>;
  return changed(
    writeOnce(
      async (key) =>
        storedTask(
          await answered(api.POST('/api/v1/tasks', { body, params: { header: { 'Idempotency-Key': key } } })),
        ),
      checking,
    ),
  );
}

/** `revision`: what the changes are based on; a task that somebody changed after it is REVISION_MISMATCH. */
export function patchTask(
  taskId: string,
  revision: number,
  changes: TaskFields,
  checking: () => void,
): Promise<ApiSchema<'Task'>> {
  const body = changes as unknown as ApiSchema<'UpdateTask'>;
  const path = { task_id: taskId };
  return changed(
    writeOnce(async (key) => {
      const header = { 'Idempotency-Key': key, 'If-Match': `"${revision}"` };
      return storedTask(
        await answered(api.PATCH('/api/v1/tasks/{task_id}', { body, params: { path, header } })),
      );
    }, checking),
  );
}

/** Nothing here asks for a dry run, whose answer is another. */
function storedTask(answer: ApiSchema<'Task'> | ApiSchema<'DryRun'>): ApiSchema<'Task'> {
  if ('dry_run' in answer) throw new Error('a dry run was answered, and none was asked for');
  return answer;
}

/** What was just made goes again. Says so where it does not. */
export async function takeBack(taskId: string): Promise<void> {
  try {
    await changed(answered(api.DELETE('/api/v1/tasks/{task_id}', { params: { path: { task_id: taskId } } })));
  } catch (error) {
    showFault('The task is still there', error);
  }
}

async function changed<T>(write: Promise<T>): Promise<T> {
  const done = await write;
  void queryClient.invalidateQueries();
  return done;
}
