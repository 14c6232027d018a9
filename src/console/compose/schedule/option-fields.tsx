/** Limits, missed runs, overlap, retries: folded away until they are wanted, open where one of them is set. */
import { useState } from 'preact/hooks';
import { CalendarFields } from './calendar-fields.tsx';
import { ChoiceField, TextField } from './kind-fields.tsx';
import type { ScheduleFieldsProps } from './schedule-editor.tsx';
import { newScheduleForm, type ScheduleForm } from './schedule-form.ts';

const OPTIONS = [
  'startAt',
  'endAt',
  'maxRuns',
  'excludeDates',
  'jitterSeconds',
  'catchUp',
  'catchUpWindow',
  'overlap',
  'dstGap',
  'dstFold',
  'attempts',
  'retryInitial',
  'retryMultiplier',
  'retryMax',
  'pauseOnFailure',
  'timeoutSeconds',
] as const satisfies readonly (keyof ScheduleForm)[];

const FOLLOWED = ['excludeCalendars', 'onlyCalendars'] as const;
const BLANK = newScheduleForm('UTC', 0);

export function OptionFields(props: ScheduleFieldsProps) {
  const { form, faultsOf } = props;
  const isSet =
    OPTIONS.some((name) => name !== 'catchUpWindow' && form[name] !== BLANK[name]) ||
    FOLLOWED.some((name) => form[name].length > 0);
  const hasFault = [...OPTIONS, ...FOLLOWED].some((name) => faultsOf(name).length > 0);
  // Open where something is set at first; what is taken away later does not fold it under somebody's hands.
  const [isOpen, open] = useState(isSet);
  const isLocal = form.kind !== 'interval' && form.kind !== 'once';
  return (
    <details
      class="schedule-options"
      open={isOpen || hasFault}
      onToggle={(event) => open(event.currentTarget.open)}
    >
      <summary>Limits, calendars, missed runs, overlap, retries</summary>
      <div class="option-fields">
        <TextField {...props} name="startAt" label="Not before" type="datetime-local" />
        <TextField {...props} name="endAt" label="Not after" type="datetime-local" />
        <TextField {...props} name="maxRuns" label="At most" unit="runs" />
        <TextField
          {...props}
          name="jitterSeconds"
          label="Later by up to"
          unit="seconds"
          help="Each by its own, always the same."
        />
        <ChoiceField
          {...props}
          name="catchUp"
          label="Runs that were missed"
          choices={{ latest: 'run the latest', all: 'run each of them', skip: 'are left out' }}
        />
        <TextField
          {...props}
          name="catchUpWindow"
          label="Missed by at most"
          unit="seconds"
          help="Empty: one period, at most a day."
        />
        <ChoiceField
          {...props}
          name="overlap"
          label="While the last run goes on"
          choices={{
            skip: 'leave the next one out',
            buffer_one: 'keep one waiting',
            cancel_running: 'cancel the last run',
          }}
        />
        <TextField {...props} name="timeoutSeconds" label="A run may take" unit="seconds" />
        <TextField {...props} name="attempts" label="Attempts" unit="in all" help="Empty: one." />
        {Number(form.attempts) > 1 ? (
          <>
            <TextField {...props} name="retryInitial" label="First pause" unit="seconds" />
            <TextField {...props} name="retryMultiplier" label="Each pause longer by" unit="times" />
            <TextField {...props} name="retryMax" label="Longest pause" unit="seconds" />
          </>
        ) : null}
        <TextField {...props} name="pauseOnFailure" label="Pause after" unit="failures in a row" />
        {isLocal ? (
          <>
            <ChoiceField
              {...props}
              name="dstGap"
              label="A time that clocks skip"
              choices={{ shift: 'is later by what they skip', end: 'is right after it', skip: 'is left out' }}
            />
            <ChoiceField
              {...props}
              name="dstFold"
              label="A time that comes twice"
              choices={{ first: 'is the first', second: 'is the second', both: 'is both' }}
            />
            <TextField
              {...props}
              name="excludeDates"
              label="Not on"
              help="Dates such as 2027-12-24, apart by spaces."
              wide
            />
          </>
        ) : null}
      </div>
      {form.kind === 'once' && FOLLOWED.every((name) => form[name].length === 0) ? null : (
        <CalendarFields {...props} />
      )}
    </details>
  );
}
