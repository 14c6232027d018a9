/** The text of feeds as it comes: characters, what surrounds it, links, times, items without titles. */
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { decodedText } from '../../../src/task-types/foreign/character-set.ts';
import { dailyNews } from '../../../src/task-types/news/daily-news.ts';
import { publishedAt } from '../../../src/task-types/news/feed-dates.ts';
import { parseFeedItems } from '../../../src/task-types/news/feed-items.ts';
import { newsMonitor } from '../../../src/task-types/news/news-monitor.ts';
import { outboundTo, runOnce } from '../../support/parts/run.ts';
import { feedServer, rss } from '../../support/world/feed-server.ts';

const FEED = 'https://f.example/x/feed.xml';
const items = (document: string) => parseFeedItems(document, FEED);
const one = rss([{ title: 'First', link: 'https://e.example/1', guid: '1' }]);

describe('bytes', () => {
  const text = '<?xml version="1.0"?><t>Übung naïve œuvre</t>';
  test.each<[string, Buffer, string | undefined, string]>([
    ['UTF-8 under a header of Latin-1', Buffer.from(text), 'text/xml; charset=ISO-8859-1', text],
    [
      'UTF-8 that says it is Latin-1',
      Buffer.from(text.replace('1.0"', '1.0" encoding="ISO-8859-1"')),
      undefined,
      text.replace('1.0"', '1.0" encoding="ISO-8859-1"'),
    ],
    ['windows-1252 that says nothing', Buffer.from('<t>\x93Ü\x94</t>', 'latin1'), undefined, '<t>“Ü”</t>'],
    [
      'windows-1252 that says it is UTF-8',
      Buffer.from('<t>Ü</t>', 'latin1'),
      'text/xml; charset=utf-8',
      '<t>\ufffd</t>',
    ],
    [
      'windows-1251 as declared',
      Buffer.from([0x3c, 0xcc, 0xe8, 0xf0]),
      'text/xml; charset=windows-1251',
      '<Мир',
    ],
    [
      'windows-1251 as it says itself, where the server says Latin-1 of everything',
      Buffer.concat([
        Buffer.from('<?xml version="1.0" encoding="windows-1251"?>'),
        Buffer.from([0xcc, 0xe8, 0xf0]),
      ]),
      'text/xml; charset=ISO-8859-1',
      '<?xml version="1.0" encoding="windows-1251"?>Мир',
    ],
    ['Shift_JIS as declared', Buffer.from([0x93, 0x8c, 0x8b, 0x9e]), 'text/xml; charset=Shift_JIS', '東京'],
    [
      'ISO-2022-JP, which is ASCII to look at',
      Buffer.from('\x1b$BEl5~\x1b(B'),
      'text/xml; charset=iso-2022-jp',
      '東京',
    ],
    ['UTF-16LE without its mark', Buffer.from(text, 'utf16le'), undefined, text],
    ['UTF-16BE without its mark', Buffer.from(text, 'utf16le').swap16(), 'text/xml', text],
    [
      'UTF-8 with one byte broken',
      Buffer.concat([Buffer.from('Übungen über Übungen für Ämter '.repeat(9)), Buffer.from([0xff])]),
      undefined,
      `${'Übungen über Übungen für Ämter '.repeat(9)}\ufffd`,
    ],
  ])('%s', (_what, bytes, contentType, expected) => {
    expect(decodedText(bytes, contentType)).toBe(expected);
  });
});

describe('what surrounds a feed', () => {
  test.each<[string, string]>([
    ['a script after it', `${one}<script src="//cdn.example/x.js"></script>`],
    ['text after it', `${one}\n\nGenerated in 0.3 s`],
    ['a comment after it, with a feed in it', `${one}<!-- ${'x'.repeat(9_000)} <rss><item> -->`],
    ['another feed after it', one + one.replace(/^<\?xml.*\?>/, '').replaceAll('First', 'Other')],
    ['white space and a mark before it', `\n \ufeff${one}`],
    ['the end of a feed in its text', rss([{ title: 'First', guid: '1', description: 'write </rss> last' }])],
  ])('%s is passed over', (_what, document) => {
    expect(items(document).map(({ title }) => title)).toEqual(['First']);
  });

  test.each<[string, string, string]>([
    [
      'a feed cut off after such an end',
      rss([{ title: 'A', description: '</rss>' }]).replace(/<\/channel>[\s\S]*$/, ''),
      'ends in the middle',
    ],
    ['a feed cut off in a comment', `${one.replace('</rss>', '')}<!-- </rss>`, 'malformed'],
    [
      'an external entity',
      `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>&x;</title></item></channel></rss>`,
      'external entity',
    ],
    ['a page', '<!doctype html><html><body>hello</body></html>', 'not a feed'],
  ])('%s is refused, and said so', (_what, document, message) => {
    expect(() => items(document)).toThrow(message);
  });

  test('gzip that nobody asked for or speaks of is unpacked; 203 is an answer', async () => {
    const server = await feedServer();
    server.set('/feed', (_, response) => response.writeHead(203).end(gzipSync(one)));
    const { result } = await runOnce(dailyNews([server.feed('feed')]), {}, outboundTo(server.host)).done;
    expect(result).toMatchObject({ items: [{ title: 'First' }] });
  });
});

describe('feeds of JSON', () => {
  test('have items without titles, and ids that are numbers', () => {
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'C',
      items: [
        { id: 1, url: 'https://e.example/1', title: 'A' },
        { id: 2, content_text: 'no title' },
      ],
    };
    expect(items(JSON.stringify(feed))).toMatchObject([{ title: 'A' }, { title: '', content: 'no title' }]);
    expect(items(`${JSON.stringify(feed, null, 1)};\n`)).toHaveLength(2);
  });

  test.each<[string, unknown]>([
    [
      'a list',
      [
        {
          title: 'A',
          link: 'https://e.example/1',
          guid: { '#value': 'g' },
          category: ['x', { '#value': 'y' }],
        },
      ],
    ],
    ['one item', { title: 'A', link: 'https://e.example/1', category: 'x' }],
  ])('may be RSS in JSON: %s', (_what, item) => {
    const document = JSON.stringify({ rss: { version: '2.0', channel: { title: 'C', item } } });
    expect(items(document)).toMatchObject([{ title: 'A', link: 'https://e.example/1' }]);
  });
});

describe('links', () => {
  const atom = (attributes: string, entries: string) =>
    `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" ${attributes}><title>C</title><id>urn:x</id>
      <updated>2026-01-01T00:00:00Z</updated>${entries}</feed>`;
  const entry = (attributes: string, link: string) =>
    `<entry ${attributes}><id>urn:1</id><title>A</title><updated>2026-01-01T00:00:00Z</updated>${link}</entry>`;

  test.each<[string, string, string | null]>([
    [
      'start from xml:base of feed and entry',
      atom('xml:base="http://blog.example/on/"', entry('xml:base="archive/"', '<link href="one.html"/>')),
      'http://blog.example/on/archive/one.html',
    ],
    [
      'start from where the feed is',
      atom('', entry('', '<link href="one.html"/>')),
      'https://f.example/x/one.html',
    ],
    [
      'start from where the feed is, if the base leads nowhere',
      atom('xml:base="javascript:x"', entry('', '<link href="one.html"/>')),
      'https://f.example/x/one.html',
    ],
    [
      'of files and of the entry itself are not its page',
      atom(
        '',
        entry('', '<link rel="enclosure" href="http://e.example/a.mp3"/><link rel="self" href="/a.atom"/>'),
      ),
      null,
    ],
    [
      'of the page go before others',
      atom('', entry('', '<link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="/a"/>')),
      'https://f.example/a',
    ],
    [
      'are not made of ids that are no URLs',
      rss([{ title: 'A' }]).replace('</item>', '<guid>3f2a-99</guid></item>'),
      null,
    ],
    [
      'are made of ids that are',
      rss([{ title: 'A' }]).replace('</item>', '<guid>https://e.example/1</guid></item>'),
      'https://e.example/1',
    ],
  ])('%s', (_what, document, link) => {
    expect(items(document)).toMatchObject([{ link }]);
  });
});

test.each([
  ['Fri, 31 Mar 2023 20:19:00 America/Los_Angeles', '2023-04-01T03:19:00.000Z'],
  ['Friday, December 22, 2017 - 3:09pm', '2017-12-22T15:09:00.000Z'],
  ['Friday, December 22, 2017 12:09 a.m.', '2017-12-22T00:09:00.000Z'],
  ['Do, 29 Mär 2018 00:00:00 +0200', '2018-03-28T22:00:00.000Z'],
  ['mer, 9 avr 2018 00:00:00 +0200', '2018-04-08T22:00:00.000Z'],
  ['7 de marzo de 2024 10:00 CET', '2024-03-07T09:00:00.000Z'],
  ['12 августа 2024 10:00 MSK', '2024-08-12T07:00:00.000Z'],
  ['3 października 2024', '2024-10-03T00:00:00.000Z'],
  ['2024年10月2日', '2024-10-02T00:00:00.000Z'],
  ['1520932969', '2018-03-13T09:22:49.000Z'],
  ['1520932969123', '2018-03-13T09:22:49.123Z'],
  ['Mon, 16th Nov 2020 13:16:28 GMT', '2020-11-16T13:16:28.000Z'],
  ['Wed, 02 Oct 2024 13:00:00 JST', '2024-10-02T04:00:00.000Z'],
  ['Wed, 02 Oct 2024 13:00:00 BST', '2024-10-02T12:00:00.000Z'],
  ['Wed, 02 Oct 2024 13:00:00 +0200 (CEST)', '2024-10-02T11:00:00.000Z'],
  ['Wed, 2 Oct 24 13:00 EST', '2024-10-02T18:00:00.000Z'],
  ['2 Sept 2024 13:00 Z', '2024-09-02T13:00:00.000Z'],
  ['Mon Nov 23 09:00:00 2026', '2026-11-23T09:00:00.000Z'],
  ['Mon Nov 23 09:00:00 PST 2026', '2026-11-23T17:00:00.000Z'],
  ['2020-11-08T16:20:00-05:00Z', '2020-11-08T21:20:00.000Z'],
  ['2024-10-02 13:00:00+02', '2024-10-02T11:00:00.000Z'],
  ['2024-10-02T13:00:00.5Z', '2024-10-02T13:00:00.500Z'],
  ['2024/10/02 13:00', '2024-10-02T13:00:00.000Z'],
  ['20241002', '2024-10-02T00:00:00.000Z'],
  ['Wed, 02 Oct 2024 13:00:00 GMT+2', '2024-10-02T11:00:00.000Z'],
  ['30.10.23', '2023-10-30T00:00:00.000Z'],
  ['Fri, 26/06/2020', '2020-06-26T00:00:00.000Z'],
  ['Wed, 02/10/2024 13:00', '2024-10-02T13:00:00.000Z'],
  ['02/10/2024 13:00', null],
  ['31 Feb 2024', null],
  ['2 Oct 2024 25:00', null],
  ['2 Oct 2024 13:00 XYZT', null],
  ['2 Oct 2024 13:00 Europe/Nowhere', null],
  ['last week', null],
])('the time %s', (text, instant) => {
  expect(publishedAt(text)).toBe(instant);
});

describe('items without a title', () => {
  test('are told by how they begin', async () => {
    const server = await feedServer({
      feed: rss([
        { title: '', guid: '1', description: '<p>Hello from a post without title</p>' },
        { title: '', guid: '2', link: 'https://m.example/2' },
      ]),
    });
    const { summary } = await runOnce(dailyNews([server.feed('feed')]), {}, outboundTo(server.host)).done;
    expect(summary).toBe('2 new items: Hello from a post without title; https://m.example/2');
  });

  test('and without a summary are kept, and searched', async () => {
    const server = await feedServer({ feed: rss([{ title: '', content: '<p>A note about whales</p>' }]) });
    const run = runOnce(
      newsMonitor([server.feed('feed')]),
      { keywords: ['whales'] },
      outboundTo(server.host),
    );
    expect((await run.done).summary).toBe('1 new match: A note about whales (whales)');
  });
});

test('a word is found wherever in an item it stands', async () => {
  const long = `<p>${'word '.repeat(20_000)}</p>`;
  const server = await feedServer({
    feed: rss([{ title: 'Long read', description: `${long}<p>whale</p>`, content: `${long}<p>otter</p>` }]),
  });
  const run = (keyword: string) =>
    runOnce(newsMonitor([server.feed('feed')]), { keywords: [keyword] }, outboundTo(server.host)).done;
  expect((await run('whale')).result).toMatchObject({ items: [{ matches: [{ in: 'summary' }] }] });
  expect((await run('otter')).result as JsonObject).toMatchObject({
    items: [{ matches: [{ in: 'content' }] }],
  });
});
