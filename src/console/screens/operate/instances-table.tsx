/** The instances of the service that were heard of lately, and what each of them leads. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { Skeleton } from '../../frame/page.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';

export function InstancesTable({ askedAgainMs }: { readonly askedAgainMs: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['operate', 'instances'],
    queryFn: ({ signal }) => answered(api.GET('/api/v1/instances', { signal })),
    refetchInterval: askedAgainMs,
  });
  const orphans = data?.leases.filter(({ leader }) => leader === null) ?? [];
  return (
    <section class="panel padded stack" aria-labelledby="instances">
      <h2 id="instances">Instances</h2>
      {error === null ? null : <FaultPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <Skeleton label="The instances are loading" rows={2} /> : null}
      {orphans.length === 0 ? null : (
        <p class="bad">Nobody leads: {orphans.map(({ lease }) => lease).join(', ')}.</p>
      )}
      {data === undefined ? null : (
        <table class="runs">
          <thead>
            <tr>
              <th scope="col">Instance</th>
              <th scope="col">Leads</th>
              <th scope="col">Roles</th>
              <th scope="col">Version</th>
              <th scope="col">Started</th>
              <th scope="col">Last heard of</th>
            </tr>
          </thead>
          <tbody>
            {data.instances.map(({ instance, leads, roles, version, started_at, seen_at }) => (
              <tr key={instance}>
                <th scope="row">
                  <Text>{instance}</Text>
                </th>
                <td data-label="Leads">{leads.length === 0 ? 'nothing' : leads.join(', ')}</td>
                <td data-label="Roles">{roles.join(', ')}</td>
                <td data-label="Version">{version}</td>
                <td data-label="Started">
                  <Moment at={started_at} />
                </td>
                <td data-label="Last heard of">
                  <Moment at={seen_at} near />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
