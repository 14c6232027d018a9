/** The form of a task: what it is, its settings, when it runs. It holds no state: the form is given. */
import type { ComponentChildren } from 'preact';
import type { FieldFault } from '../../api/problems.ts';
import { ConfigInput } from '../forms/config-inputs.tsx';
import type { ConfigField } from '../forms/config-shape.ts';
import { InstantInput } from '../forms/config-values.tsx';
import { Field, FieldFaults } from '../forms/field.tsx';
import type { PlannedChange } from '../schedule/planned-change.ts';
import { ScheduleEditor } from '../schedule/schedule-editor.tsx';
import type { ScheduleForm } from '../schedule/schedule-form.ts';
import { SchedulePreview } from '../schedule/schedule-preview.tsx';
import { faultsBelow, type Preview } from '../schedule/use-preview.ts';
import { DueFields } from './due-fields.tsx';
import type { TaskForm } from './task-form.ts';

const PRIORITIES = ['low', 'medium', 'high', 'urgent'];
/** Fields that have a place of their own in the form. */
const PLACED = [
  'name',
  'description',
  'priority',
  'tags',
  'due_date',
  'due_timezone',
  'reminder_time',
  'config',
  'schedule',
];

export interface TaskFieldsProps {
  readonly form: TaskForm;
  readonly change: (changes: Partial<TaskForm>) => void;
  readonly config: ConfigField;
  /** Fields of the task, and members of its config, that the template asks for. */
  readonly required: readonly string[];
  /** Of the last try to save; paths begin with `body`. */
  readonly faults: readonly FieldFault[];
  readonly preview: Preview;
  readonly planned: PlannedChange | null;
  /** What stands before the first field. */
  readonly children?: ComponentChildren;
}

export function TaskFieldsForm(props: TaskFieldsProps) {
  const { form, change, config, required, faults, children } = props;
  const of = (name: string) => faultsBelow(faults, ['body', name]);
  const hasSettings = config.shape.kind !== 'group' || config.shape.fields.length > 0;
  const others = faults.filter(({ loc }) => !PLACED.includes(String(loc[1])));
  return (
    <>
      <section class="panel padded form-section">
        {children}
        <FieldFaults faults={others} />
        <Field label="Name" isRequired faults={of('name')}>
          {(input) => (
            <input
              {...input}
              class="wide"
              value={form.name}
              maxLength={255}
              onInput={(event) => change({ name: event.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Description" isRequired={required.includes('description')} faults={of('description')}>
          {(input) => (
            <textarea
              {...input}
              value={form.description}
              onInput={(event) => change({ description: event.currentTarget.value })}
            />
          )}
        </Field>
        <div class="option-fields">
          <Field label="Priority" faults={of('priority')}>
            {(input) => (
              <select
                {...input}
                value={form.priority}
                onChange={(event) => change({ priority: event.currentTarget.value })}
              >
                {PRIORITIES.map((priority) => (
                  <option key={priority}>{priority}</option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Tags" help="Separated by commas." faults={of('tags')}>
            {(input) => (
              <input
                {...input}
                value={form.tags}
                onInput={(event) => change({ tags: event.currentTarget.value })}
              />
            )}
          </Field>
          <DueFields form={form} change={change} required={required} faults={faults} />
          <Field
            label="Remind me"
            isRequired={required.includes('reminder_time')}
            faults={of('reminder_time')}
          >
            {(input) => (
              <InstantInput
                {...input}
                value={form.reminderTime}
                change={(reminderTime) => change({ reminderTime })}
              />
            )}
          </Field>
        </div>
      </section>
      {hasSettings ? (
        <section class="panel padded form-section" aria-label="Settings">
          <h2>Settings</h2>
          <ConfigInput
            field={config}
            value={form.config}
            change={(next) => change({ config: next })}
            faults={of('config')}
          />
        </section>
      ) : null}
      <ScheduleSection {...props} faults={of('schedule')} />
    </>
  );
}

function ScheduleSection({ form, change, faults, preview, planned }: TaskFieldsProps) {
  const changeSchedule = (changes: Partial<ScheduleForm>) =>
    change({ schedule: { ...form.schedule, ...changes } });
  // What the preview says is newer than what the last try to save said.
  const shown = preview.faults.length > 0 || preview.slots !== null ? preview.faults : faults;
  if (form.keepsSchedules) {
    return (
      <section class="panel padded form-section" aria-label="Schedule">
        <h2>Runs by several schedules</h2>
        <p class="soft">
          They stay as they are. The API changes them: <code>schedules</code> of the task.
        </p>
        <FieldFaults faults={faults} />
      </section>
    );
  }
  return (
    <section class="panel padded form-section" aria-label="Schedule">
      <label class="row">
        <input
          type="checkbox"
          checked={form.hasSchedule}
          onChange={(event) => change({ hasSchedule: event.currentTarget.checked })}
        />
        <h2>Runs by a schedule</h2>
      </label>
      {form.hasSchedule ? (
        <>
          <ScheduleEditor form={form.schedule} change={changeSchedule} faults={shown} />
          {preview.slots === null ? null : (
            <SchedulePreview slots={preview.slots} zone={form.schedule.timezone} planned={planned} />
          )}
        </>
      ) : (
        <FieldFaults faults={faults} />
      )}
    </section>
  );
}
