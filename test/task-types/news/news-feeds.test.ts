/** What feeds look like in the wild, and what their servers do on bad days. */
import type { ServerResponse } from 'node:http';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { dailyNews } from '../../../src/task-types/news/daily-news.ts';
import { newsMonitor } from '../../../src/task-types/news/news-monitor.ts';
import { type OneRun, outboundTo, outboundWithin, runOnce } from '../../support/parts/run.ts';
import { type FeedServer, feedServer, rss } from '../../support/world/feed-server.ts';
import type { Answer } from '../../support/world/http-receiver.ts';

const MiB = 1024 * 1024;

function digest(server: FeedServer, ...names: string[]): OneRun {
  return runOnce(dailyNews(names.map((name) => server.feed(name))), {}, outboundTo(server.host));
}

/** The items of one document. */
async function itemsOf(document: string | Buffer, contentType = 'application/xml'): Promise<JsonObject[]> {
  const server = await feedServer();
  server.set('/feed', (_request, response) =>
    response.writeHead(200, { 'content-type': contentType }).end(document),
  );
  const { result } = await digest(server, 'feed').done;
  return [...(result as { items: JsonObject[] }).items];
}

describe('a feed is read', () => {
  test('as Atom 1.0, where only text that says so is markup', async () => {
    const items = await itemsOf(`<?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom">
        <title>Blog</title><id>urn:blog</id><updated>2026-11-23T10:00:00Z</updated>
        <entry>
          <title>Use List&lt;String&gt;</title><id>urn:1</id>
          <link rel="self" href="/entries/1.atom"/><link href="/posts/1"/>
          <published>2026-11-23T10:00:00+02:00</published><updated>2026-11-24T00:00:00Z</updated>
          <summary type="html">&lt;p&gt;Bold &lt;b&gt;move&lt;/b&gt;&lt;/p&gt;</summary>
          <category term="dev" label="Development"/>
        </entry>
        <entry>
          <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Two <em>parts</em></div></title>
          <id>urn:2</id><updated>2026-11-22T10:00:00Z</updated>
        </entry>
      </feed>`);
    expect(items).toMatchObject([
      {
        title: 'Use List<String>',
        link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/posts\/1$/),
        summary: 'Bold move',
        published: '2026-11-23T08:00:00.000Z',
        categories: ['Development'],
      },
      { title: 'Two parts', link: null, published: '2026-11-22T10:00:00.000Z' },
    ]);
  });

  test('as RSS 1.0 (RDF)', async () => {
    const items = await itemsOf(`<?xml version="1.0"?>
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
          xmlns:dc="http://purl.org/dc/elements/1.1/">
        <channel rdf:about="https://dw.example/"><title>DW</title><link>https://dw.example/</link></channel>
        <item rdf:about="https://dw.example/1">
          <title>Wahl</title><link>https://dw.example/1</link><description>Text</description>
          <dc:date>2026-11-23T08:00:00Z</dc:date><dc:subject>Politik</dc:subject>
        </item>
      </rdf:RDF>`);
    expect(items).toMatchObject([
      {
        title: 'Wahl',
        link: 'https://dw.example/1',
        published: '2026-11-23T08:00:00.000Z',
        categories: ['Politik'],
      },
    ]);
  });

  test('as JSON Feed', async () => {
    const feed = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'J',
      items: [{ id: '1', url: 'https://j.example/1', title: 'One', content_html: '<p>Hi</p>', tags: ['x'] }],
    };
    const items = await itemsOf(JSON.stringify(feed), 'application/feed+json');
    expect(items).toMatchObject([
      { title: 'One', link: 'https://j.example/1', summary: 'Hi', categories: ['x'] },
    ]);
  });

  test.each([['text/html'], ['text/plain; charset=utf-8'], ['application/octet-stream'], ['']])(
    'whatever type its server says it is: %j',
    async (contentType) => {
      expect(await itemsOf(rss([{ title: 'A' }]), contentType)).toHaveLength(1);
    },
  );

  test.each<[string, string, string, BufferEncoding]>([
    ['the byte order mark', 'text/xml', '\ufeff<?xml version="1.0"?>', 'utf16le'],
    ['the header', 'text/xml; charset="ISO-8859-1"', '<?xml version="1.0"?>', 'latin1'],
    ['its declaration', 'text/xml', '<?xml version="1.0" encoding="windows-1252"?>', 'latin1'],
    ['UTF-8, where a name is unknown', 'text/xml; charset=klingon', '<?xml version="1.0"?>', 'utf8'],
    [
      'UTF-8, where a declaration of UTF-16 cannot be true',
      'text/xml',
      '<?xml version="1.0" encoding="utf-16"?>',
      'utf8',
    ],
  ])('in the characters of %s', async (_what, contentType, head, encoding) => {
    const document = rss([{ title: 'Käse für Zoë' }]).replace(/^<\?xml.*\?>/, head);
    const items = await itemsOf(Buffer.from(document, encoding), contentType);
    expect(items).toMatchObject([{ title: 'Käse für Zoë' }]);
  });

  test.each<[string, (document: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (document) => document],
  ])('packed as %s', async (encoding, pack) => {
    const server = await feedServer();
    server.set('/feed', (_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(pack(Buffer.from(rss([{ title: 'A' }])))),
    );
    expect((await digest(server, 'feed').done).result).toMatchObject({ count: 1 });
    expect(server.requests[0]?.headers['accept-encoding']).toBe('gzip, deflate, br');
  });

  test.each([
    ['Mon, 23 Nov 2026 09:00:00 +0100', '2026-11-23T08:00:00.000Z'],
    ['23 Nov 2026 08:00 GMT', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23T08:00:00', '2026-11-23T08:00:00.000Z'],
    ['2026-11-23', '2026-11-23T00:00:00.000Z'],
    ['yesterday', null],
    ['Mon, 32 Foo 20266', null],
    ['9'.repeat(200), null],
  ])('with the date %s', async (date, published) => {
    expect(await itemsOf(rss([{ title: 'A', date }]))).toMatchObject([{ published }]);
  });

  test('with items without dates in their order, among those that have one', async () => {
    const date = (day: number) => new Date(Date.UTC(2026, 10, day)).toUTCString();
    const items = await itemsOf(
      rss([
        { title: 'top' },
        { title: 'old', date: date(1) },
        { title: 'beside old' },
        { title: 'new', date: date(9) },
      ]),
    );
    expect(items.map(({ title }) => title)).toEqual(['new', 'top', 'old', 'beside old']);
  });

  test('without links that lead elsewhere than to the web', async () => {
    const items = await itemsOf(
      rss([
        { title: 'A', link: 'javascript:alert(1)' },
        { title: 'B', link: '/b' },
      ]),
    );
    expect(items).toMatchObject([
      { link: null },
      { link: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/b$/) },
    ]);
  });

  test('with 200 items at most, the newest', async () => {
    const many = Array.from({ length: 500 }, (_, n) => ({
      title: `${n}`,
      date: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toUTCString(),
    }));
    const server = await feedServer({ feed: rss(many) });
    const { result } = await digest(server, 'feed').done;
    expect(result).toMatchObject({ new_items: 200, sources: [{ items: 200 }] });
    expect((result as { items: JsonObject[] }).items[0]).toMatchObject({ title: '499' });
  });

  test('and may hold nothing at all', async () => {
    expect(await itemsOf(rss([]))).toEqual([]);
  });
});

describe('documents made to hurt', () => {
  const head = '<?xml version="1.0"?>';
  const body = (text: string) =>
    `<rss version="2.0"><channel><item><title>${text}</title></item></channel></rss>`;

  test('entities of the document itself are not expanded (billion laughs)', async () => {
    const entities = Array.from(
      { length: 12 },
      (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`,
    ).join('');
    const document = `${head}<!DOCTYPE rss [<!ENTITY e0 "ha">${entities}]>${body('&e12; end')}`;
    expect(JSON.stringify(await itemsOf(document))).not.toContain('haha');
  });

  test('external entities are not loaded (XXE): such a feed is refused', async () => {
    const server = await feedServer();
    const document = (url: string) => `${head}<!DOCTYPE rss [<!ENTITY x SYSTEM "${url}">]>${body('&x;')}`;
    for (const url of ['file:///etc/passwd', `${server.url}/secret`]) {
      server.set('/feed', document(url));
      await expect(digest(server, 'feed').done).rejects.toMatchObject({ code: 'ALL_SOURCES_FAILED' });
    }
    expect(server.requests.map(({ path }) => path)).not.toContain('/secret');
  });

  test.each<[string, string]>([
    ['nesting without end', `<rss version="2.0"><channel>${'<a>'.repeat(600_000)}`],
    ['an unclosed CDATA', `<rss version="2.0"><channel><item><title><![CDATA[${'x'.repeat(MiB)}`],
    ['a million attributes', `<rss version="2.0" ${'a="1" '.repeat(300_000)}><channel/></rss>`],
    ['nothing but <', `<rss version="2.0"><channel>${'<'.repeat(MiB)}</channel></rss>`],
    ['names that would reach prototypes', body('x').replace('<title>', '<__proto__>x</__proto__><title>')],
  ])('%s: over within two seconds', async (_what, document) => {
    const server = await feedServer({ feed: document });
    const started = performance.now();
    await digest(server, 'feed').done.catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'ALL_SOURCES_FAILED' });
    });
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

describe('a source on a bad day', () => {
  const okay = rss([{ title: 'Fine', guid: 'fine' }]);
  const packed = gzipSync(rss([{ title: 'A' }]));
  const failing: [string, Answer | string, { code: string; message?: string }][] = [
    ['500', (_, response) => response.writeHead(500).end('oops'), { code: 'UNEXPECTED_STATUS' }],
    ['404', (_, response) => response.writeHead(404).end(), { code: 'UNEXPECTED_STATUS' }],
    [
      '304 to a first question',
      (_, response) => response.writeHead(304).end(),
      { code: 'UNEXPECTED_STATUS' },
    ],
    [
      'a page',
      '<!doctype html><html><body>We are back soon</body></html>',
      { code: 'FEED_INVALID', message: 'the answer is not a feed' },
    ],
    ['nothing', '', { code: 'FEED_INVALID' }],
    ['nonsense', '\u0000\u0001\u0002 %PDF-1.7', { code: 'FEED_INVALID' }],
    [
      'half a feed',
      okay.slice(0, okay.indexOf('</channel>')),
      { code: 'FEED_INVALID', message: 'the feed ends in the middle' },
    ],
    ['a feed cut in an element', okay.slice(0, okay.indexOf('</title>') + 3), { code: 'FEED_INVALID' }],
    ['3 MiB', rss([{ title: 'x'.repeat(3 * MiB) }]), { code: 'RESPONSE_TOO_LARGE' }],
    [
      'a gzip bomb: 1 GiB in 1 MiB',
      (_, response) => {
        const block = gzipSync(Buffer.alloc(16 * MiB));
        response.writeHead(200, { 'content-encoding': 'gzip' });
        response.end(Buffer.concat(Array.from({ length: 64 }, () => block)));
      },
      { code: 'RESPONSE_TOO_LARGE' },
    ],
    [
      'half a gzip',
      (_, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed.subarray(0, packed.length / 2)),
      { code: 'INVALID_ENCODING' },
    ],
    [
      'gzip that is none',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(okay),
      { code: 'INVALID_ENCODING' },
    ],
    [
      'a coding that nobody asked for',
      (_, response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end(okay),
      { code: 'INVALID_ENCODING' },
    ],
    [
      'codings upon codings',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip, gzip, gzip' }).end(okay),
      { code: 'INVALID_ENCODING' },
    ],
    [
      'less than it promised',
      (_, response) => {
        response.writeHead(200, { 'content-length': String(okay.length + 10) });
        response.write(okay);
        response.socket?.end();
      },
      { code: 'CONNECTION_FAILED' },
    ],
    ['a closed connection', (_, response) => response.socket?.destroy(), { code: 'CONNECTION_FAILED' }],
    [
      'a redirect into the network',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
      { code: 'EGRESS_REFUSED' },
    ],
  ];

  test.each(failing)(
    '%s: the others are told, and this one with its reason',
    async (_what, answer, error) => {
      const server = await feedServer({ good: okay });
      if (typeof answer === 'string')
        server.set('/bad', (_, response) => response.writeHead(200).end(answer));
      else server.set('/bad', answer);
      const { result } = await digest(server, 'bad', 'good').done;
      expect(result).toMatchObject({
        items: [{ title: 'Fine' }],
        sources: [
          { name: 'bad', status: 'failed', items: null, new_items: 0, error },
          { name: 'good', status: 'ok' },
        ],
      });
    },
  );

  test('a redirect to where the feed has moved is followed, and counted', async () => {
    const server = await feedServer({ new: okay });
    server.set('/old', (_, response) => response.writeHead(301, { location: '/new' }).end());
    const run = digest(server, 'old');
    expect((await run.done).result).toMatchObject({ count: 1 });
    expect(run.http.callsMade).toBe(2);
  });

  test('all sources failed: the run fails with each reason, and may be tried again if one may', async () => {
    const server = await feedServer();
    server.set('/a', (_, response) => response.writeHead(410).end());
    server.set('/b', (_, response) => response.writeHead(503).end());
    await expect(digest(server, 'a', 'b').done).rejects.toMatchObject({
      code: 'ALL_SOURCES_FAILED',
      retryable: true,
      details: {
        sources: [
          { name: 'a', code: 'UNEXPECTED_STATUS', message: 'the server answered 410' },
          { name: 'b', code: 'UNEXPECTED_STATUS', message: 'the server answered 503' },
        ],
      },
    });
    await expect(digest(server, 'a').done).rejects.toMatchObject({
      code: 'ALL_SOURCES_FAILED',
      retryable: false,
      message: 'the source a failed: the server answered 410',
    });
  });

  test('one that asks for time is not called before it is over', async () => {
    const server = await feedServer({ good: okay });
    const busy: Answer = (_, response) => response.writeHead(429, { 'retry-after': '60' }).end();
    server.set('/busy', busy);
    const executor = dailyNews([server.feed('busy'), server.feed('good')]);
    const run = (minute: number, previous: Json) => {
      const now = instantOf(Date.UTC(2026, 10, 23, 9, minute));
      const clock = { now: () => now, monotonicMs: () => 0 };
      return runOnce(executor, {}, outboundTo(server.host), { previous, clock }).done;
    };
    const first = await run(0, null);
    server.set('/busy', okay.replaceAll('ine', 'resh'));
    const early = await run(0, first.result);
    expect(early.result).toMatchObject({
      sources: [{ name: 'busy', status: 'failed', error: { code: 'RETRY_LATER' } }, {}],
    });
    expect(server.requests.filter(({ path }) => path === '/busy')).toHaveLength(1);
    expect((await run(2, early.result)).result).toMatchObject({ items: [{ title: 'Fresh' }] });
  });

  test('where all ask for time the run is tried again when the first may be asked', async () => {
    const server = await feedServer();
    for (const [name, wait] of [
      ['a', '90'],
      ['b', '30'],
    ] as const)
      server.set(`/${name}`, (_, response) => response.writeHead(503, { 'retry-after': wait }).end());
    await expect(digest(server, 'a', 'b').done).rejects.toMatchObject({
      code: 'ALL_SOURCES_FAILED',
      retry_after_ms: 30_000,
    });
  });

  test('one that hangs is given up after its time', async () => {
    const server = await feedServer({ good: okay });
    server.set('/slow', (_, response) => void response.writeHead(200).write('<rss>'));
    const executor = dailyNews([server.feed('slow'), server.feed('good')]);
    const { result } = await runOnce(executor, {}, outboundWithin({ timeoutMs: 200 }, server.host)).done;
    expect(result).toMatchObject({ sources: [{ error: { code: 'TIMEOUT' } }, { status: 'ok' }] });
  });

  test('a run that is cancelled while one hangs ends at once', async () => {
    const server = await feedServer({ good: okay });
    server.set('/slow', (_, response: ServerResponse) => void response.writeHead(200).write('<rss>'));
    const outbound = outboundTo(server.host);
    const executor = newsMonitor([server.feed('slow'), server.feed('good')]);
    const cancelled = new AbortController();
    const run = runOnce(executor, { keywords: ['fine'] }, outbound, { signal: cancelled.signal });
    const slow = await server.received(2);
    cancelled.abort('cancelled');
    await expect(run.done).rejects.toBe('cancelled');
    await slow.closed;
  });
});
