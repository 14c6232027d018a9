/** Which events are wanted, the first of them, and all of them into a file. */

import { useRef, useState } from 'preact/hooks';
import { ApiProblem } from '../../api/problems.ts';
import { Field } from '../../compose/forms/field.tsx';
import { instantOfLocal, localText } from '../../compose/wall-time.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { showNotice } from '../../frame/notices.tsx';
import { bytesText } from '../../parts/bytes-text.ts';
import { TypedInput } from '../../parts/typed-input.tsx';
import { shownZone } from '../../parts/zones.ts';
import { EventPreview } from './event-preview.tsx';
import { type AuditFilter, answeredLines, auditQuery } from './lines.ts';
import { lineFile, saveLines } from './save-lines.ts';

export interface LogSectionProps {
  readonly filters: AuditFilter;
  readonly change: (filters: Readonly<Record<string, string | null>>) => void;
}

export function LogSection({ filters, change }: LogSectionProps) {
  const [error, setError] = useState<unknown>(null);
  return (
    <section class="panel padded stack" aria-labelledby="audit-log">
      <h2 id="audit-log">Log</h2>
      <p class="soft">
        Events as they are stored, of everybody. What people wrote is sealed: it is in the file, and nobody
        can read it there.
      </p>
      <FilterFields filters={filters} change={change} error={error} />
      {error === null ? null : <FaultPanel error={error} />}
      <SaveButton filters={filters} setError={setError} />
      <EventPreview filters={filters} />
    </section>
  );
}

const FIELDS = [
  { name: 'user', member: 'user_id', label: 'User' },
  { name: 'task', member: 'task_id', label: 'Task' },
  { name: 'types', member: 'types', label: 'Types', help: 'task.created, task.deleted' },
  { name: 'after', member: 'after', label: 'After event', help: 'A number of the log.' },
  { name: 'until', member: 'until', label: 'Up to event' },
] as const;

function FilterFields({ filters, change, error }: LogSectionProps & { readonly error: unknown }) {
  const faults = error instanceof ApiProblem ? error.faults : [];
  const zone = shownZone(null);
  const shown = (at: string | undefined) =>
    at === undefined || Number.isNaN(Date.parse(at)) ? '' : localText(zone, Date.parse(at));
  const instant = (text: string) => {
    const at = instantOfLocal(zone, text);
    return at === null ? null : new Date(at).toISOString();
  };
  return (
    <div class="filters audit-filters">
      {FIELDS.map(({ name, member, label, ...more }) => (
        <Field
          key={name}
          label={label}
          help={'help' in more ? more.help : null}
          faults={faults.filter(({ loc }) => loc[1] === member)}
        >
          {(input) => (
            <TypedInput
              {...input}
              value={filters[name] ?? ''}
              spellcheck={false}
              done={(typed) => change({ [name]: typed.trim() })}
            />
          )}
        </Field>
      ))}
      {(['from', 'to'] as const).map((name) => (
        <Field
          key={name}
          label={name === 'from' ? 'From' : 'Before'}
          help={zone}
          faults={faults.filter(({ loc }) => loc[1] === name)}
        >
          {(input) => (
            <input
              {...input}
              type="datetime-local"
              value={shown(filters[name])}
              onChange={(event) => change({ [name]: instant(event.currentTarget.value) })}
            />
          )}
        </Field>
      ))}
    </div>
  );
}

interface SaveButtonProps {
  readonly filters: AuditFilter;
  readonly setError: (error: unknown) => void;
}

function SaveButton({ filters, setError }: SaveButtonProps) {
  const [bytes, setBytes] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const save = async () => {
    const leave = new AbortController();
    stop.current = leave;
    setError(null);
    try {
      // Asked before a file is picked: a refusal leaves none behind.
      const body = await answeredLines(`events${auditQuery(filters)}`, leave.signal);
      const file = await lineFile('events.ndjson').catch(async (error: unknown) => {
        await body.cancel();
        throw error;
      });
      if (file === null) return await body.cancel();
      setBytes(0);
      const saved = await saveLines(body, file, setBytes);
      const size = bytesText(saved.bytes);
      if (!saved.isWhole) throw new Error(`The answer was cut short after ${size}: save it again.`);
      showNotice(`Saved: ${size}, to the last line`);
    } catch (error) {
      if (!leave.signal.aborted) setError(error);
    } finally {
      setBytes(null);
    }
  };
  return (
    <div class="row">
      <button type="button" class="primary" disabled={bytes !== null} onClick={() => void save()}>
        Save to a file
      </button>
      {bytes === null ? null : (
        <>
          <span role="status">{bytesText(bytes)} so far</span>
          <button type="button" onClick={() => stop.current?.abort()}>
            Stop
          </button>
        </>
      )}
    </div>
  );
}
