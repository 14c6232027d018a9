/** What the tasks did: runs by day, success, duration, credits, by type. Each chart has its table. */
import { useQuery } from '@tanstack/preact-query';
import { instantOfWall } from '../../../domain/schedule/calendar/local-day.ts';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Link, useFilters } from '../../parts/link.tsx';
import { lengthText } from '../../parts/time-text.ts';
import { shownZone } from '../../parts/zones.ts';
import { BarChart } from './bar-chart.tsx';
import { amountText, durationTop } from './chart-scale.ts';
import { CreditsAhead } from './credits-ahead.tsx';
import { HeatMap } from './heat-map.tsx';
import { TaskTable } from './task-table.tsx';

const PERIODS = ['7', '30', '90', '365'];
type Analytics = ApiSchema<'Analytics'>;

export default function AnalyticsScreen() {
  const { filters, change } = useFilters();
  const days = PERIODS.find((period) => period === filters.days) ?? '30';
  const timezone = shownZone(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['analytics', days, timezone],
    queryFn: ({ signal }) =>
      answered(api.GET('/api/v1/analytics', { params: { query: { days: Number(days), timezone } }, signal })),
    placeholderData: (before) => before,
  });
  return (
    <ScreenPage
      title="Analytics"
      actions={
        <select
          aria-label="Period"
          value={days}
          onChange={(event) => change({ days: event.currentTarget.value })}
        >
          {PERIODS.map((period) => (
            <option key={period} value={period}>
              Last {period} days
            </option>
          ))}
        </select>
      }
    >
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Skeleton label="The figures are loading" /> : null}
      {data === undefined ? null : (
        <div class="stack">
          <Figures data={data} days={Number(days)} />
          <CreditsAhead days={Number(days)} />
        </div>
      )}
    </ScreenPage>
  );
}

function Figures({ data, days }: { readonly data: Analytics; readonly days: number }) {
  if (data.total_executions === 0) {
    return (
      <Empty text="Nothing has run in this time.">
        <Link to="templates" class="button">
          To the templates
        </Link>
      </Empty>
    );
  }
  return (
    <div class="stack">
      <dl class="figures">
        <Figure name="Runs" value={amountText(data.total_executions)} />
        <Figure name="Success" value={`${amountText(data.success_rate)} %`} />
        <Figure
          name="On time"
          value={data.schedule_accuracy === null ? '–' : `${amountText(data.schedule_accuracy)} %`}
          help="Runs of a schedule that started within 5 s of their time."
        />
        <Figure name="Mean duration" value={lengthText(data.average_execution_time * 1000)} />
        <Figure
          name="Half within"
          value={durationText(data.execution_time_p50)}
          help="Half of the runs took no longer."
        />
        <Figure
          name="95 % within"
          value={durationText(data.execution_time_p95)}
          help="Of a hundred runs, 95 took no longer."
        />
        <Figure name="Credits" value={amountText(data.total_credits_consumed)} />
      </dl>
      <p class="soft">Days are those of {data.timezone}.</p>
      <BarChart
        title="Runs by day"
        show={amountText}
        bars={data.daily.map(({ date, executions, successes, failures }) => ({
          date,
          to: dayOfRuns(date, data.timezone),
          parts: [
            { name: 'completed', value: successes },
            { name: 'failed', value: failures },
            { name: 'other', value: executions - successes - failures },
          ],
        }))}
      />
      <BarChart
        title="Credits by day"
        show={amountText}
        bars={data.daily.map(({ date, credits }) => ({
          date,
          to: dayOfRuns(date, data.timezone),
          parts: [{ name: 'credits', value: credits }],
        }))}
      />
      <BarChart
        title="Mean duration by day"
        show={(seconds) => (seconds === 0 ? '0' : lengthText(seconds * 1000))}
        topOf={durationTop}
        bars={data.daily.map(({ date, average_duration }) => ({
          date,
          to: dayOfRuns(date, data.timezone),
          parts: [{ name: 'duration', value: average_duration }],
        }))}
      />
      <HeatMap days={days} />
      <TaskTable />
      <ByType byType={data.by_type} />
    </div>
  );
}

function Figure({
  name,
  value,
  help,
}: {
  readonly name: string;
  readonly value: string;
  readonly help?: string;
}) {
  return (
    <div class="panel figure" title={help}>
      <dt>{name}</dt>
      <dd class="number">{value}</dd>
    </div>
  );
}

function durationText(seconds: number | null): string {
  return seconds === null ? '–' : lengthText(seconds * 1000);
}

/** The runs of a day of the zone, from its first instant to the next day's. */
function dayOfRuns(date: string, timezone: string): string {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const [from, to] = [midnight, midnight + DAY_MS].map((wall) =>
    new Date(instantOfWall(timezone, wall)).toISOString(),
  );
  return `runs?from=${from}&to=${to}`;
}

const DAY_MS = 86_400_000;

function ByType({ byType }: { readonly byType: Analytics['by_type'] }) {
  const rows = Object.entries(byType).sort(([, a], [, b]) => b.executions - a.executions);
  return (
    <section class="panel padded chart">
      <h2>By type of task</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Type</th>
            <th scope="col">Runs</th>
            <th scope="col">Mean duration</th>
            <th scope="col">Credits</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([type, { executions, average_execution_time, credits }]) => (
            <tr key={type}>
              <th scope="row">
                <Link to={`runs?task_type=${type}`}>{type.replaceAll('_', ' ')}</Link>
              </th>
              <td class="number">{amountText(executions)}</td>
              <td class="number">{lengthText(average_execution_time * 1000)}</td>
              <td class="number">{amountText(credits)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
