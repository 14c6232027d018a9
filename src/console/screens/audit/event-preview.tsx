/** The first events that the filter lets through: no more than these is read. */
import { useQuery } from '@tanstack/preact-query';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { Skeleton } from '../../frame/page.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { type AuditFilter, answeredLines, auditQuery, jsonLines } from './lines.ts';

const ROWS = 20;

interface StoredEvent {
  readonly sequence: number;
  readonly subject: string;
  readonly event?: Readonly<Record<string, unknown>>;
}

export function EventPreview({ filters }: { readonly filters: AuditFilter }) {
  const query = auditQuery(filters);
  const { data, error, refetch } = useQuery({
    queryKey: ['audit', 'events', query],
    queryFn: ({ signal }) => firstEvents(query, signal),
    placeholderData: (before) => before,
    // Each reading of it may go through the whole log.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <FaultPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton label="The first events are loading" rows={4} />;
  if (data.length === 0) return <Empty text="No event fits these filters." />;
  return (
    <table class="runs" aria-label="The first events">
      <thead>
        <tr>
          <th scope="col">Event</th>
          <th scope="col">Time</th>
          <th scope="col">Type</th>
          <th scope="col">By</th>
          <th scope="col">Subject</th>
        </tr>
      </thead>
      <tbody>
        {data.map(({ sequence, subject, event }) => (
          <tr key={sequence}>
            <th scope="row" class="number">
              #{sequence}
            </th>
            <td data-label="Time">{typeof event?.time === 'string' ? <Moment at={event.time} /> : '–'}</td>
            <td data-label="Type">
              <Text>{String(event?.type ?? 'no event')}</Text>
            </td>
            <td data-label="By">
              <Text>{String(event?.actor ?? '–')}</Text>
            </td>
            <td data-label="Subject">
              <Text>{subject}</Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

async function firstEvents(query: string, signal: AbortSignal): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const line of jsonLines(await answeredLines(`events${query}`, signal))) {
    if (typeof line.sequence !== 'number' || events.length === ROWS) break;
    events.push(line as unknown as StoredEvent);
  }
  return events;
}
