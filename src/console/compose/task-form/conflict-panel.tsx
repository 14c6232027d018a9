/** Somebody else changed the task meanwhile: what both say, field by field, and three ways out. */
import { Text } from '../../parts/text.tsx';
import type { ThreeWay } from '../forms/three-way.ts';
import { scheduleWords } from '../schedule/schedule-words.ts';

type Members = Readonly<Record<string, unknown>>;

export interface ConflictPanelProps {
  readonly merge: ThreeWay;
  readonly mine: Members;
  readonly theirs: Members;
  readonly saveMine: () => void;
  readonly takeTheirs: () => void;
  readonly saveBoth: () => void;
}

export function ConflictPanel({ merge, mine, theirs, saveMine, takeTheirs, saveBoth }: ConflictPanelProps) {
  const names = [...Object.keys(merge.mine), ...merge.theirsOnly];
  return (
    <section class="panel padded conflict" role="alert" aria-label="The task was changed meanwhile">
      <h2>The task was changed while you were writing</h2>
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

function shortText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  const document = typeof value === 'object' && 'type' in value ? (value as { readonly type: string }) : null;
  const words = document === null ? null : scheduleWords(document as Parameters<typeof scheduleWords>[0]);
  const text = words ?? (typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
