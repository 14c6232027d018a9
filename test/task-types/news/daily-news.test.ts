import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { dailyNews } from '../../../src/task-types/news/daily-news.ts';
import type { NewsFeed } from '../../../src/task-types/news/feed-list.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { type Article, type FeedServer, feedServer, rss } from '../../support/world/feed-server.ts';

function run(
  server: FeedServer,
  feeds: readonly NewsFeed[],
  config: JsonObject = {},
  previous: Json = null,
): OneRun {
  return runOnce(dailyNews(feeds), config, outboundTo(server.host), { previous });
}

// biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
async function resultOf({ done }: OneRun): Promise<any> {
  return (await done).result;
}

function titles(result: { items: { title: string }[] }): string[] {
  return result.items.map(({ title }) => title);
}

const article = (n: number, more: Partial<Article> = {}): Article => ({
  title: `Article ${n}`,
  guid: `paper-${n}`,
  link: `https://paper.example/${n}`,
  date: new Date(Date.UTC(2026, 10, 23, 8, n)).toUTCString(),
  ...more,
});

describe('a digest', () => {
  test('has what the feeds hold, newest first, as plain text', async () => {
    const server = await feedServer({
      paper: rss([
        article(1, {
          title: 'Bread & <b>butter</b>',
          description: '<p>Prices <i>rise</i></p><p>again</p>',
          categories: ['Food'],
        }),
        article(3),
      ]),
      other: rss([article(2, { guid: 'https://other.example/2' })]),
    });
    const { result, summary } = await run(server, [server.feed('paper'), server.feed('other')]).done;
    expect(result).toMatchObject({
      count: 3,
      new_items: 3,
      items: [
        { title: 'Article 3', source: 'paper' },
        { title: 'Article 2', source: 'other' },
        {
          title: 'Bread & butter',
          link: 'https://paper.example/1',
          summary: 'Prices rise again',
          published: '2026-11-23T08:01:00.000Z',
          categories: ['Food'],
          also_in: [],
        },
      ],
      sources: [
        { name: 'paper', url: `${server.url}/paper`, status: 'ok', items: 2, new_items: 2, error: null },
        { name: 'other', status: 'ok', items: 1, new_items: 1 },
      ],
    });
    expect(summary).toBe('3 new items: Article 3; Article 2; Bread & butter');
  });

  test('has an article once that several sources carry, and says which', async () => {
    const server = await feedServer({
      a: rss([article(1)]),
      b: rss([article(1, { guid: 'b-1', link: 'https://paper.example/1?utm_source=b#top' })]),
    });
    const result = await resultOf(run(server, [server.feed('a'), server.feed('b')]));
    expect(result).toMatchObject({ count: 1, items: [{ source: 'a', also_in: ['b'] }] });
  });

  test('keeps to its limit, and the next one is of what came after it', async () => {
    const server = await feedServer({ paper: rss([1, 2, 3, 4, 5].map((n) => article(n))) });
    const feeds = [server.feed('paper')];
    const first = await run(server, feeds, { limit: 2 }).done;
    expect(first.result).toMatchObject({ count: 2, new_items: 5 });
    expect(first.summary).toBe('5 new items: Article 5; Article 4; Article 3; and 2 more');
    server.set('/paper', rss([1, 2, 3, 4, 5, 6].map((n) => article(n))));
    expect(titles(await resultOf(run(server, feeds, { limit: 2 }, first.result)))).toEqual(['Article 6']);
  });

  test('of chosen categories has items of such feeds and items that say so themselves, in any case', async () => {
    const server = await feedServer({
      paper: rss([article(1, { categories: ['SCIENCE'] }), article(2, { categories: ['Sports'] })]),
      lab: rss([article(3, { guid: 'lab-3', link: 'https://lab.example/3' })]),
    });
    const feeds = [server.feed('paper', ['world']), server.feed('lab', ['science'])];
    const result = await resultOf(run(server, feeds, { categories: ['Science'] }));
    expect(titles(result)).toEqual(['Article 3', 'Article 1']);
    const changed = await resultOf(run(server, feeds, { categories: ['sports'] }, result));
    expect(titles(changed), 'unchanged feeds are read again for another choice').toEqual(['Article 2']);
  });

  test('reads the sources of its config: URLs, and names of known feeds', async () => {
    const server = await feedServer({ paper: rss([article(1)]), mine: rss([article(2)]) });
    const known = [server.feed('Paper'), server.feed('unread')].map((feed) => ({
      ...feed,
      url: feed.url.toLowerCase(),
    }));
    const run1 = run(server, known, { sources: ['paper', `${server.url}/mine`, `${server.url}/mine`] });
    expect(titles(await resultOf(run1))).toEqual(['Article 2', 'Article 1']);
    expect(server.requests.map(({ path }) => path).toSorted()).toEqual(['/mine', '/paper']);
    expect(run1.http.callsMade).toBe(2);
  });
});

describe('across runs', () => {
  test('nothing is told twice, and nothing new is no news: the summary is null', async () => {
    const server = await feedServer({ paper: rss([article(1)]) });
    const feeds = [server.feed('paper')];
    const first = await run(server, feeds).done;
    server.set('/paper', rss([article(1, { title: 'Article 1, corrected' })]));
    const second = await run(server, feeds, {}, first.result).done;
    expect(second).toMatchObject({
      summary: null,
      result: { items: [], sources: [{ status: 'ok', items: 1, new_items: 0 }] },
    });
    server.set('/paper', rss([article(2), article(1)]));
    expect(titles(await resultOf(run(server, feeds, {}, second.result)))).toEqual(['Article 2']);
  });

  test('a feed that has not changed is asked for with its ETag and date and not sent again', async () => {
    const server = await feedServer({ paper: rss([article(1)]) });
    const feeds = [server.feed('paper')];
    const first = await resultOf(run(server, feeds));
    const second = await resultOf(run(server, feeds, {}, first));
    expect(second.sources).toMatchObject([{ status: 'not_modified', items: null, error: null }]);
    expect(server.requests[0]?.headers['if-none-match']).toBeUndefined();
    expect(server.requests[1]?.headers).toMatchObject({
      'if-none-match': expect.stringMatching(/^"[0-9a-f]{16}"$/),
      'if-modified-since': 'Mon, 23 Nov 2026 08:00:00 GMT',
    });
    expect(second.memory, 'kept for the run after that').toEqual(first.memory);
  });

  test('what a feed takes out for a while is not news when it is back', async () => {
    const server = await feedServer({ paper: rss([article(1), article(2)]) });
    const feeds = [server.feed('paper')];
    const first = await resultOf(run(server, feeds));
    server.set('/paper', rss([article(2)]));
    const second = await resultOf(run(server, feeds, {}, first));
    server.set('/paper', rss([article(1), article(2)]));
    expect(titles(await resultOf(run(server, feeds, {}, second)))).toEqual([]);
  });

  test('a source that fails keeps its memory', async () => {
    const server = await feedServer({ a: rss([article(1)]), b: rss([article(2)]) });
    const feeds = [server.feed('a'), server.feed('b')];
    const first = await resultOf(run(server, feeds));
    server.set('/a', (_request, response) => response.writeHead(503).end());
    const second = await resultOf(run(server, feeds, {}, first));
    expect(second.sources).toMatchObject([{ status: 'failed' }, { status: 'not_modified' }]);
    server.set('/a', rss([article(1), article(3)]));
    expect(titles(await resultOf(run(server, feeds, {}, second)))).toEqual(['Article 3']);
  });

  test('the same plain id means another item in another feed', async () => {
    const server = await feedServer({ a: rss([{ title: 'A', guid: '1' }]) });
    const first = await resultOf(run(server, [server.feed('a')]));
    server.set('/b', rss([{ title: 'B', guid: '1' }]));
    const second = await resultOf(run(server, [server.feed('a'), server.feed('b')], {}, first));
    expect(titles(second)).toEqual(['B']);
  });

  test('corrections that count on in the fragment of an id are no new items', async () => {
    const server = await feedServer({ a: rss([{ title: 'A', guid: 'https://a.example/1#0' }]) });
    const feeds = [server.feed('a')];
    const first = await resultOf(run(server, feeds));
    server.set('/a', rss([{ title: 'A!', guid: 'https://a.example/1#1' }]));
    expect(titles(await resultOf(run(server, feeds, {}, first)))).toEqual([]);
  });

  test.each<[string, Json]>([
    ['text, where it was cut', '{"items":[{"id'],
    ['a result of another shape', { acknowledged: true }],
    ['a memory that was tampered with', { memory: { chosen_by: 1, feeds: 'x' } }],
  ])('a result before that is %s counts as none', async (_what, previous) => {
    const server = await feedServer({ paper: rss([article(1)]) });
    expect(titles(await resultOf(run(server, [server.feed('paper')], {}, previous)))).toEqual(['Article 1']);
  });

  test('an ETag that cannot be sent back is not kept', async () => {
    const server = await feedServer();
    server.set('/paper', (_request, response) =>
      response
        .writeHead(200, { etag: `"${'x'.repeat(300)}"`, 'last-modified': '\u00fc' })
        .end(rss([article(1)])),
    );
    const feeds = [server.feed('paper')];
    const first = await resultOf(run(server, feeds));
    await resultOf(run(server, feeds, {}, first));
    expect(server.requests[1]?.headers['if-none-match']).toBeUndefined();
    expect(server.requests[1]?.headers['if-modified-since']).toBeUndefined();
  });

  test('the largest result there can be fits into what a result may be', async () => {
    const many = (feed: number) =>
      rss(
        Array.from({ length: 250 }, (_, n) => ({
          title: `${'世'.repeat(290)} ${feed}-${n}`,
          guid: `${feed}-${n}`,
          link: `https://paper.example/${feed}/${n}/${'x'.repeat(1_900)}`,
          description: '界"\\'.repeat(400),
          categories: Array.from({ length: 30 }, (_, c) => `category ${c}`),
        })),
      );
    const names = Array.from({ length: 20 }, (_, at) => `feed-${at}`);
    const server = await feedServer(Object.fromEntries(names.map((name, at) => [name, many(at)])));
    const feeds = names.map((name) => server.feed(name));
    let previous: Json = null;
    for (let round = 0; round < 2; round++) {
      const result: Json = await resultOf(run(server, feeds, { limit: 100 }, previous));
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(256 * 1024);
      previous = result;
      for (const [at, name] of names.entries()) server.set(`/${name}`, many(at + 100));
    }
    // Eighty megabytes of feeds on a machine that has other things to do.
  }, 120_000);
});

describe('a config', () => {
  const executor = dailyNews([{ name: 'paper', url: 'https://paper.example/rss', categories: [] }]);

  test.each<[JsonObject, string]>([
    [{ sources: ['nowhere'] }, 'Must be a URL or the name of a feed: paper'],
    [{ sources: ['ftp://x.example/'] }, 'not an http or https URL'],
    [{ sources: ['https://user:pass@x.example/'] }, 'a URL with a user name or password in it'],
  ])('%j is refused', (config, msg) => {
    const parsed = executor.parseConfig(config);
    expect(parsed).toMatchObject({
      ok: false,
      faults: [{ path: ['sources', 0], msg: expect.stringContaining(msg) }],
    });
  });

  test.each([{ limit: 0 }, { limit: 101 }, { categories: [] }, { sources: [] }, { keywords: ['x'] }])(
    '%j is refused',
    (config) => {
      expect(executor.parseConfig(config as JsonObject).ok).toBe(false);
    },
  );
});
