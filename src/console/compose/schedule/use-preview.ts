/** The slots that a schedule would have, asked of the service a moment after the schedule last changed. */
import { useEffect, useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { ApiProblem, type FieldFault } from '../../api/problems.ts';
import type { ScheduleDocument } from './schedule-document.ts';

const QUIET_MS = 150;

export type PreviewedSlot = ApiSchema<'SchedulePreview'>['slots'][number];

export interface Preview {
  /** Of the last schedule that the service could read; kept while the next is asked for. */
  readonly slots: readonly PreviewedSlot[] | null;
  /** What is wrong with the schedule as it is now; paths below the schedule. */
  readonly faults: readonly FieldFault[];
  /** Why the service could not be asked; null where it was. */
  readonly error: unknown;
}

const NOTHING: Preview = { slots: null, faults: [], error: null };

/** `schedule` null: there is nothing to ask for. */
export function usePreview(schedule: ScheduleDocument | null, count: number): Preview {
  const [preview, setPreview] = useState(NOTHING);
  const asked = JSON.stringify(schedule);
  useEffect(() => {
    if (schedule === null) {
      setPreview(NOTHING);
      return;
    }
    const end = new AbortController();
    const timer = setTimeout(() => {
      ask(schedule, count, end.signal).then(
        (slots) => setPreview({ ...NOTHING, slots }),
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

async function ask(schedule: ScheduleDocument, count: number, signal: AbortSignal) {
  // As it is being written: whether it is one, the service says.
  const body = { schedule: { ...schedule } as unknown as ApiSchema<'ScheduleDocument'>, count };
  return (await answered(api.POST('/api/v1/schedules/preview', { body, signal }))).slots;
}

function refusedBy(error: unknown, before: Preview): Preview {
  if (!(error instanceof ApiProblem) || error.faults.length === 0) return { ...before, faults: [], error };
  return { slots: null, faults: faultsBelow(error.faults, ['body', 'schedule']), error: null };
}

/** Those at a place and below it, by their paths from there. */
export function faultsBelow(
  faults: readonly FieldFault[],
  place: readonly (string | number)[],
): FieldFault[] {
  return faults
    .filter(({ loc }) => place.every((step, index) => loc[index] === step))
    .map((fault) => ({ ...fault, loc: fault.loc.slice(place.length) }));
}
