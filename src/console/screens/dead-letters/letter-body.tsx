/** What a dead letter says, as text: nothing of it is a page. */
import { useQuery } from '@tanstack/preact-query';
import { answered, api } from '../../api/client.ts';
import { FaultPanel } from '../../frame/no-screen.tsx';
import { Text } from '../../parts/text.tsx';

export function LetterBody({ number }: { readonly number: number }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letters', number],
    queryFn: ({ signal }) => {
      const params = { path: { number: String(number) } };
      return answered(api.GET('/api/v1/dead-letters/{number}', { params, signal }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error !== null) return <FaultPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <>
      {data.encoding === 'base64' ? <p class="soft">It is no text; in base64:</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keys */}
      <section class="letter-body" tabIndex={0} aria-label={`Body of letter ${number}`}>
        <pre>
          <Text>{indented(data.body)}</Text>
        </pre>
      </section>
    </>
  );
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
