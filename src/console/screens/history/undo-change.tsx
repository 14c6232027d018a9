/** Brings back what one event changed, by another event. What was changed since is named, and stays as it is. */
import { useState } from 'preact/hooks';
import { type ApiSchema, api, outcomeOf } from '../../api/client.ts';
import { ApiProblem } from '../../api/problems.ts';
import { queryClient } from '../../api/query-client.ts';
import { writeOnce } from '../../compose/write-once.ts';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { Text } from '../../parts/text.tsx';
import type { HistoryEvent } from './history.tsx';
import { refusalWords, UNDOABLE } from './undo-words.ts';

export interface BringBackChangeProps {
  readonly taskId: string;
  readonly event: HistoryEvent;
  /** Revision of the task as it is shown; null: not known yet. */
  readonly revision: number | null;
}

export function BringBackChange({ taskId, event, revision }: BringBackChangeProps) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(false);
  if (!UNDOABLE.has(event.type)) return null;
  const bringBack = async () => {
    setAsking(true);
    setRefusal(null);
    try {
      const undone = await undo(taskId, event.sequence);
      if (undone.task.revision === revision) showNotice('Nothing to bring back: it is as it was before');
      else showNotice(`Brought back what #${event.sequence} changed`, () => void undoAgain(taskId, undone));
    } catch (error) {
      const words = error instanceof ApiProblem ? refusalWords(error.code, error.members) : null;
      if (words === null) showFault('It was not brought back', error);
      else setRefusal(words);
    } finally {
      setAsking(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class="quiet bring-back"
        aria-label={`Bring back what #${event.sequence} changed`}
        disabled={isAsking}
        onClick={() => void bringBack()}
      >
        Bring back
      </button>
      {refusal === null ? null : (
        <p role="alert" class="bad refusal">
          <Text>{refusal}</Text>
        </p>
      )}
    </>
  );
}

interface Undone {
  readonly task: ApiSchema<'Task'>;
  /** Of the event that did it. */
  readonly sequence: number;
}

async function undo(taskId: string, sequence: number): Promise<Undone> {
  const { data, response } = await writeOnce(
    (key) =>
      outcomeOf(
        api.POST('/api/v1/tasks/{task_id}/undo', {
          params: { path: { task_id: taskId }, header: { 'Idempotency-Key': key } },
          body: { sequence },
        }),
      ),
    () => showNotice('Nobody knows yet whether it was brought back: checking'),
  );
  void queryClient.invalidateQueries();
  return { task: data as ApiSchema<'Task'>, sequence: Number(response.headers.get('event-sequence')) };
}

async function undoAgain(taskId: string, { sequence }: Undone): Promise<void> {
  try {
    await undo(taskId, sequence);
  } catch (error) {
    showFault('It was not undone', error);
  }
}
