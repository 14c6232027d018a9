/** The fields of each kind of schedule. */
import type { FieldFault } from '../../api/problems.ts';
import { Field, FieldFaults } from '../forms/field.tsx';
import { WEEKDAY_NAMES } from './schedule-document.ts';
import type { ScheduleFieldsProps } from './schedule-editor.tsx';
import type { IntervalUnit, ScheduleForm } from './schedule-form.ts';

const UNITS: readonly IntervalUnit[] = ['seconds', 'minutes', 'hours', 'days'];

export function KindFields(props: ScheduleFieldsProps) {
  switch (props.form.kind) {
    case 'weekly':
      return (
        <>
          <Weekdays {...props} />
          <TimeField {...props} />
        </>
      );
    case 'daily':
      return <TimeField {...props} />;
    case 'monthly':
      return (
        <>
          <MonthDay {...props} />
          <TimeField {...props} />
        </>
      );
    case 'interval':
      return <Interval {...props} />;
    case 'once':
      return <TextField {...props} name="once" label="At" type="datetime-local" />;
    case 'cron':
      return <Cron {...props} />;
    case 'rrule':
      return (
        <>
          <TextField {...props} name="rrule" label="Rule (RFC 5545)" wide />
          <TimeField {...props} />
          <TextField
            {...props}
            name="startDate"
            label="Counted from"
            type="date"
            help="The day that “every second week” begins with."
          />
        </>
      );
  }
}

function Weekdays({ form, change, faultsOf }: ScheduleFieldsProps) {
  return (
    <WeekdayBoxes
      legend="On"
      weekdays={form.weekdays}
      change={(weekdays) => change({ weekdays })}
      faults={faultsOf('weekdays')}
    />
  );
}

export interface WeekdayBoxesProps {
  readonly legend: string;
  /** Monday is 1. */
  readonly weekdays: readonly number[];
  readonly change: (weekdays: readonly number[]) => void;
  readonly faults: readonly FieldFault[];
}

export function WeekdayBoxes({ legend, weekdays, change, faults }: WeekdayBoxesProps) {
  const toggle = (weekday: number) => {
    const others = weekdays.filter((each) => each !== weekday);
    change(others.length < weekdays.length ? others : [...others, weekday]);
  };
  return (
    <fieldset class="weekdays">
      <legend>{legend}</legend>
      {WEEKDAY_NAMES.map((name, index) => (
        <label key={name}>
          <input type="checkbox" checked={weekdays.includes(index + 1)} onChange={() => toggle(index + 1)} />
          <span aria-hidden="true">{name.slice(0, 2)}</span>
          <span class="visually-hidden">{name}</span>
        </label>
      ))}
      <FieldFaults faults={faults} />
    </fieldset>
  );
}

function MonthDay({ form, change, faultsOf }: ScheduleFieldsProps) {
  return (
    <Field
      label="Day"
      help={Number(form.day) > 28 ? 'In a shorter month its last day.' : null}
      faults={faultsOf('day')}
    >
      {(input) => (
        <select {...input} value={form.day} onChange={(event) => change({ day: event.currentTarget.value })}>
          {Array.from({ length: 31 }, (_, index) => (
            <option key={index} value={String(index + 1)}>
              {index + 1}
            </option>
          ))}
          <option value="last">last</option>
        </select>
      )}
    </Field>
  );
}

function Interval({ form, change, faultsOf }: ScheduleFieldsProps) {
  return (
    <Field label="Every" faults={faultsOf('count')}>
      {(input) => (
        <span class="row">
          <input
            {...input}
            class="short"
            inputMode="numeric"
            value={form.count}
            onInput={(event) => change({ count: event.currentTarget.value })}
          />
          <select
            aria-label="Unit"
            value={form.unit}
            onChange={(event) => change({ unit: event.currentTarget.value as IntervalUnit })}
          >
            {UNITS.map((unit) => (
              <option key={unit}>{unit}</option>
            ))}
          </select>
        </span>
      )}
    </Field>
  );
}

function Cron(props: ScheduleFieldsProps) {
  const { form, change } = props;
  const [, , day = '*', , weekday = '*'] = form.expression.trim().split(/\s+/);
  const isBoth = [day, weekday].every((field) => field !== '*' && field !== '?');
  return (
    <>
      <TextField {...props} name="expression" label="Expression" help="minute hour day month weekday" wide />
      {isBoth ? (
        <Field label="Days" help="Day of month and weekday are both given.">
          {(input) => (
            <select
              {...input}
              value={form.cronDays}
              onChange={(event) =>
                change({ cronDays: event.currentTarget.value as ScheduleForm['cronDays'] })
              }
            >
              <option value="either">either may match</option>
              <option value="all">both must match</option>
            </select>
          )}
        </Field>
      ) : null}
    </>
  );
}

function TimeField(props: ScheduleFieldsProps) {
  return <TextField {...props} name="time" label="At" type="time" />;
}

/** Fields of the form that are text. */
type TextName = { [K in keyof ScheduleForm]: ScheduleForm[K] extends string ? K : never }[keyof ScheduleForm];

export interface TextFieldProps extends ScheduleFieldsProps {
  readonly name: TextName;
  readonly label: string;
  readonly type?: 'text' | 'time' | 'date' | 'datetime-local';
  readonly help?: string;
  readonly unit?: string;
  readonly wide?: boolean;
}

export function TextField({
  form,
  change,
  faultsOf,
  name,
  label,
  type = 'text',
  help,
  unit,
  wide,
}: TextFieldProps) {
  return (
    <Field label={label} help={help ?? null} faults={faultsOf(name)}>
      {(input) => (
        <span class="row">
          <input
            {...input}
            data-field={name}
            type={type}
            class={wide ? 'wide code' : unit === undefined ? undefined : 'short'}
            spellcheck={false}
            inputMode={unit === undefined ? undefined : 'numeric'}
            value={form[name]}
            onInput={(event) => change({ [name]: event.currentTarget.value })}
          />
          {unit}
        </span>
      )}
    </Field>
  );
}

export interface ChoiceFieldProps extends ScheduleFieldsProps {
  readonly name: TextName;
  readonly label: string;
  readonly help?: string;
  /** Values with what they mean. */
  readonly choices: Readonly<Record<string, string>>;
}

export function ChoiceField({ form, change, faultsOf, name, label, help, choices }: ChoiceFieldProps) {
  return (
    <Field label={label} help={help ?? null} faults={faultsOf(name)}>
      {(input) => (
        <select
          {...input}
          data-field={name}
          value={form[name]}
          onChange={(event) => change({ [name]: event.currentTarget.value })}
        >
          {Object.entries(choices).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
