/** When a task is due: a day, and a time of it where there is one. */
import { type FieldFault, faultsBelow } from '../../api/problems.ts';
import { placeOf } from '../../parts/time-text.ts';
import { shownZone } from '../../parts/zones.ts';
import { Field } from '../forms/field.tsx';
import { instantOfLocal, localText } from '../wall-time.ts';
import { isDay, type TaskForm } from './task-form.ts';

interface DueFieldsProps {
  readonly form: Pick<TaskForm, 'dueDate' | 'dueZone'>;
  readonly change: (changes: Pick<TaskForm, 'dueDate'>) => void;
  readonly required: readonly string[];
  readonly faults: readonly FieldFault[];
}

export function DueFields({ form, change, required, faults }: DueFieldsProps) {
  const zone = shownZone(null);
  const { date, time } = wallOf(form.dueDate, zone);
  const set = (nextDate: string, nextTime: string) => change({ dueDate: dueText(nextDate, nextTime, zone) });
  const of = (name: string) => faultsBelow(faults, ['body', name]);
  const isElsewhere = isDay(form.dueDate) && form.dueZone !== zone;
  return (
    <>
      <Field
        label="Due"
        help={isElsewhere ? `A day in ${placeOf(form.dueZone)}.` : null}
        isRequired={required.includes('due_date')}
        faults={[...of('due_date'), ...of('due_timezone')]}
      >
        {(input) => (
          <input
            {...input}
            type="date"
            value={date}
            onChange={(event) => set(event.currentTarget.value, time)}
          />
        )}
      </Field>
      <Field label="Due at" help="Left empty, it is due by the end of the day.">
        {(input) => (
          <input
            {...input}
            type="time"
            value={time}
            disabled={date === ''}
            onChange={(event) => set(date, event.currentTarget.value)}
          />
        )}
      </Field>
    </>
  );
}

function wallOf(dueDate: string, zone: string): { readonly date: string; readonly time: string } {
  if (isDay(dueDate)) return { date: dueDate, time: '' };
  const at = Date.parse(dueDate);
  if (Number.isNaN(at)) return { date: '', time: '' };
  const [date = '', time = ''] = localText(zone, at).split('T');
  return { date, time };
}

/** What the two fields come to; empty without a day. */
function dueText(date: string, time: string, zone: string): string {
  if (time === '') return date;
  const instant = instantOfLocal(zone, `${date}T${time}`);
  return instant === null ? '' : new Date(instant).toISOString();
}
