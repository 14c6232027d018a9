/** The last signed checkpoint, to be kept elsewhere, and the key that it is checked with. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { Skeleton } from '../../frame/page.tsx';
import { Copied } from './copied.tsx';

const ASKED_AGAIN_MS = 60_000;

/** The key as text; null: nothing is signed here. */
export function useAuditKey() {
  return useQuery({
    queryKey: ['audit', 'key'],
    queryFn: async ({ signal }) => {
      try {
        return await answered(api.GET('/api/v1/audit/log/key', { parseAs: 'text', signal }));
      } catch (error) {
        if (hasCode(error, 'NOT_FOUND')) return null;
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function CheckpointSection() {
  const key = useAuditKey();
  const note = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: async ({ signal }) => {
      try {
        return await answered(api.GET('/api/v1/audit/log/checkpoint', { parseAs: 'text', signal }));
      } catch (error) {
        if (hasCode(error, 'NOT_FOUND')) return null;
        throw error;
      }
    },
    refetchInterval: ASKED_AGAIN_MS,
  });
  return (
    <section class="panel padded stack" aria-labelledby="audit-checkpoint">
      <h2 id="audit-checkpoint">Checkpoint</h2>
      {note.error === null ? null : <FaultPanel error={note.error} retry={() => void note.refetch()} />}
      {key.error === null ? null : <FaultPanel error={key.error} retry={() => void key.refetch()} />}
      {note.data === undefined && note.error === null ? (
        <Skeleton label="The checkpoint is loading" rows={1} />
      ) : null}
      {note.data === null ? <p>No checkpoint has been signed yet.</p> : null}
      {typeof note.data === 'string' ? (
        <>
          <p>
            It covers the first {Number(note.data.split('\n')[1]).toLocaleString('en-GB')} events. Keep it
            where nobody who can write to the store can: a log that was rewritten since does not begin with
            it.
          </p>
          <Copied label="The last checkpoint" text={note.data} />
        </>
      ) : null}
      {typeof key.data === 'string' ? (
        <>
          <p class="soft">
            The public key. Get it once by another way as well: what a service says of its own key proves
            nothing.
          </p>
          <Copied label="Public key" text={key.data} />
        </>
      ) : null}
    </section>
  );
}
