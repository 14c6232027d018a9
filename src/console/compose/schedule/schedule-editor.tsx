/** A schedule of a task: what kind, when, in which zone, with which limits. It holds no state: the form is given. */
import { useId } from 'preact/hooks';
import type { FieldFault } from '../../api/problems.ts';
import { TypedInput } from '../../parts/typed-input.tsx';
import { viewerZone } from '../../parts/zones.ts';
import { FieldFaults } from '../forms/field.tsx';
import { CronWords } from './cron-words.tsx';
import { KindFields } from './kind-fields.tsx';
import { OptionFields } from './option-fields.tsx';
import {
  SCHEDULE_KINDS,
  type ScheduleForm,
  type ScheduleKind,
  scheduleDocumentOf,
  scheduleFieldOf,
} from './schedule-form.ts';
import { scheduleWords } from './schedule-words.ts';

export interface ScheduleEditorProps {
  readonly form: ScheduleForm;
  readonly change: (changes: Partial<ScheduleForm>) => void;
  /** Paths below the schedule. */
  readonly faults: readonly FieldFault[];
}

/** What each part of the editor is given. */
export interface ScheduleFieldsProps {
  readonly form: ScheduleForm;
  readonly change: (changes: Partial<ScheduleForm>) => void;
  readonly faultsOf: (field: keyof ScheduleForm) => readonly FieldFault[];
}

const KIND_WORDS: Readonly<Record<ScheduleKind, string>> = {
  weekly: 'Weekly',
  daily: 'Daily',
  monthly: 'Monthly',
  interval: 'Every …',
  once: 'Once',
  cron: 'Cron',
  rrule: 'Rule',
};

export function ScheduleEditor({ form, change, faults }: ScheduleEditorProps) {
  const group = useId();
  const fieldFaults = (field: keyof ScheduleForm) =>
    faults.filter(({ loc }) => scheduleFieldOf(loc, form.kind) === field);
  const others = faults.filter(({ loc }) => scheduleFieldOf(loc, form.kind) === null);
  const fields = { form, change, faultsOf: fieldFaults };
  return (
    <div class="schedule-editor">
      <div class="kinds" role="radiogroup" aria-label="Kind of schedule">
        {SCHEDULE_KINDS.map((kind) => (
          <label key={kind}>
            <input type="radio" name={group} checked={form.kind === kind} onChange={() => change({ kind })} />
            {KIND_WORDS[kind]}
          </label>
        ))}
      </div>
      <div class="kind-fields">
        <KindFields {...fields} />
        <ZoneField {...fields} />
      </div>
      <Words form={form} />
      <FieldFaults faults={others} />
      <OptionFields {...fields} />
    </div>
  );
}

function Words({ form }: { readonly form: ScheduleForm }) {
  if (form.kind === 'cron')
    return <CronWords expression={form.expression} needsAll={form.cronDays === 'all'} />;
  const words = form.kind === 'once' ? null : scheduleWords(scheduleDocumentOf(form));
  return words === null ? null : <p class="words">{words}</p>;
}

function ZoneField({ form, change, faultsOf }: ScheduleFieldsProps) {
  const id = useId();
  const faults = faultsOf('timezone');
  return (
    <div class="field">
      <label for={id}>Time zone</label>
      <TypedInput
        id={id}
        list={ZONES}
        data-field="timezone"
        value={form.timezone}
        spellcheck={false}
        autoComplete="off"
        aria-invalid={faults.length > 0}
        done={(typed) => change({ timezone: typed.trim() || viewerZone })}
      />
      <FieldFaults faults={faults} />
    </div>
  );
}

const ZONES = 'zone-names';

/** The names that fields for zones offer: once on a page, for there are hundreds. */
export function ZoneNames() {
  return (
    <datalist id={ZONES}>
      {[...new Set([viewerZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
}
