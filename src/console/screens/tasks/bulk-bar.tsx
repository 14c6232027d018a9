/** What is done to all that are chosen, or to all that the filters find: counted first, then asked, then told. */
import { useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { queryClient } from '../../api/query-client.ts';
import { writeOnce } from '../../compose/write-once.ts';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { Modal } from '../../parts/modal.tsx';
import { filterOf, type TaskFilters } from './task-pages.ts';

type Action = ApiSchema<'BulkChange'>['action'];

const ACTIONS: readonly { readonly action: Action; readonly label: string; readonly done: string }[] = [
  { action: 'pause', label: 'Pause', done: 'paused' },
  { action: 'resume', label: 'Resume', done: 'resumed' },
  { action: 'tick', label: 'Done', done: 'done' },
  { action: 'cancel', label: 'Cancel', done: 'cancelled' },
  { action: 'delete', label: 'Delete', done: 'deleted' },
];
const NOTES: Partial<Readonly<Record<Action, string>>> = {
  tick: ' Of a series only the oldest time that is open is ticked: no series ends.',
  cancel: ' A cancelled task stays so.',
};
/** Tasks that one call may name. */
const AT_ONCE = 1_000;

export interface BulkBarProps {
  readonly ids: readonly string[];
  readonly isAll: boolean;
  readonly total: number;
  readonly filters: TaskFilters;
  readonly chooseAll: () => void;
  readonly clear: () => void;
}

interface Asked {
  readonly action: Action;
  readonly label: string;
  readonly done: string;
  readonly count: number;
}

export function BulkBar({ ids, isAll, total, filters, chooseAll, clear }: BulkBarProps) {
  const [asked, ask] = useState<Asked | null>(null);
  const chosen = isAll ? total : ids.length;
  const changeChosen = (action: Action, dryRun: boolean) =>
    isAll ? changeAll(filters, action, dryRun) : changeEach(ids, action, dryRun);
  const begin = async ({ action, label, done }: (typeof ACTIONS)[number]) => {
    try {
      ask({ action, label, done, count: (await changeChosen(action, true)).changed });
    } catch (error) {
      showFault('They could not be counted', error);
    }
  };
  const go = async ({ action, done }: Asked) => {
    ask(null);
    try {
      const { changed, failed } = await changeChosen(action, false);
      const faults = failed.length === 0 ? '' : `, ${failed.length} not (${failed[0]?.error_code})`;
      showNotice(`${changed.toLocaleString('en')} ${done}${faults}`);
      clear();
    } catch (error) {
      showFault('Not all of it was done', error);
    } finally {
      void queryClient.invalidateQueries();
    }
  };
  return (
    <div class="bulk panel" role="toolbar" aria-label="What is done to the chosen tasks">
      <p>
        <strong class="number">{chosen.toLocaleString('en')}</strong> of {total.toLocaleString('en')} chosen
      </p>
      {isAll ? null : (
        <button type="button" class="quiet" onClick={chooseAll}>
          All {total.toLocaleString('en')} that match
        </button>
      )}
      {ACTIONS.map((each) => (
        <button key={each.action} type="button" onClick={() => void begin(each)}>
          {each.label}
        </button>
      ))}
      <button type="button" class="quiet" onClick={clear}>
        Choose none
      </button>
      {asked === null ? null : (
        <Modal title={`${asked.label} ${asked.count.toLocaleString('en')} tasks?`} close={() => ask(null)}>
          <p>
            {asked.count === chosen
              ? 'Each of them is changed.'
              : `Of ${chosen.toLocaleString('en')} tasks, ${asked.count.toLocaleString('en')} are changed; the others are so already${asked.action === 'tick' ? ', or have nothing to tick' : ''}.`}
            {NOTES[asked.action] ?? null}
          </p>
          <div class="row modal-actions">
            <button type="button" onClick={() => ask(null)}>
              Not now
            </button>
            <button type="button" class="primary" onClick={() => void go(asked)}>
              {asked.label} {asked.count.toLocaleString('en')}
            </button>
          </div>
        </Modal>
      )}
    </div>
  );
}

type Result = Pick<ApiSchema<'BulkResult'>, 'changed' | 'failed'>;

function changeAll(filters: TaskFilters, action: Action, dryRun: boolean): Promise<Result> {
  return asked({ action, filter: filterOf(filters), dry_run: dryRun });
}

async function changeEach(ids: readonly string[], action: Action, dryRun: boolean): Promise<Result> {
  let changed = 0;
  const failed: Result['failed'] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const result = await asked({ action, ids: ids.slice(from, from + AT_ONCE), dry_run: dryRun });
    changed += result.changed;
    failed.push(...result.failed);
  }
  return { changed, failed };
}

function asked(body: ApiSchema<'BulkChange'>): Promise<Result> {
  const params = (key: string) => ({ header: { 'Idempotency-Key': key } });
  return writeOnce(
    (key) => answered(api.POST('/api/v1/tasks/bulk', { params: params(key), body })),
    () => showNotice('Nobody knows yet whether it was done: checking'),
  );
}
