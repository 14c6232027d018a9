/** The slots that schedules would have, asked of the service a moment after they last changed. */
import { useEffect, useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { ApiProblem, type FieldFault } from '../../api/problems.ts';
import { askedSchedules, type ScheduleDocument } from './schedule-document.ts';

const QUIET_MS = 150;

export type PreviewedSlot = ApiSchema<'SchedulePreview'>['slots'][number];

/** A schedule as the slots of a preview name it. */
export interface PreviewedSchedule {
  readonly id: string;
  readonly timezone: string;
}

export interface Preview {
  /** Of the last schedules that the service could read; kept while the next are asked for. */
  readonly slots: readonly PreviewedSlot[] | null;
  /** Those that the slots are of, in the order in which they were asked for. */
  readonly schedules: readonly PreviewedSchedule[];
  /** What is wrong with the schedules as they are now; paths begin with `body`. */
  readonly faults: readonly FieldFault[];
  /** Why the service could not be asked; null where it was. */
  readonly error: unknown;
}

const NOTHING: Preview = { slots: null, schedules: [], faults: [], error: null };

/** `schedules` null: there is nothing to ask for. */
export function usePreview(schedules: readonly ScheduleDocument[] | null, count: number): Preview {
  const [preview, setPreview] = useState(NOTHING);
  const asked = JSON.stringify(schedules);
  useEffect(() => {
    if (schedules === null) {
      setPreview(NOTHING);
      return;
    }
    const end = new AbortController();
    const timer = setTimeout(() => {
      ask(schedules, count, end.signal).then(
        (found) => setPreview({ ...NOTHING, ...found }),
        (error: unknown) => {
          if (!end.signal.aborted) setPreview((before) => refusedBy(error, before));
        },
      );
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      end.abort();
    };
  }, [asked, count]);
  return preview;
}

async function ask(asked: readonly ScheduleDocument[], count: number, signal: AbortSignal) {
  // As they are being written: whether they are any, the service says.
  const body = { ...askedSchedules(asked), count } as unknown as ApiSchema<'PreviewSchedule'>;
  const { slots, schedules } = await answered(api.POST('/api/v1/schedules/preview', { body, signal }));
  return { slots, schedules: schedules as readonly PreviewedSchedule[] };
}

function refusedBy(error: unknown, before: Preview): Preview {
  if (!(error instanceof ApiProblem) || error.faults.length === 0) return { ...before, faults: [], error };
  return { ...NOTHING, faults: error.faults };
}
