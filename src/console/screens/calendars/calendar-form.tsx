/** A calendar of days to be made or changed. Where somebody else changed it meanwhile, nothing of either is lost. */
import { useState } from 'preact/hooks';
import { ApiProblem, type FieldFault, faultsBelow, hasCode } from '../../api/problems.ts';
import { Field } from '../../compose/forms/field.tsx';
import { type ThreeWay, threeWay } from '../../compose/forms/three-way.ts';
import { WeekdayBoxes } from '../../compose/schedule/kind-fields.tsx';
import { ConflictPanel } from '../../compose/task-form/conflict-panel.tsx';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showNotice } from '../../frame/notices.tsx';
import { labelText } from '../../parts/text.tsx';
import {
  type CalendarFieldsSent,
  calendarBy,
  type DayCalendar,
  postCalendar,
  putCalendar,
} from './calendar-calls.ts';
import { datesBetween, datesOf, MOST_CALENDAR_DATES } from './calendar-words.ts';
import { daysOfIcs, LONGEST_FILE } from './ics-days.ts';

export interface CalendarFormProps {
  /** Null: a new one. */
  readonly calendar: DayCalendar | null;
  /** Whether it may be the installation's. */
  readonly mayShare: boolean;
  readonly close: () => void;
}

interface Conflict {
  readonly theirs: DayCalendar;
  readonly merge: ThreeWay;
}

export function CalendarForm({ calendar, mayShare, close }: CalendarFormProps) {
  // Once: what happens meanwhile does not change what is being written.
  const [base, setBase] = useState(calendar);
  const [form, setForm] = useState(() => formOf(calendar));
  const [isShared, share] = useState(false);
  const [faults, setFaults] = useState<readonly FieldFault[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const [step, setStep] = useState<'writing' | 'sending' | 'checking'>('writing');
  const change = (changes: Partial<CalendarText>) => setForm((now) => ({ ...now, ...changes }));
  const mine = fieldsOf(form);
  const save = async (fields: CalendarFieldsSent, revision: number | null) => {
    setStep('sending');
    setError(null);
    setFaults([]);
    const checking = () => setStep('checking');
    try {
      const saved =
        base === null || revision === null
          ? await postCalendar(fields, isShared, checking)
          : await putCalendar(base.calendar_id, revision, fields, checking);
      showNotice(`Saved ${saved.name ?? ''}`);
      close();
    } catch (refused) {
      setStep('writing');
      if (base !== null && hasCode(refused, 'REVISION_MISMATCH')) await compare(base);
      else if (refused instanceof ApiProblem && refused.faults.length > 0) setFaults(refused.faults);
      else setError(refused);
    }
  };
  const compare = async (before: DayCalendar) => {
    try {
      const theirs = await calendarBy(before.calendar_id);
      setConflict({ theirs, merge: threeWay(sentOf(before), { ...mine }, sentOf(theirs)) });
    } catch (refused) {
      setError(refused);
    }
  };
  const takeTheirs = (theirs: DayCalendar) => {
    setBase(theirs);
    setForm(formOf(theirs));
    setConflict(null);
  };
  const of = (name: string) => faultsBelow(faults, ['body', name]);
  return (
    <form
      class="stack calendar-form"
      aria-label={calendar === null ? 'New calendar' : `Change ${labelText(calendar.name ?? '')}`}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (step === 'writing') void save(mine, base?.revision ?? null);
      }}
    >
      {error === null ? null : <FaultPanel error={error} />}
      {conflict === null ? null : (
        <ConflictPanel
          what="calendar"
          merge={conflict.merge}
          mine={{ ...mine }}
          theirs={sentOf(conflict.theirs)}
          saveMine={() => void save(mine, conflict.theirs.revision)}
          takeTheirs={() => takeTheirs(conflict.theirs)}
          saveBoth={() => void save(bothOf(conflict), conflict.theirs.revision)}
        />
      )}
      <Field label="Name" isRequired faults={of('name')}>
        {(input) => (
          <input
            {...input}
            value={form.name}
            maxLength={255}
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
        )}
      </Field>
      <WeekdayBoxes
        legend="Every week on"
        weekdays={form.weekdays}
        change={(weekdays) => change({ weekdays })}
        faults={of('weekdays')}
      />
      <Field
        label="Days"
        help={`Dates such as 2027-12-24, apart by spaces or lines; ${mine.dates.length.toLocaleString('en')} of at most ${MOST_CALENDAR_DATES.toLocaleString('en')}.`}
        faults={namedFaults(of('dates'), mine.dates)}
      >
        {(input) => (
          <textarea
            {...input}
            class="code"
            spellcheck={false}
            value={form.dates}
            onInput={(event) => change({ dates: event.currentTarget.value })}
          />
        )}
      </Field>
      <DayRange add={(dates) => change({ dates: datesOf([form.dates, ...dates].join('\n')).join('\n') })} />
      <DaysFromFile
        add={(dates) => change({ dates: datesOf([form.dates, ...dates].join('\n')).join('\n') })}
      />
      {mayShare ? (
        <label class="row">
          <input
            type="checkbox"
            checked={isShared}
            onChange={(event) => share(event.currentTarget.checked)}
          />
          Of the installation: everybody may follow it
        </label>
      ) : null}
      <p class="row">
        <button type="submit" class="primary" disabled={step !== 'writing'}>
          {step === 'checking' ? 'Checking whether it arrived' : step === 'sending' ? 'Saving' : 'Save'}
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </p>
    </form>
  );
}

/** One day, or each of several that follow one another. */
function DayRange({ add }: { readonly add: (dates: readonly string[]) => void }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const dates = from === '' ? [] : datesBetween(from, to === '' ? from : to);
  const day = (label: string, value: string, set: (value: string) => void) => (
    <Field label={label}>
      {(input) => (
        <input {...input} type="date" value={value} onInput={(event) => set(event.currentTarget.value)} />
      )}
    </Field>
  );
  return (
    <div class="row day-range">
      {day('From', from, setFrom)}
      {day('To (empty: one day)', to, setTo)}
      <button type="button" disabled={dates.length === 0} onClick={() => add(dates)}>
        {dates.length > 1 ? `Add ${dates.length.toLocaleString('en')} days` : 'Add the day'}
      </button>
    </div>
  );
}

/** The file is read here, in the browser: only its days are sent, with the rest. */
function DaysFromFile({ add }: { readonly add: (dates: readonly string[]) => void }) {
  const [said, say] = useState<string | null>(null);
  const read = async (file: File) => {
    try {
      if (file.size > LONGEST_FILE) throw new Error('It is too large.');
      const { dates, leftOut } = await daysOfIcs(await file.text());
      add(dates);
      const others = leftOut === 0 ? '' : ` ${leftOut} events have a time or repeat: they are left out.`;
      const many = dates.length === 1 ? '1 day is' : `${dates.length.toLocaleString('en')} days are`;
      say(`${many} in the field.${others}`);
    } catch {
      say(`No days could be read of ${labelText(file.name)}: it is no iCalendar file, or too large.`);
    }
  };
  return (
    <Field label="Days of an iCalendar file (.ics)" help={said}>
      {(input) => (
        <input
          {...input}
          type="file"
          accept=".ics,text/calendar"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) void read(file);
          }}
        />
      )}
    </Field>
  );
}

/** As it is typed. */
interface CalendarText {
  readonly name: string;
  readonly dates: string;
  readonly weekdays: readonly number[];
}

function formOf(calendar: DayCalendar | null): CalendarText {
  if (calendar === null) return { name: '', dates: '', weekdays: [] };
  return { name: calendar.name ?? '', dates: calendar.dates.join('\n'), weekdays: calendar.weekdays };
}

function fieldsOf({ name, dates, weekdays }: CalendarText): CalendarFieldsSent {
  return { name, dates: datesOf(dates), weekdays: [...weekdays].sort((a, b) => a - b) };
}

function sentOf({ name, dates, weekdays }: DayCalendar): Readonly<Record<string, unknown>> {
  return { name: name ?? '', dates, weekdays };
}

/** Mine where both changed something, and theirs in what I left as it was. */
function bothOf({ theirs, merge }: Conflict): CalendarFieldsSent {
  const { name, dates, weekdays } = { ...theirs, ...merge.mine };
  return { name: name ?? '', dates, weekdays };
}

/** Which of the dates is meant, for the field has all of them. */
function namedFaults(faults: readonly FieldFault[], dates: readonly string[]): readonly FieldFault[] {
  return faults.map((fault) => {
    const date = dates[Number(fault.loc[0])];
    return date === undefined ? fault : { ...fault, msg: `${date} ${fault.msg}` };
  });
}
