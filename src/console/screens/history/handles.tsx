/** Two handles over the events that are loaded: the point that is shown, and the one it is compared with. */
import type { HistoryEvent } from './history.tsx';

export interface HandlesProps {
  /** Newest first. */
  readonly events: readonly HistoryEvent[];
  readonly at: number;
  readonly from: number;
  readonly change: (filters: Readonly<Record<string, string | null>>) => void;
}

export function Handles({ events, at, from, change }: HandlesProps) {
  const oldestFirst = events.map(({ sequence }) => sequence).reverse();
  const newest = oldestFirst.at(-1);
  const move = (index: number) => {
    const sequence = oldestFirst[index] ?? at;
    change({ at: sequence === newest ? null : String(sequence), from: null });
  };
  const compare = (index: number) => {
    const sequence = oldestFirst[index] ?? from;
    change(sequence <= at ? { from: String(sequence) } : { at: String(sequence), from: String(at) });
  };
  return (
    <div class="panel padded handles">
      <Handle
        label="As of"
        index={oldestFirst.indexOf(at)}
        last={oldestFirst.length - 1}
        text={`#${at}`}
        move={move}
      />
      <Handle
        label="Compared with"
        index={oldestFirst.indexOf(from)}
        last={oldestFirst.length - 1}
        text={`#${from}`}
        move={compare}
      />
    </div>
  );
}

interface HandleProps {
  readonly label: string;
  readonly index: number;
  readonly last: number;
  readonly text: string;
  readonly move: (index: number) => void;
}

function Handle({ label, index, last, text, move }: HandleProps) {
  return (
    <label class="handle">
      <span>{label}</span>
      <input
        type="range"
        min={0}
        max={last}
        value={Math.max(0, index)}
        aria-valuetext={text}
        onInput={(event) => move(Number(event.currentTarget.value))}
      />
      <span class="number soft">{text}</span>
    </label>
  );
}
