/** The tasks that a first start made to be tried: they go by one press. */
import { answered, api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { showFault, showNotice } from '../../frame/notices.tsx';

const TAG = 'sample';

export function SamplesBar({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <div class="samples">
      <p>{count === 1 ? 'One task is a sample' : `${count} tasks are samples`}, here to be tried.</p>
      <button type="button" onClick={() => void remove()}>
        Remove the samples
      </button>
    </div>
  );
}

async function remove(): Promise<void> {
  try {
    const query = { tag: [TAG], view: 'summary' as const, limit: 500 };
    const { tasks } = await answered(api.GET('/api/v1/tasks', { params: { query } }));
    const ids = tasks.map(({ task_id }) => task_id);
    await changeAll('delete', ids);
    showNotice('The samples are removed', () => void changeAll('restore', ids).catch(notRestored));
  } catch (error) {
    showFault('The samples are still there', error);
  }
}

async function changeAll(action: 'delete' | 'restore', ids: string[]): Promise<void> {
  const params = { header: { 'Idempotency-Key': crypto.randomUUID() } };
  await answered(api.POST('/api/v1/tasks/bulk', { params, body: { action, ids, dry_run: false } }));
  void queryClient.invalidateQueries();
}

function notRestored(error: unknown): void {
  showFault('The samples are not back', error);
}
