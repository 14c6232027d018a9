/** For administrators: how the service is, who schedules, what is stored, what is due. Nothing that a user has written. */
import { useQuery } from '@tanstack/preact-query';
import { type ApiSchema, answered, api, outcomeOf } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { bytesText } from '../../parts/bytes-text.ts';
import { viewer } from '../../session.ts';
import { healthSentences } from './health-words.ts';
import { InstancesTable } from './instances-table.tsx';
import { PendingTable } from './pending-table.tsx';
import { SchedulerFacts } from './scheduler-facts.tsx';

const ASKED_AGAIN_MS = 5_000;
type Health = ApiSchema<'Health'>;

export default function OperateScreen() {
  const isAdmin = viewer.value?.roles.includes('admin') === true;
  const health = useQuery({
    queryKey: ['operate', 'health'],
    queryFn: ({ signal }) => readHealth(signal),
    refetchInterval: ASKED_AGAIN_MS,
    enabled: isAdmin,
  });
  const scheduler = useQuery({
    queryKey: ['operate', 'scheduler'],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/scheduler/status', { signal })),
    refetchInterval: ASKED_AGAIN_MS,
    enabled: isAdmin,
  });
  if (!isAdmin || hasCode(health.error, 'FORBIDDEN')) {
    return (
      <ScreenPage title="Operate">
        <Empty text="This screen is for administrators." />
      </ScreenPage>
    );
  }
  return (
    <ScreenPage title="Operate">
      <div class="stack">
        <section class="panel padded stack" aria-labelledby="health">
          <h2 id="health">Health</h2>
          {health.error === null ? null : (
            <FaultPanel error={health.error} retry={() => void health.refetch()} />
          )}
          {health.data === undefined && health.error === null ? (
            <Skeleton label="Health is loading" rows={3} />
          ) : null}
          {health.data === undefined ? null : <HealthWords health={health.data} />}
        </section>
        <section class="panel padded stack" aria-labelledby="scheduler">
          <h2 id="scheduler">Scheduler</h2>
          {scheduler.error === null ? null : (
            <FaultPanel error={scheduler.error} retry={() => void scheduler.refetch()} />
          )}
          {scheduler.data === undefined && scheduler.error === null ? (
            <Skeleton label="The scheduler is loading" rows={3} />
          ) : null}
          {scheduler.data === undefined ? null : <SchedulerFacts status={scheduler.data} />}
        </section>
        <InstancesTable askedAgainMs={ASKED_AGAIN_MS} />
        <PendingTable />
        {health.data === undefined ? null : <Streams health={health.data} />}
      </div>
    </ScreenPage>
  );
}

/** An instance that is not healthy says so by 503, and tells as much. */
async function readHealth(signal: AbortSignal): Promise<Health> {
  const outcome = await api.GET('/health/detailed', { signal });
  const told = (outcome.data ?? outcome.error) as Partial<Health> | undefined;
  if (told?.components !== undefined) return told as Health;
  return answered(outcomeOf(Promise.resolve(outcome)) as ReturnType<typeof outcomeOf<Health>>);
}

function HealthWords({ health }: { readonly health: Health }) {
  return (
    <ul aria-live="polite">
      {healthSentences(health).map(({ text, isBad }) => (
        <li key={text} class={isBad ? 'bad' : undefined}>
          {text}
        </li>
      ))}
      <li class="soft">Version {health.version}. This is of the instance that answered.</li>
    </ul>
  );
}

interface StreamRow {
  readonly name: string;
  readonly messages: number;
  readonly bytes: number;
}

function Streams({ health }: { readonly health: Health }) {
  const streams = (health.components?.streams ?? null) as readonly StreamRow[] | null;
  if (streams === null) return null;
  const rows = [...streams].sort((a, b) => b.bytes - a.bytes);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on narrow pages it scrolls, by keys too
    <section class="panel padded chart streams" tabIndex={0} aria-labelledby="storage">
      <h2 id="storage">Storage</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Stream</th>
            <th scope="col">Messages</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, messages, bytes }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{messages.toLocaleString('en-GB')}</td>
              <td class="number">{bytesText(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
