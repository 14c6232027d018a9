/** Runs and credits ahead, day by day of the zone that is shown, from the slots of the schedules as they stand. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { shownZone } from '../../parts/zones.ts';
import { BarChart } from './bar-chart.tsx';
import { amountText } from './chart-scale.ts';

/** The service looks no further ahead. */
const MOST_DAYS = 92;

export function CreditsAhead({ days: asked }: { readonly days: number }) {
  const days = Math.min(asked, MOST_DAYS);
  const timezone = shownZone(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['analytics', 'forecast', days, timezone],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/v1/analytics/forecast', { params: { query: { days, timezone } }, signal })),
    placeholderData: (before) => before,
  });
  if (data === undefined) {
    return error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />;
  }
  const { daily, total_runs, total_credits, is_complete } = data;
  return (
    <section class="stack" aria-labelledby="ahead">
      <h2 id="ahead">The next {days} days</h2>
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      <p>
        {total_runs === 0
          ? 'No run is planned.'
          : `${amountText(total_runs)} ${total_runs === 1 ? 'run is' : 'runs are'} planned. ` +
            (total_credits === 0
              ? 'They take no credits.'
              : `They take at most ${amountText(total_credits)} credits; a run that fails takes none.`)}
        {is_complete ? null : ' There are more: not all of them are counted here.'}{' '}
        <span class="soft">Days are those of {timezone}.</span>
      </p>
      {total_runs === 0 ? null : (
        <BarChart
          title="Runs ahead, by day"
          show={amountText}
          bars={daily.map(({ date, runs }) => ({
            date,
            to: 'calendar',
            parts: [{ name: 'planned', value: runs }],
          }))}
        />
      )}
      {total_credits === 0 ? null : (
        <BarChart
          title="Credits ahead, by day"
          show={amountText}
          bars={daily.map(({ date, credits }) => ({
            date,
            to: 'calendar',
            parts: [{ name: 'credits', value: credits }],
          }))}
        />
      )}
    </section>
  );
}
