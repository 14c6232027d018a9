/** A day of the calendar. */
import { Link } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { clockText, dayText } from '../../parts/time-text.ts';
import type { CalendarDate, RunCounts } from './calendar-days.ts';
import type { CalendarItem } from './calendar-items.ts';

const SHOWN = 4;
const ARROWS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const MARKS = { due: '☐', event: '◆', once: '○' } as const;
const KINDS = { due: 'due', event: 'event', once: 'runs once' } as const;

export interface CalendarDayProps {
  readonly day: CalendarDate;
  readonly zone: string;
  readonly isToday: boolean;
  readonly isWeek: boolean;
  readonly items: readonly CalendarItem[];
  readonly counts: RunCounts | null;
  /** The item that is being dragged, by what the drag carries. */
  readonly find: (id: string) => CalendarItem | null;
  readonly move: (item: CalendarItem, date: string) => void;
  /** By so many days. */
  readonly shift: (item: CalendarItem, days: number) => void;
}

export function CalendarDayCell(props: CalendarDayProps) {
  const { day, zone, isToday, isWeek, items, counts, find, move, shift } = props;
  const shown = isWeek ? items : items.slice(0, SHOWN);
  const name = dayText(day.from, zone, day.from);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    const item = find(event.dataTransfer?.getData('text/plain') ?? '');
    if (item !== null) move(item, day.date);
  };
  return (
    <section
      class={['day', day.isInside ? '' : 'outside', isToday ? 'today' : ''].filter(Boolean).join(' ')}
      aria-label={isToday ? `${name}, today` : name}
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <Link to={`calendar?view=week&date=${day.date}`} class="day-number" label={`The week of ${name}`}>
        {Number(day.date.slice(8))}
      </Link>
      <ul>
        {shown.map((item) => (
          <Item key={`${item.kind}${item.task.task_id}`} item={item} zone={zone} shift={shift} />
        ))}
      </ul>
      {items.length > shown.length ? (
        <Link to={`calendar?view=week&date=${day.date}`}>{items.length - shown.length} more</Link>
      ) : null}
      {counts === null ? null : <Counts counts={counts} day={day} />}
    </section>
  );
}

interface ItemProps {
  readonly item: CalendarItem;
  readonly zone: string;
  readonly shift: (item: CalendarItem, days: number) => void;
}

function Item({ item, zone, shift }: ItemProps) {
  const { task, kind, at, date } = item;
  const isDone = task.status === 'completed' || task.status === 'cancelled';
  const onKeyDown = (event: KeyboardEvent) => {
    const days = event.altKey ? ARROWS[event.key] : undefined;
    if (days === undefined) return;
    event.preventDefault();
    shift(item, days);
  };
  return (
    <li
      class={isDone ? 'done' : undefined}
      draggable={!isDone}
      onDragStart={(event) => event.dataTransfer?.setData('text/plain', `${kind} ${task.task_id}`)}
      onKeyDown={isDone ? undefined : onKeyDown}
    >
      <Link to={`tasks/${task.task_id}`}>
        <span aria-hidden="true">{MARKS[kind]} </span>
        {date === null ? (
          <span class="number">{`${clockText(Date.parse(at), zone, Date.parse(at))} `}</span>
        ) : null}
        <Text>{task.name}</Text>
        <span class="visually-hidden">{`, ${isDone ? task.status : KINDS[kind]}`}</span>
      </Link>
    </li>
  );
}

/** `●12 ▲1 ○3`: shapes, not colours alone, and words for who hears them. */
function Counts({ counts, day }: { readonly counts: RunCounts; readonly day: CalendarDate }) {
  const { completed, failed, planned, leftOut } = counts;
  const parts = [
    { count: completed, mark: '●', word: 'completed', tone: 'good' },
    { count: failed, mark: '▲', word: 'failed', tone: 'bad' },
    { count: planned, mark: '○', word: 'planned', tone: 'idle' },
    { count: leftOut, mark: '–', word: 'left out', tone: 'soft' },
  ].filter(({ count }) => count > 0);
  const range = `from=${new Date(day.from).toISOString()}&to=${new Date(day.to).toISOString()}`;
  return (
    <Link to={`runs?${range}`} class="day-counts">
      <span class="visually-hidden">
        Runs: {parts.map(({ count, word }) => `${count} ${word}`).join(', ')}
      </span>
      {parts.map(({ count, mark, word, tone }) => (
        <span key={word} class={tone} aria-hidden="true">
          {mark}
          {count}
        </span>
      ))}
    </Link>
  );
}
