/** The form of a task: what it is, its settings, when it runs. It holds no state: the form is given. */
import type { ComponentChildren } from 'preact';
import { type FieldFault, faultsBelow } from '../../api/problems.ts';
import { ConfigInput } from '../forms/config-inputs.tsx';
import type { ConfigField } from '../forms/config-shape.ts';
import { InstantInput } from '../forms/config-values.tsx';
import { Field, FieldFaults } from '../forms/field.tsx';
import type { PlannedChange } from '../schedule/planned-change.ts';
import { type ScheduleAim, ScheduleSection } from '../schedule/schedule-section.tsx';
import type { Preview } from '../schedule/use-preview.ts';
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
  'schedules',
];

/** Or what they are of the form as it is by then. */
export type FormChanges = Partial<TaskForm> | ((now: TaskForm) => Partial<TaskForm>);

export interface TaskFieldsProps {
  readonly form: TaskForm;
  readonly change: (changes: FormChanges) => void;
  readonly config: ConfigField;
  /** Fields of the task, and members of its config, that the template asks for. */
  readonly required: readonly string[];
  /** Of the last try to save; paths begin with `body`. */
  readonly faults: readonly FieldFault[];
  readonly preview: Preview;
  readonly planned: PlannedChange | null;
  /** The field of a schedule that somebody came for; null: they came for none. */
  readonly aim?: ScheduleAim | null;
  /** What stands before the first field. */
  readonly children?: ComponentChildren;
}

export function changedForm(now: TaskForm, changes: FormChanges): TaskForm {
  return { ...now, ...(typeof changes === 'function' ? changes(now) : changes) };
}

export function TaskFieldsForm(props: TaskFieldsProps) {
  const { form, change, config, required, faults, preview, planned, aim = null, children } = props;
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
      <ScheduleSection
        schedules={form.schedules}
        hasSchedule={form.hasSchedule}
        change={change}
        faults={faults}
        preview={preview}
        planned={planned}
        aim={aim}
      />
    </>
  );
}
