/** The chosen point: what changed up to it, and a way back to what the task was then. */
import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { patchTask } from '../../compose/task-calls.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { bringBackBody, bringBackChanges, fieldWords, pathWords } from './event-words.ts';
import type { HistoryEvent } from './history.tsx';

type Task = ApiSchema<'Task'>;
type Change = ApiSchema<'TaskDiff'>['changes'][number];

export interface AsOfPanelProps {
  readonly taskId: string;
  /** As it is now; null: not known yet. */
  readonly task: Task | null;
  /** Null: the point is not among the events that are loaded. */
  readonly event: HistoryEvent | null;
  readonly from: number;
  readonly isNow: boolean;
}

export function AsOfPanel({ taskId, task, event, from, isNow }: AsOfPanelProps) {
  const at = event?.sequence ?? null;
  const diff = useQuery({
    queryKey: ['history', taskId, 'diff', from, at],
    queryFn: async ({ signal }) => {
      // Compared with itself, it is the first: what it began with.
      const query = { from: String(from === at ? from - 1 : from), to: String(at) };
      const params = { path: { task_id: taskId }, query };
      const found = await answered(api.GET('/api/v1/tasks/{task_id}/diff', { params, signal }));
      // The other form is a patch, which is not asked for.
      return found as ApiSchema<'TaskDiff'>;
    },
    enabled: at !== null,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  return (
    <section class="panel padded as-of" aria-label="The chosen point">
      {event === null ? <p>Load older events to see that point.</p> : <Banner event={event} isNow={isNow} />}
      {diff.error === null ? null : <FaultPanel error={diff.error} retry={() => void diff.refetch()} />}
      {diff.data === undefined ? null : <Changes changes={diff.data.changes} />}
      {event === null || isNow || task === null ? null : (
        <BringBack taskId={taskId} task={task} event={event} />
      )}
    </section>
  );
}

function Banner({ event, isNow }: { readonly event: HistoryEvent; readonly isNow: boolean }) {
  return (
    <p class={isNow ? undefined : 'warn'} aria-live="polite">
      {isNow ? 'As it is now, ' : 'As it was at '}
      <span class="number">#{event.sequence}</span>, <Moment at={event.time} /> (revision {event.revision})
    </p>
  );
}

function Changes({ changes }: { readonly changes: readonly Change[] }) {
  if (changes.length === 0) return <p class="soft">Nothing that is shown of the task changed.</p>;
  return (
    <dl class="changes">
      {changes.map((change) => (
        <div key={change.path}>
          <dt>{pathWords(change.path)}</dt>
          <dd>
            {change.changed ? (
              'a secret was changed'
            ) : (
              <>
                <del>
                  <Value value={change.from} />
                </del>
                {' → '}
                <ins>
                  <Value value={change.to} />
                </ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

const LONGEST = 300;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function Value({ value }: { readonly value: unknown }) {
  if (typeof value === 'string' && INSTANT.test(value)) return <Moment at={value} />;
  return <Text>{valueText(value)}</Text>;
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

interface BringBackProps {
  readonly taskId: string;
  readonly task: Task;
  readonly event: HistoryEvent;
}

/** A new edit on top of what is there: history is never rewritten. */
function BringBack({ taskId, task, event }: BringBackProps) {
  const { data: then } = useQuery({
    queryKey: ['history', taskId, 'at', event.sequence],
    queryFn: ({ signal }) => {
      const params = {
        path: { task_id: taskId },
        query: { as_of: String(event.sequence), include_deleted: true },
      };
      return answered(api.GET('/api/v1/tasks/{task_id}', { params, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (then === undefined) return null;
  const changes = bringBackChanges(task, then);
  const names = Object.keys(changes);
  if (names.length === 0) return <p class="soft">What can be edited is the same now.</p>;
  const bring = async () => {
    try {
      const undo = bringBackBody(bringBackChanges(then, task));
      const done = await patchTask(taskId, task.revision, bringBackBody(changes), () => {});
      showNotice(`Brought back: ${fieldWords(names)}`, () => {
        patchTask(taskId, done.revision, undo, () => {}).catch((error: unknown) =>
          showFault('It was not undone', error),
        );
      });
    } catch (error) {
      showFault('It was not brought back', error);
    }
  };
  return (
    <p class="row">
      <button type="button" onClick={() => void bring()}>
        Bring this back
      </button>
      <span class="soft">{fieldWords(names)}</span>
    </p>
  );
}
