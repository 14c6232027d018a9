/** Which items are news, whatever publishers do to their ids, links and titles. */
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/domain/shared/json.ts';
import { dailyNews } from '../../../src/task-types/news/daily-news.ts';
import { newsMonitor } from '../../../src/task-types/news/news-monitor.ts';
import { outboundTo, runOnce } from '../../support/parts/run.ts';
import { type Article, type FeedServer, feedServer, rss } from '../../support/world/feed-server.ts';

/** Titles that each of the documents brings, one run after the other. */
async function toldBy(documents: readonly string[]): Promise<readonly (readonly string[])[]> {
  const server = await feedServer();
  const told: string[][] = [];
  let previous: Json = null;
  for (const document of documents) {
    server.set('/feed', document);
    const { result }: { result: Json } = await runOnce(
      dailyNews([server.feed('feed')]),
      {},
      outboundTo(server.host),
      { previous },
    ).done;
    previous = result;
    told.push((result as unknown as { items: { title: string }[] }).items.map(({ title }) => title));
  }
  return told;
}

interface Entry {
  readonly title: string;
  readonly id: string;
  readonly link: string;
  readonly updated?: string;
}

function atom(entries: readonly Entry[]): string {
  const entry = ({ title, id, link, updated = '2026-03-24T00:00:00Z' }: Entry) =>
    `<entry><title>${title}</title><id>${id}</id><updated>${updated}</updated><link href="${link}"/></entry>`;
  return `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>urn:f</id>
    <updated>2026-03-24T00:00:00Z</updated>${entries.map(entry).join('')}</feed>`;
}

const at = (day: number) => new Date(Date.UTC(2026, 2, day)).toUTCString();
/** Whose id is its address, as blogs have it. */
const permalink = (title: string, url: string, more: Partial<Article> = {}): Article => ({
  title,
  guid: url,
  link: url,
  ...more,
});

describe('nothing new is dropped', () => {
  test('where a page has an entry a day, by the fragment of id and link', async () => {
    const note = (day: number): Entry => ({
      title: `March ${day}`,
      id: `tag:docs.example,2016:notes#March_${day}`,
      link: `https://docs.example/notes#March_${day}`,
      updated: `2026-03-${day}T00:00:00Z`,
    });
    const first = [24, 23, 20].map(note);
    expect(
      await toldBy([atom(first), atom([note(25), ...first]), atom([note(26)]), atom([note(27)])]),
    ).toEqual([['March 24', 'March 23', 'March 20'], ['March 25'], ['March 26'], ['March 27']]);
  });

  test('where the fragment of a permanent address is all that differs', async () => {
    const post = (name: string) => permalink(`Post ${name}`, `http://blog.example/2017/06/26.html#${name}`);
    const all = ['a080605', 'a030658', 'a020604'].map(post);
    expect(await toldBy([rss(all), rss([post('a010101'), ...all]), rss([post('a000000')])])).toEqual([
      ['Post a080605', 'Post a030658', 'Post a020604'],
      ['Post a010101'],
      ['Post a000000'],
    ]);
  });

  test.each<[string, (n: number) => Article]>([
    ['id', (n) => ({ title: `T${n}`, guid: 'https://site.example/', link: `https://site.example/${n}` })],
    ['plain id', (n) => ({ title: `T${n}`, guid: '0', link: `https://site.example/${n}` })],
    ['link', (n) => ({ title: `T${n}`, guid: `${n}`, link: 'https://site.example/changes' })],
    ['address', (n) => permalink(`T${n}`, 'https://site.example/changes', { date: at(n) })],
    ['front page as link', (n) => ({ title: `T${n}`, link: 'https://site.example/' })],
  ])('where all have the same %s: together, and one after the other', async (_what, article) => {
    const together = [rss([2, 1].map(article)), rss([4, 3, 2, 1].map(article)), rss([5].map(article))];
    expect((await toldBy(together)).map((titles) => titles.toSorted())).toEqual([
      ['T1', 'T2'],
      ['T3', 'T4'],
      ['T5'],
    ]);
    expect(await toldBy([rss([article(1)]), rss([article(2)]), rss([article(3)])])).toEqual([
      ['T1'],
      ['T2'],
      ['T3'],
    ]);
  });

  test('where all have the same id and the same link', async () => {
    const article = (n: number) => ({ title: `T${n}`, guid: '0', link: 'https://site.example/changes' });
    expect(await toldBy([rss([2, 1].map(article)), rss([3, 2, 1].map(article))])).toEqual([
      ['T2', 'T1'],
      ['T3'],
    ]);
  });

  test('where only ids and times differ, as of a daily programme', async () => {
    const show = (n: number): Article => ({
      title: 'The News',
      guid: `show-${n}`,
      link: 'https://radio.example/news',
      date: at(n),
    });
    const told = await toldBy([rss([show(2), show(1)]), rss([show(3), show(2), show(1)]), rss([show(4)])]);
    expect(told.map(({ length }) => length)).toEqual([2, 1, 1]);
  });

  test('where posts have no titles', async () => {
    const post = (n: number): Article => ({
      title: '',
      guid: `https://m.example/@a/${n}`,
      link: `https://m.example/@a/${n}`,
      description: 'good morning',
      date: at(1),
    });
    const told = await toldBy([rss([post(2), post(1)]), rss([post(3), post(2), post(1)]), rss([post(4)])]);
    expect(told.map(({ length }) => length)).toEqual([2, 1, 1]);
  });

  test('where two articles of one day have the same headline', async () => {
    const deal = (n: number) => permalink('Deal of the day', `https://shop.example/${n}`, { date: at(1) });
    const told = await toldBy([rss([deal(1)]), rss([deal(2), deal(1)]), rss([deal(3)])]);
    expect(told.map(({ length }) => length)).toEqual([1, 1, 1]);
  });

  test('where a monitor finds a word in several entries of one page', async () => {
    const server = await feedServer({
      feed: rss(['a', 'b', 'c'].map((name) => permalink(`NATS ${name}`, `https://n.example/log#${name}`))),
    });
    const run = () =>
      runOnce(newsMonitor([server.feed('feed')]), { keywords: ['nats'] }, outboundTo(server.host), {
        previous,
      });
    let previous: Json = null;
    previous = (await run().done).result;
    expect(previous).toMatchObject({ count: 3 });
    server.set('/feed', rss([permalink('NATS d', 'https://n.example/log#d')]));
    expect((await run().done).summary).toBe('1 new match: NATS d (nats)');
  });
});

describe('nothing old is told twice', () => {
  const others = [
    permalink('Other', 'https://p.example/other'),
    permalink('Third', 'https://p.example/third'),
  ];
  const before = { title: 'Storm hits coast', guid: 'p-1', link: 'https://p.example/1', date: at(1) };

  test.each<[string, Article, Article]>([
    ['corrected title', before, { ...before, title: 'Storm misses coast' }],
    [
      'title and address',
      before,
      { ...before, title: 'Storm misses', link: 'https://p.example/storm-misses' },
    ],
    ['title and time', before, { ...before, title: 'Storm misses coast', date: at(2) }],
    ['id made anew', before, { ...before, guid: 'p-77' }],
    ['address that has moved', before, { ...before, link: 'https://new.example/a/1' }],
    ['address now by https', { ...before, link: 'http://www.p.example/1/' }, before],
    [
      'address with where the reader comes from',
      before,
      { ...before, link: `${before.link}?utm_source=rss` },
    ],
    [
      'title of an article known by its address alone',
      permalink('Storm hits coast', 'https://p.example/1', { date: at(1) }),
      permalink('Storm misses coast', 'https://p.example/1', { date: at(2) }),
    ],
    [
      'title and the count of corrections in its id',
      { ...before, guid: 'https://p.example/1#0', link: 'https://p.example/1?at_medium=RSS' },
      {
        ...before,
        title: 'Storm misses coast',
        guid: 'https://p.example/1#12',
        link: 'https://p.example/1?at_medium=RSS',
        date: at(2),
      },
    ],
  ])('an article with another %s', async (_what, first, second) => {
    expect(await toldBy([rss([first, ...others]), rss([second, ...others])])).toEqual([
      [expect.any(String), 'Other', 'Third'],
      [],
    ]);
  });

  test('what a feed has twice, with two counts of corrections', async () => {
    const twice = [0, 3].map((n) => ({ ...before, guid: `https://p.example/1#${n}` }));
    expect(await toldBy([rss([...twice, ...others]), rss([...others, ...twice])])).toEqual([
      ['Storm hits coast', 'Other', 'Third'],
      [],
    ]);
  });

  test('what another source has told before', async () => {
    const server = await feedServer({ a: rss([before]) });
    const run = (names: readonly string[], previous: Json) =>
      runOnce(dailyNews(names.map((name) => server.feed(name))), {}, outboundTo(server.host), { previous })
        .done;
    const first = await run(['a'], null);
    server.set('/b', rss([{ ...before, guid: 'b-9' }, ...others]));
    expect((await run(['a', 'b'], first.result)).result).toMatchObject({
      items: [{ title: 'Other' }, { title: 'Third' }],
    });
  });

  test('what a result of an earlier version of the service remembers', async () => {
    const server: FeedServer = await feedServer({ paper: rss([before, ...others]) });
    const run = (previous: Json) =>
      runOnce(dailyNews([server.feed('paper')]), {}, outboundTo(server.host), { previous }).done;
    const { items, memory } = (await run(null)).result as unknown as {
      items: { id: string }[];
      memory: { chosen_by: string; feeds: { feed: string }[] };
    };
    const old = {
      memory: {
        ...memory,
        feeds: memory.feeds.map(({ feed }) => ({
          feed,
          etag: null,
          last_modified: null,
          seen: items.map(({ id }) => id).join(' '),
        })),
      },
    };
    server.set('/paper', rss([{ title: 'New', guid: 'p-2' }, before, ...others]));
    const { result } = await run(old);
    expect(result).toMatchObject({ items: [{ title: 'New' }] });
    expect((await run(result)).result).toMatchObject({ items: [] });
  });
});

test('items of one feed have ids of their own, the same in every run', async () => {
  const server = await feedServer({
    feed: rss([
      permalink('A', 'https://n.example/log#a'),
      permalink('B', 'https://n.example/log#b'),
      { title: 'C', guid: '0', link: 'https://n.example/c' },
      { title: 'D', guid: '0', link: 'https://n.example/d' },
    ]),
  });
  const ids = async () => {
    const { result } = await runOnce(dailyNews([server.feed('feed')]), {}, outboundTo(server.host)).done;
    return (result as unknown as { items: { id: string }[] }).items.map(({ id }) => id);
  };
  expect(new Set(await ids()).size).toBe(4);
  expect(await ids()).toEqual(await ids());
});
