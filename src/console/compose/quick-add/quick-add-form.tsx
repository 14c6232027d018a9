/** Quick add: one line, what was understood of it, and when it will be. Enter adds, Escape leaves. */
import { useId, useMemo, useState } from 'preact/hooks';
import { ApiProblem, faultsBelow } from '../../api/problems.ts';
import { showNotice } from '../../frame/notices.tsx';
import { useGoTo } from '../../parts/link.tsx';
import { Text } from '../../parts/text.tsx';
import { dayText, placeOf } from '../../parts/time-text.ts';
import { shownZone } from '../../parts/zones.ts';
import { scheduleWords } from '../schedule/schedule-words.ts';
import { type Preview, usePreview } from '../schedule/use-preview.ts';
import { postTask, takeBack } from '../task-calls.ts';
import type { QuickPriority, QuickType } from './marks.ts';
import { NextSlots } from './next-slots.tsx';
import { type LinePart, readQuickAdd, refusal } from './quick-add.ts';
import { QuickLine, refusalLabel } from './quick-line.tsx';
import type { When } from './resolve-time.ts';
import { taskDraft } from './task-draft.ts';

const TYPES: Readonly<Record<QuickType, string>> = {
  todo: 'To-do',
  reminder: 'Reminder',
  calendar_event: 'Event',
  daily_weather: 'Weather report',
};
const PRIORITIES: Readonly<Record<QuickPriority, string>> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  urgent: 'Urgent',
};
/** Enough to see a change of the clocks in a weekly task's next year. */
const PREVIEWED = 60;

export interface QuickAddFormProps {
  /** What was typed before it was there. */
  readonly begun: string;
  readonly close: () => void;
}

export default function QuickAddForm({ begun, close }: QuickAddFormProps) {
  const [text, setText] = useState(begun);
  const [refused, setRefused] = useState<ReadonlySet<string>>(new Set());
  const [chosenType, chooseType] = useState<QuickType | null>(null);
  const [chosenPriority, choosePriority] = useState<QuickPriority | null>(null);
  const [state, setState] = useState<AddState>({ step: 'writing', fault: null });
  const goTo = useGoTo();
  const description = useId();
  const zone = shownZone(null);
  const read = useMemo(() => {
    const line = readQuickAdd(text, { now: Date.now(), zone }, refused);
    return { ...line, priority: chosenPriority ?? line.priority };
  }, [text, refused, zone, chosenPriority]);
  const taskType = chosenType ?? read.taskType ?? 'todo';
  const { draft, missing } = taskDraft(read, taskType, zone);
  const preview = usePreview(draft.schedule && [draft.schedule], PREVIEWED);
  const refuse = (part: LinePart) => setRefused(new Set([...refused, refusal(part)]));
  const change = (next: string) => {
    setText(next);
    setState({ step: 'writing', fault: null });
  };
  const add = async (event: Event) => {
    event.preventDefault();
    if (state.step !== 'writing') return;
    if (missing !== null) return setState({ step: 'writing', fault: missing });
    setState({ step: 'sending', fault: null });
    try {
      const task = await postTask({ ...draft }, () => setState({ step: 'checking', fault: null }));
      showNotice(`Added ${task.name}`, () => void takeBack(task.task_id));
      close();
    } catch (error) {
      setState({ step: 'writing', fault: faultText(error) });
    }
  };
  const showAll = () => {
    close();
    goTo(`new?type=${taskType}&name=${encodeURIComponent(read.name)}`);
  };
  return (
    <form class="quick-add" onSubmit={add}>
      <QuickLine text={text} parts={read.parts} change={change} refuse={refuse} describedBy={description} />
      <ul class="chips">
        <WhenChip
          when={read.when}
          part={read.parts.find(({ chip }) => chip?.kind === 'when')}
          refuse={refuse}
        />
        {read.parts.map((part) =>
          part.chip?.kind === 'tag' ? (
            <li class="chip" key={part.text}>
              <Text>{part.text}</Text>
              <Refuse part={part} refuse={refuse} />
            </li>
          ) : null,
        )}
        <li>
          <Choice label="Type" value={taskType} words={TYPES} choose={chooseType} />
        </li>
        <li>
          <Choice label="Priority" value={draft.priority} words={PRIORITIES} choose={choosePriority} />
        </li>
      </ul>
      <div id={description} class="quick-preview" aria-live="polite">
        <Outlook when={read.when} preview={preview} hasSchedule={draft.schedule !== null} zone={zone} />
      </div>
      {state.fault === null ? null : (
        <p role="alert" class="bad">
          <Text>{state.fault}</Text>
        </p>
      )}
      <div class="quick-actions">
        <button type="button" class="quiet" onClick={showAll}>
          All settings
        </button>
        <button type="submit" class="primary" disabled={text.trim() === ''}>
          {state.step === 'writing'
            ? 'Add'
            : state.step === 'sending'
              ? 'Adding'
              : 'Checking whether it arrived'}
        </button>
      </div>
    </form>
  );
}

interface AddState {
  readonly step: 'writing' | 'sending' | 'checking';
  readonly fault: string | null;
}

function faultText(error: unknown): string {
  if (error instanceof ApiProblem && error.faults.length > 0) {
    return error.faults.map(({ loc, msg }) => `${loc.slice(1).join(' ')}: ${msg}`).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

interface WhenChipProps {
  readonly when: When | null;
  readonly part: LinePart | undefined;
  readonly refuse: (part: LinePart) => void;
}

function WhenChip({ when, part, refuse }: WhenChipProps) {
  if (when === null || part === undefined) return null;
  return (
    <li class="chip when">
      {whenWords(when)}
      <Refuse part={part} refuse={refuse} />
    </li>
  );
}

function whenWords(when: When): string {
  if (when.kind === 'once') {
    const day = dayText(Date.parse(`${when.date}T12:00:00Z`), 'UTC', Date.now());
    return when.time === null ? day : `${day} ${when.time}`;
  }
  const words = scheduleWords(when.schedule) ?? 'Repeats';
  return `↻ ${words} ${placeOf(String(when.schedule.timezone))}`;
}

function Refuse({ part, refuse }: { readonly part: LinePart; readonly refuse: (part: LinePart) => void }) {
  if (part.chip === null) return null;
  return (
    <button
      type="button"
      class="quiet"
      aria-label={refusalLabel(part.chip, part.text)}
      onClick={() => refuse(part)}
    >
      ✕
    </button>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly words: Readonly<Record<T, string>>;
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ label, value, words, choose }: ChoiceProps<T>) {
  return (
    <select aria-label={label} value={value} onChange={(event) => choose(event.currentTarget.value as T)}>
      {(Object.keys(words) as T[]).map((each) => (
        <option key={each} value={each}>
          {words[each]}
        </option>
      ))}
    </select>
  );
}

interface OutlookProps {
  readonly when: When | null;
  readonly preview: Preview;
  readonly hasSchedule: boolean;
  readonly zone: string;
}

/** The next slots, or why there are none. */
function Outlook({ when, preview, hasSchedule, zone }: OutlookProps) {
  const [fault] = faultsBelow(preview.faults, ['body', 'schedule']);
  if (fault !== undefined)
    return (
      <p class="warn">{`It cannot be planned: ${[fault.loc.join(' '), fault.msg].filter((part) => part !== '').join(': ')}.`}</p>
    );
  if (hasSchedule && preview.slots !== null) return <NextSlots slots={preview.slots} zone={zone} />;
  if (when?.kind === 'once' && Date.parse(when.at) < Date.now() && when.time !== null) {
    return <p class="warn">That time has passed today.</p>;
  }
  return null;
}
