/** Messages that were given up, by reason; each is read, and sent back alone, with others, or with all. */
import { useInfiniteQuery } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { type ApiSchema, answered, api } from '../../api/client.ts';
import { hasCode } from '../../api/problems.ts';
import { queryClient } from '../../api/query-client.ts';
import { writeOnce } from '../../compose/write-once.ts';
import { Empty, FaultPanel } from '../../frame/no-screen.tsx';
import { showFault, showNotice } from '../../frame/notices.tsx';
import { ScreenPage, Skeleton } from '../../frame/page.tsx';
import { Text } from '../../parts/text.tsx';
import { Moment } from '../../parts/time.tsx';
import { LetterBody } from './letter-body.tsx';

type Letter = ApiSchema<'DeadLetter'>;
type Outcome = ApiSchema<'ReplayedDeadLetters'>['results'][number]['outcome'];

const PAGE = 100;
const OUTCOMES: Readonly<Record<Outcome, string>> = {
  replayed: 'sent back',
  not_found: 'was gone already',
  failed: 'is still here: the store did not answer, it may have been sent',
};

export default function DeadLettersScreen() {
  const [selected, select] = useState<ReadonlySet<number>>(new Set());
  const [outcomes, setOutcomes] = useState<ReadonlyMap<number, Outcome>>(new Map());
  const [isSending, setSending] = useState(false);
  const pages = useInfiniteQuery({
    queryKey: ['dead-letters'],
    queryFn: ({ pageParam, signal }) => {
      const query = { after: pageParam, limit: PAGE };
      return answered(api.GET('/api/v1/dead-letters', { params: { query }, signal }));
    },
    initialPageParam: 0,
    getNextPageParam: (last) => last.next_after,
  });
  const letters = (pages.data?.pages ?? []).flatMap((page) => page.dead_letters);
  const replay = async (numbers: readonly number[] | null) => {
    setSending(true);
    try {
      const { replayed, results, more } = await writeOnce(
        (key) => {
          const body = numbers === null ? {} : { numbers: [...numbers] };
          return answered(
            api.POST('/api/v1/dead-letters/replay', { body, params: { header: { 'Idempotency-Key': key } } }),
          );
        },
        () => {},
      );
      setOutcomes(
        new Map([...outcomes, ...results.map(({ number, outcome }) => [number, outcome] as const)]),
      );
      showNotice(`${replayed} sent back${more ? '; there are more: send again' : ''}`);
      select(new Set());
      await queryClient.invalidateQueries({ queryKey: ['dead-letters'] });
    } catch (error) {
      showFault('Nothing is lost: the letters that were not sent are still here', error);
    } finally {
      setSending(false);
    }
  };
  const toggle = (number: number) => {
    const next = new Set(selected);
    if (!next.delete(number)) next.add(number);
    select(next);
  };
  if (hasCode(pages.error, 'FORBIDDEN')) {
    return (
      <ScreenPage title="Dead letters">
        <Empty text="Dead letters are for administrators." />
      </ScreenPage>
    );
  }
  return (
    <ScreenPage
      title="Dead letters"
      actions={
        letters.length === 0 ? null : (
          <>
            <button
              type="button"
              disabled={isSending || selected.size === 0}
              onClick={() => void replay([...selected])}
            >
              Send back {selected.size} selected
            </button>
            <button type="button" disabled={isSending} onClick={() => void replay(null)}>
              Send back all
            </button>
          </>
        )
      }
    >
      {pages.error === null ? null : <FaultPanel error={pages.error} retry={() => void pages.refetch()} />}
      {pages.data === undefined && pages.error === null ? (
        <Skeleton label="Dead letters are loading" />
      ) : null}
      {pages.data !== undefined && letters.length === 0 ? (
        <Empty text="There are no dead letters: everything was delivered." />
      ) : null}
      {byReason(letters).map(([reason, those]) => (
        <section key={reason} class="stack letters" aria-label={reason}>
          <h2>
            <Text>{reason}</Text> <span class="soft">{those.length}</span>
          </h2>
          <ul class="panel">
            {those.map((letter) => (
              <LetterRow
                key={letter.number}
                letter={letter}
                isSelected={selected.has(letter.number)}
                outcome={outcomes.get(letter.number) ?? null}
                isSending={isSending}
                toggle={() => toggle(letter.number)}
                replay={() => void replay([letter.number])}
              />
            ))}
          </ul>
        </section>
      ))}
      {pages.hasNextPage ? (
        <button type="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          More
        </button>
      ) : null}
    </ScreenPage>
  );
}

function byReason(letters: readonly Letter[]): [string, Letter[]][] {
  const groups = new Map<string, Letter[]>();
  for (const letter of letters) groups.set(letter.reason, [...(groups.get(letter.reason) ?? []), letter]);
  return [...groups].sort(([, a], [, b]) => b.length - a.length);
}

interface LetterRowProps {
  readonly letter: Letter;
  readonly isSelected: boolean;
  readonly outcome: Outcome | null;
  readonly isSending: boolean;
  readonly toggle: () => void;
  readonly replay: () => void;
}

function LetterRow({ letter, isSelected, outcome, isSending, toggle, replay }: LetterRowProps) {
  const [isOpen, open] = useState(false);
  const { number, time, subject, consumer, deliveries, bytes } = letter;
  return (
    <li class="letter">
      <div class="row">
        <input type="checkbox" aria-label={`Letter ${number}`} checked={isSelected} onChange={toggle} />
        <span class="number soft">#{number}</span>
        <Moment at={time} />
        <Text>{subject}</Text>
        <span class="soft">
          <Text>{consumer}</Text>, tried {deliveries} {deliveries === 1 ? 'time' : 'times'}, {bytes} bytes
        </span>
        <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
          Read
        </button>
        <button type="button" class="quiet" disabled={isSending} onClick={replay}>
          Send back
        </button>
      </div>
      {outcome === null ? null : <p class={outcome === 'failed' ? 'bad' : 'soft'}>It {OUTCOMES[outcome]}.</p>}
      {isOpen ? <LetterBody number={number} /> : null}
    </li>
  );
}
