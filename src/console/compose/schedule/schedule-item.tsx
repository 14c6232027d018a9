/** One of several schedules of a task: its id, and what it is, folded away where there are many. */
import { useState } from 'preact/hooks';
import type { FieldFault } from '../../api/problems.ts';
import { Text } from '../../parts/text.tsx';
import { placeOf } from '../../parts/time-text.ts';
import { Field } from '../forms/field.tsx';
import { ScheduleEditor } from './schedule-editor.tsx';
import { type ScheduleForm, scheduleDocumentOf } from './schedule-form.ts';
import { scheduleWords } from './schedule-words.ts';

export interface ScheduleItemProps {
  readonly form: ScheduleForm;
  /** In the list. */
  readonly index: number;
  /** By which its slots name it; null: nobody knows yet. */
  readonly name: string | null;
  readonly change: (changes: Partial<ScheduleForm>) => void;
  /** Paths below the schedule. */
  readonly faults: readonly FieldFault[];
  /** At first. */
  readonly isOpen: boolean;
  /** Null: it is the only one. */
  readonly remove: (() => void) | null;
  /** Null: it is the first. */
  readonly moveUp: (() => void) | null;
}

export function ScheduleItem(props: ScheduleItemProps) {
  const { form, index, name, change, faults, isOpen, remove, moveUp } = props;
  const [isUnfolded, unfold] = useState(isOpen);
  const called = name ?? `schedule ${index + 1}`;
  const words =
    scheduleWords(scheduleDocumentOf(form)) ?? (form.kind === 'rrule' ? form.rrule : form.expression);
  return (
    <li data-schedule={form.id}>
      <details open={isUnfolded || faults.length > 0} onToggle={(event) => unfold(event.currentTarget.open)}>
        <summary class="schedule-summary">
          <strong>
            <Text>{called}</Text>
          </strong>{' '}
          <span class="soft">
            <Text>{`${words}, ${placeOf(form.timezone)}`}</Text>
          </span>
        </summary>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would need its legend outside of the summary */}
        <div class="schedule-item" role="group" aria-label={`Schedule ${called}`}>
          <Field
            label="Name"
            help="Small letters, digits and dashes: runs say by it whose they are. Empty: one is made."
            faults={faults.filter(({ loc }) => loc[0] === 'id')}
          >
            {(input) => (
              <input
                {...input}
                data-field="id"
                value={form.id}
                maxLength={32}
                spellcheck={false}
                autoComplete="off"
                onInput={(event) => change({ id: event.currentTarget.value })}
              />
            )}
          </Field>
          <ScheduleEditor form={form} change={change} faults={faults.filter(({ loc }) => loc[0] !== 'id')} />
          <p class="row">
            {moveUp === null ? null : (
              <button type="button" class="quiet" aria-label={`Move up ${called}`} onClick={moveUp}>
                Move up
              </button>
            )}
            {remove === null ? null : (
              <button type="button" class="danger" aria-label={`Remove ${called}`} onClick={remove}>
                Remove
              </button>
            )}
          </p>
        </div>
      </details>
    </li>
  );
}
