/** Somebody else changed the task, or the calendar, meanwhile: what both say, field by field, and three ways out. */
import { Text } from '../../parts/text.tsx';
import type { ThreeWay } from '../forms/three-way.ts';
import type { ScheduleDocument } from '../schedule/schedule-document.ts';
import { scheduleWords } from '../schedule/schedule-words.ts';

type Members = Readonly<Record<string, unknown>>;

export interface ConflictPanelProps {
  readonly what?: 'task' | 'calendar';
  readonly merge: ThreeWay;
  readonly mine: Members;
  readonly theirs: Members;
  readonly saveMine: () => void;
  readonly takeTheirs: () => void;
  readonly saveBoth: () => void;
}

export function ConflictPanel(props: ConflictPanelProps) {
  const { what = 'task', merge, mine, theirs, saveMine, takeTheirs, saveBoth } = props;
  const names = [...Object.keys(merge.mine), ...merge.theirsOnly];
  return (
    <section class="panel padded conflict" role="alert" aria-label={`The ${what} was changed meanwhile`}>
      <h2>The {what} was changed while you were writing</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Field</th>
            <th scope="col">Yours</th>
            <th scope="col">Theirs</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => (
            <tr key={name} class={merge.conflicts.includes(name) ? 'warn' : undefined}>
              <th scope="row">
                {name.replaceAll('_', ' ')}
                {merge.conflicts.includes(name) ? ' (both changed it)' : ''}
              </th>
              <td>
                <Text>{shortText(mine[name])}</Text>
              </td>
              <td>
                <Text>{shortText(theirs[name])}</Text>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="actions">
        <button type="button" onClick={saveMine}>
          Mine: all as I have it
        </button>
        <button type="button" onClick={takeTheirs}>
          Theirs: drop my changes
        </button>
        <button type="button" class="primary" onClick={saveBoth}>
          {merge.conflicts.length === 0 ? 'Both' : 'Both, mine where both changed it'}
        </button>
      </div>
    </section>
  );
}

const LONGEST = 160;

/** Schedules in words where there are any. */
function shortText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const parts = Array.isArray(value) ? value.map(wordsOf) : [wordsOf(value)];
  const isWorded = parts.length > 0 && parts.every((part) => part !== null);
  const text = isWorded ? parts.join('; ') : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Null: it is no schedule, or none that words can say. */
function wordsOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  return scheduleWords(value as ScheduleDocument);
}
