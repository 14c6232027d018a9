/** By which schedules a task runs, one or several, and what slots they have together. It holds no state: the form is given. */
import { useEffect, useRef } from 'preact/hooks';
import { type FieldFault, faultsBelow } from '../../api/problems.ts';
import { FieldFaults } from '../forms/field.tsx';
import type { PlannedChange } from './planned-change.ts';
import { isAlone } from './schedule-document.ts';
import { ScheduleEditor, ZoneNames } from './schedule-editor.tsx';
import type { ScheduleForm } from './schedule-form.ts';
import { ScheduleItem } from './schedule-item.tsx';
import {
  faultsOfList,
  faultsOfSchedule,
  type ListedSchedule,
  movedUp,
  withSchedule,
} from './schedule-list.ts';
import { SchedulePreview } from './schedule-preview.tsx';
import type { Preview } from './use-preview.ts';

/** As many as a task may have. */
const MOST = 10;

/** Where in the schedules of a task somebody wants to begin. */
export interface ScheduleAim {
  /** Of the schedule; null: the first. */
  readonly id: string | null;
  readonly field: string;
}

type Listed = readonly ListedSchedule[];
interface Changes {
  readonly schedules?: Listed;
  readonly hasSchedule?: boolean;
}

export interface ScheduleSectionProps {
  readonly schedules: readonly ListedSchedule[];
  readonly hasSchedule: boolean;
  readonly change: (changes: Changes | ((now: { readonly schedules: Listed }) => Changes)) => void;
  /** Of the last try to save; paths begin with `body`. */
  readonly faults: readonly FieldFault[];
  readonly preview: Preview;
  readonly planned: PlannedChange | null;
  readonly aim: ScheduleAim | null;
}

export function ScheduleSection(props: ScheduleSectionProps) {
  const { schedules, hasSchedule, change, faults, preview, planned, aim } = props;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (aim !== null) goToField(section.current, aim);
  }, []);
  // What the preview says is newer than what the last try to save said.
  const shown = preview.faults.length > 0 || preview.slots !== null ? preview.faults : faults;
  return (
    <section class="panel padded form-section" aria-label="Schedule" ref={section}>
      <label class="row">
        <input
          type="checkbox"
          checked={hasSchedule}
          onChange={(event) => change({ hasSchedule: event.currentTarget.checked })}
        />
        <h2>Runs by a schedule</h2>
      </label>
      {hasSchedule ? (
        <>
          <ZoneNames />
          <Schedules
            schedules={schedules}
            set={(next) => change((now) => ({ schedules: next(now.schedules) }))}
            faults={shown}
            preview={preview}
          />
          {preview.slots === null ? null : (
            <SchedulePreview slots={preview.slots} schedules={preview.schedules} planned={planned} />
          )}
        </>
      ) : (
        <FieldFaults faults={[...faultsBelow(faults, ['body', 'schedule']), ...faultsOfList(faults)]} />
      )}
    </section>
  );
}

interface SchedulesProps {
  readonly schedules: Listed;
  /** Of what there is by then: one field may be left and another one filled before this is drawn again. */
  readonly set: (next: (schedules: Listed) => Listed) => void;
  readonly faults: readonly FieldFault[];
  readonly preview: Preview;
}

function Schedules({ schedules, set, faults, preview }: SchedulesProps) {
  const add = useRef<HTMLButtonElement>(null);
  const changed = (key: number) => (changes: Partial<ScheduleForm>) =>
    set((all) => all.map((one) => (one.key === key ? { key, form: { ...one.form, ...changes } } : one)));
  const remove = (key: number) => {
    set((all) => all.filter((one) => one.key !== key));
    add.current?.focus();
  };
  const [only] = schedules;
  const isOne = isAlone(schedules.map(({ form: { id } }) => ({ id })));
  return (
    <>
      {isOne && only !== undefined ? (
        <ScheduleEditor form={only.form} change={changed(only.key)} faults={faultsOfSchedule(faults, 0)} />
      ) : (
        <>
          <p class="soft">
            Their times are taken together, on whole minutes: what falls on the same minute runs once, by the
            first of them. A run by hand goes by the first, too.
          </p>
          <ol class="schedules" aria-label="Schedules">
            {schedules.map(({ key, form }, index) => (
              <ScheduleItem
                key={key}
                form={form}
                index={index}
                name={form.id || preview.schedules[index]?.id || null}
                change={changed(key)}
                faults={faultsOfSchedule(faults, index)}
                isOpen={schedules.length <= 2 || index === schedules.length - 1}
                remove={schedules.length === 1 ? null : () => remove(key)}
                moveUp={index === 0 ? null : () => set((all) => movedUp(all, key))}
              />
            ))}
          </ol>
        </>
      )}
      <FieldFaults faults={faultsOfList(faults)} />
      {schedules.length < MOST ? (
        <p>
          <button type="button" ref={add} onClick={() => set((all) => withSchedule(all, Date.now()))}>
            Another schedule
          </button>
        </p>
      ) : (
        <p class="soft">A task has at most {MOST} schedules.</p>
      )}
    </>
  );
}

/** Opens what the field is folded away in. */
function goToField(section: HTMLElement | null, { id, field }: ScheduleAim): void {
  const item = id === null ? null : section?.querySelector(`[data-schedule="${CSS.escape(id)}"]`);
  const found = (item ?? section)?.querySelector<HTMLElement>(`[data-field="${CSS.escape(field)}"]`);
  for (let fold = found?.closest('details'); fold; fold = fold.parentElement?.closest('details')) {
    fold.open = true;
  }
  // After the title of the screen, which takes the focus of who came by a link.
  requestAnimationFrame(() => found?.focus());
}
