/** JSON as a tree of text: what is deep is folded, and everything can be copied as it came. */
import { useState } from 'preact/hooks';
import { LinkedText, Text } from './text.tsx';

const OPEN_TO = 2;
const MOST_SHOWN = 200;

export interface JsonProps {
  readonly value: unknown;
  readonly label: string;
}

export function JsonTree({ value, label }: JsonProps) {
  const [isRaw, setRaw] = useState(false);
  const raw = () => JSON.stringify(value, null, 2);
  return (
    <section class="json" aria-label={label}>
      <div class="row">
        <button type="button" class="quiet" aria-pressed={isRaw} onClick={() => setRaw(!isRaw)}>
          Raw
        </button>
        <button type="button" class="quiet" onClick={() => void navigator.clipboard?.writeText(raw())}>
          Copy
        </button>
      </div>
      {isRaw ? (
        <pre>
          <Text>{raw()}</Text>
        </pre>
      ) : (
        <Node value={value} depth={0} />
      )}
    </section>
  );
}

function Node({ value, depth }: { readonly value: unknown; readonly depth: number }) {
  if (typeof value === 'string') return <LinkedText>{value}</LinkedText>;
  if (typeof value !== 'object' || value === null) return <code>{String(value)}</code>;
  const members = Object.entries(value);
  if (members.length === 0) return <code>{Array.isArray(value) ? '[]' : '{}'}</code>;
  return (
    <details open={depth < OPEN_TO}>
      <summary>{countText(members.length, Array.isArray(value) ? 'item' : 'member')}</summary>
      <dl>
        {members.slice(0, MOST_SHOWN).map(([name, member]) => (
          <div key={name}>
            <dt>
              <Text>{name}</Text>
            </dt>
            <dd>
              <Node value={member} depth={depth + 1} />
            </dd>
          </div>
        ))}
      </dl>
      {members.length > MOST_SHOWN ? <p class="soft">{members.length - MOST_SHOWN} more: see Raw</p> : null}
    </details>
  );
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
