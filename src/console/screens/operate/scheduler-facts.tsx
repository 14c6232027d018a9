import type { ApiSchema } from '../../api/client.ts';
import { lengthText } from '../../parts/time-text.ts';

const NONE = '–';

/** Who leads, and how the scheduler of the instance that answered is. */
export function SchedulerFacts({ status }: { readonly status: ApiSchema<'SchedulerStatus'> }) {
  const { leader, term, state, lateness_ms } = status;
  const count = (value: number | null) => (value === null ? NONE : value.toLocaleString('en-GB'));
  const lateness =
    lateness_ms === null || lateness_ms.count === 0
      ? NONE
      : `half within ${lengthText(lateness_ms.p50)}, 99 % within ${lengthText(lateness_ms.p99)}, ` +
        `at most ${lengthText(lateness_ms.max)} (${count(lateness_ms.count)} runs)`;
  const facts: readonly (readonly [string, string])[] = [
    ['Leader', leader ?? 'Nobody leads: nothing is started by a schedule.'],
    ['Term', count(term)],
    ['This instance', state ?? 'It has no scheduler.'],
    ['Tasks with a timer or a run', count(status.tasks)],
    ['Timers set', count(status.armed_timers)],
    ['Runs held back by a limit of their user', count(status.held_back)],
    ['Overdue by', status.overdue_ms === null ? NONE : lengthText(status.overdue_ms)],
    ['Start after due', lateness],
    ['Behind the log', status.lag === null ? NONE : `${count(status.lag)} events`],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd class={name === 'Leader' && leader === null ? 'bad' : undefined}>{value}</dd>
        </>
      ))}
    </dl>
  );
}
