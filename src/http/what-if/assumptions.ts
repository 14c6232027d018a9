/** What an answer about what did not happen takes for granted, in sentences with their values. */
import type { Tried } from '../../application/queries/history/what-if.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type Said, says } from '../../domain/shared/says.ts';

export interface Assumption {
  readonly code: string;
  readonly text: string;
  readonly params: Readonly<Record<string, number | string>>;
}

/** Shorter absences are the scheduler’s usual pace. */
const OUTAGE_MS = 5_000;

export function assumptionsOf(
  { recorded, invented, isChanged }: Tried,
  { until, to, typicalMs }: { readonly until: Instant; readonly to: Instant; readonly typicalMs: number },
): Assumption[] {
  const outages = recorded.absences
    .map(({ fromMs, toMs }) => toMs - fromMs)
    .filter((lastedMs) => lastedMs >= OUTAGE_MS);
  const outageMs = outages.reduce((sum, each) => sum + each, 0);
  const others = recorded.ticks.filter(({ by }) => by === 'others');
  const schedules = others.filter(
    ({ event }) => event.type === 'task.updated' && event.data.changes.schedule !== undefined,
  );
  return [
    assumed(
      'recorded_runs',
      says`runs that there were start and take as long as they did, and fail where they failed`,
    ),
    ...(invented === 0
      ? []
      : [
          assumed(
            'typical_runs',
            says`${{ runs: invented }} runs that there were not start at once, succeed and take ${{ milliseconds: typicalMs }} ms`,
          ),
        ]),
    ...(outages.length === 0
      ? []
      : [
          assumed(
            'outages',
            says`nobody took what was due for ${{ milliseconds: outageMs }} ms in ${{ outages: outages.length }} stretches, and nobody does then`,
          ),
        ]),
    ...(others.length === 0
      ? []
      : [
          assumed(
            'edits',
            says`people and services ask for the same ${{ events: others.length }} times, when they did`,
          ),
        ]),
    ...(isChanged && schedules.length > 0
      ? [
          assumed(
            'schedule_kept',
            says`${{ changes: schedules.length }} changes of the schedule are left out`,
          ),
        ]
      : []),
    ...(isChanged ? [assumed('limits', says`limits of the tier are not counted again`)] : []),
    ...(to > until
      ? [
          assumed(
            'ahead',
            says`after ${{ until }} nobody edits the task, no limit is reached and the service is there`,
          ),
        ]
      : []),
  ];
}

function assumed(code: string, { msg, params }: Said): Assumption {
  return { code, text: msg, params: params as Assumption['params'] };
}
