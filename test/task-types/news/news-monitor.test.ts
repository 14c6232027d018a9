import { describe, expect, onTestFinished, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { keywordOf, SearchedText } from '../../../src/task-types/news/keywords.ts';
import { newsMonitor } from '../../../src/task-types/news/news-monitor.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { type FeedServer, feedServer, rss } from '../../support/world/feed-server.ts';

function watch(
  server: FeedServer,
  keywords: readonly string[],
  previous: Json = null,
  more: JsonObject = {},
): OneRun {
  const executor = newsMonitor([server.feed('paper')]);
  return runOnce(executor, { keywords: [...keywords], ...more }, outboundTo(server.host), { previous });
}

// biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
async function resultOf({ done }: OneRun): Promise<any> {
  return (await done).result;
}

describe('a monitor', () => {
  test('of all words at once and without others tells only of items that have all and none', async () => {
    const titles = ['Solar power in Spain', 'Solar power', 'Spain', 'Solar power in Spain: advertisement'];
    const server = await feedServer({ paper: rss(titles.map((title, at) => ({ title, guid: `${at}` }))) });
    const told = async (more: JsonObject, previous: Json = null) => {
      const result = await resultOf(watch(server, ['spain', 'solar power'], previous, more));
      return { result, titles: result.items.map(({ title }: { title: string }) => title) };
    };
    expect((await told({})).titles).toHaveLength(4);
    expect((await told({ match: 'all' })).titles).toEqual([titles[0], titles[3]]);
    const { result, titles: one } = await told({ match: 'all', exclude: ['Advertisement'] });
    expect(one).toEqual([titles[0]]);
    expect(result.items[0].matches.map(({ keyword }: { keyword: string }) => keyword)).toEqual([
      'spain',
      'solar power',
    ]);
    // Told once, whatever is asked for; what was left out before is told when it is asked for.
    expect((await told({ match: 'all', exclude: ['Advertisement'] }, result)).titles).toEqual([]);
    expect((await told({ exclude: ['advertisement'] }, result)).titles).toEqual(titles.slice(1, 3));
  });

  test('tells what matched, where, and what stands around it', async () => {
    const server = await feedServer({
      paper: rss([
        {
          title: 'NATS 2.15 is out',
          guid: '1',
          description: `${'word '.repeat(30)}nats.io announced ${'more '.repeat(30)}`,
        },
        {
          title: 'Other news',
          guid: '2',
          description: 'nothing here',
          content: '<p>They use <b>JetStream</b> now</p>',
        },
        { title: 'Third', guid: '3', categories: ['Messaging', 'JetStream'] },
        { title: 'Gnats and combinations', guid: '4' },
      ]),
    });
    const { result, summary } = await watch(server, ['nats', 'jetstream', 'announced']).done;
    expect(result).toMatchObject({
      count: 3,
      new_items: 3,
      items: [
        {
          title: 'NATS 2.15 is out',
          matches: [
            { keyword: 'nats', in: 'title', text: 'NATS 2.15 is out' },
            {
              keyword: 'announced',
              in: 'summary',
              text: expect.stringMatching(/^….*nats\.io announced more.*…$/),
            },
          ],
        },
        {
          title: 'Other news',
          matches: [{ keyword: 'jetstream', in: 'content', text: 'They use JetStream now' }],
        },
        { title: 'Third', matches: [{ keyword: 'jetstream', in: 'categories', text: 'JetStream' }] },
      ],
    });
    expect(summary).toBe('3 new matches: NATS 2.15 is out (nats); Other news (jetstream); Third (jetstream)');
  });

  test('tells of an item once, and is silent where nothing is new', async () => {
    const server = await feedServer({ paper: rss([{ title: 'NATS', guid: '1' }]) });
    const first = await watch(server, ['nats']).done;
    expect(first.summary).toBe('1 new match: NATS (nats)');
    const second = await watch(server, ['nats'], first.result).done;
    expect(second).toMatchObject({
      summary: null,
      result: { count: 0, sources: [{ status: 'not_modified' }] },
    });
    server.set(
      '/paper',
      rss([
        { title: 'More NATS', guid: '2' },
        { title: 'NATS', guid: '1' },
      ]),
    );
    const third = await watch(server, ['nats'], second.result).done;
    expect(third.summary).toBe('1 new match: More NATS (nats)');
  });

  test('tells of an item that comes to match when it is rewritten', async () => {
    const server = await feedServer({ paper: rss([{ title: 'Breaking', guid: '1' }]) });
    const first = await resultOf(watch(server, ['nats']));
    server.set('/paper', rss([{ title: 'Breaking: NATS', guid: '1' }]));
    expect((await watch(server, ['nats'], first).done).summary).toBe('1 new match: Breaking: NATS (nats)');
  });

  test('with other keywords looks at an unchanged feed again, and repeats nothing', async () => {
    const server = await feedServer({
      paper: rss([
        { title: 'NATS and Kafka', guid: '1' },
        { title: 'Kafka', guid: '2' },
      ]),
    });
    const first = await resultOf(watch(server, ['nats']));
    const second = await watch(server, ['kafka', 'nats'], first).done;
    expect(second.summary).toBe('1 new match: Kafka (kafka)');
    const third = await watch(server, ['nats', 'kafka'], second.result).done;
    expect(third.result, 'the order of keywords is no change').toMatchObject({
      sources: [{ status: 'not_modified' }],
    });
  });

  test('tells in the next run what was too much for one', async () => {
    const items = Array.from({ length: 150 }, (_, n) => ({ title: `NATS ${n}`, guid: `${n}` }));
    const server = await feedServer({ paper: rss(items) });
    const first = await resultOf(watch(server, ['nats']));
    expect(first).toMatchObject({ count: 100, new_items: 150 });
    const second = await resultOf(watch(server, ['nats'], first));
    expect(second).toMatchObject({ count: 50, new_items: 50, sources: [{ status: 'ok' }] });
    const told = [...first.items, ...second.items].map(({ title }: { title: string }) => title);
    expect(new Set(told).size).toBe(150);
    expect(await resultOf(watch(server, ['nats'], second))).toMatchObject({
      count: 0,
      sources: [{ status: 'not_modified' }],
    });
  });

  test('whatever it finds, its result fits into what a result may be', async () => {
    const keywords = Array.from({ length: 100 }, (_, n) => `${'語"'.repeat(40)}${n}`);
    const items = Array.from({ length: 30 }, (_, n) => ({
      title: `T${n}`,
      guid: `${n}`,
      description: keywords.slice(n, n + 20).join(' '),
      content: keywords.slice(0, 60).join(' '),
    }));
    const server = await feedServer({ paper: rss(items) });
    let previous: Json = null;
    let told = 0;
    for (let round = 0; round < 15 && told < 30; round++) {
      const result = await resultOf(watch(server, keywords, previous));
      expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(256 * 1024);
      told += result.count;
      previous = result;
    }
    expect(told).toBe(30);
  });
});

test('a feed that is made to be slow holds nobody up', async () => {
  const long = 'a'.repeat(4_000);
  const articles = Array.from({ length: 200 }, (_, n) => ({
    title: `${n}`,
    guid: `${n}`,
    description: long,
    content: `${long}b`,
  }));
  const server = await feedServer({ paper: rss(articles) });
  const keywords = Array.from({ length: 100 }, (_, n) => 'a'.repeat(n + 1));
  let longestMs = 0;
  let lastMs = performance.now();
  const turn = () => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  };
  const turns = setInterval(turn, 1);
  onTestFinished(() => clearInterval(turns));
  expect(await resultOf(watch(server, keywords))).toMatchObject({ count: 0, sources: [{ status: 'ok' }] });
  turn();
  // A fraction of a second, most of it for reading the feed; what is guarded against took half a minute.
  expect(longestMs).toBeLessThan(3_000);
});

describe('a keyword', () => {
  const found = (word: string, text: string) => new SearchedText(text).find(keywordOf(word)) !== null;

  test.each([
    ['nats', 'NATS!'],
    ['NATS', 'the nats-server'],
    ['data base', 'a  Data\n base.'],
    ['über', 'ÜBER alles'],
    ['über', 'U\u0308ber'],
    ['ﬁnance', 'Finance'],
    ['ΟΔΟΣ', 'η οδός; οδος'],
    ['москва', 'МОСКВА.'],
    ['C++', 'modern c++, fast'],
    ['.NET', 'the .NET runtime'],
    ['5G', '(5g)'],
    ['東京', '東京都知事'],
    ['กรุงเทพ', 'ที่กรุงเทพมหานคร'],
    ['한국', '한국 뉴스'],
    ['서울', '서울에서 열린'],
    ['NATS', 'NATS는 빠르다'],
    ['covid-19', 'New COVID‑19 wave'],
    ['e-mail', 'E‐Mail an alle'],
    ["don't", 'They don’t know'],
    ['"deep state"', 'the “deep state” again'],
    ['Umwelt', 'Die Um\u00adwelt leidet'],
    ['Umwelt', 'Die Um\u200bwelt'],
    ['Straße', 'STRASSE gesperrt'],
    ['strasse', 'Straße gesperrt'],
    ['İstanbul', 'istanbul’da deprem'],
    ['Diyarbakır', 'DIYARBAKIR'],
    ['Αθήνα', 'ΑΘΗΝΑ'],
    ['محمد', 'محـــمد'],
    ['C++', 'C++20 is out'],
    ['.NET', '東京.NET'],
  ])('%s is in: %s', (word, text) => {
    expect(found(word, text)).toBe(true);
  });

  test.each([
    ['nats', 'gnats'],
    ['nats', 'natsio'],
    ['nats', 'nats_1'],
    ['art', 'start arts party'],
    ['uber', 'Über'],
    ['cafe', 'cafe\u0301'],
    ['мир', 'мировой'],
    ['5G', '15G 5GB'],
    ['C++', 'C'],
    ['.NET', 'see asp.net now'],
    ['@acme', 'mail bob@acme.com'],
    ['inc.', 'see inc.com'],
    ['서울', '남서울 대학교'],
  ])('%s is not in: %s', (word, text) => {
    expect(found(word, text)).toBe(false);
  });

  test.each<[JsonObject]>([
    [{}],
    [{ keywords: [] }],
    [{ keywords: [''] }],
    [{ keywords: ['\u200b'] }],
    [{ keywords: ['x'.repeat(101)] }],
    [{ keywords: 'nats' }],
  ])('%j is refused', (config) => {
    expect(newsMonitor([]).parseConfig(config).ok).toBe(false);
  });
});
