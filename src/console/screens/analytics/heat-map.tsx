/** When tasks run: by weekday and hour of the zone that is shown. A table with numbers, shaded for who sees it. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { WEEKDAY_NAMES } from '../../compose/schedule/schedule-document.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { shownZone } from '../../parts/zones.ts';
import { heatOf } from './chart-scale.ts';

export function HeatMap({ days }: { readonly days: number }) {
  const timezone = shownZone(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['analytics', 'hours', days, timezone],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/v1/analytics/hours', { params: { query: { days, timezone } }, signal })),
    placeholderData: (before) => before,
  });
  const most = Math.max(0, ...(data?.executions.flat() ?? []));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on narrow pages it scrolls, by keys too
    <section class="panel padded chart" tabIndex={0} aria-label="Runs by hour">
      <h2>Runs by hour, in {timezone}</h2>
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined ? null : (
        <table class="heat-map">
          <thead>
            <tr>
              <td />
              {Array.from({ length: 24 }, (_, hour) => (
                <th key={hour} scope="col">
                  {hour}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.executions.map((hours, weekday) => (
              <tr key={WEEKDAY_NAMES[weekday]}>
                <th scope="row">{WEEKDAY_NAMES[weekday]}</th>
                {hours.map((count, hour) => (
                  <td key={hour} class={`heat-${heatOf(count, most)}`} title={`${hour}:00, ${count} runs`}>
                    <span class="visually-hidden">{count}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
