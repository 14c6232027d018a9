import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownProcessorTime } from '../../../harness/thread-time.ts';
import { ExecutionFailure } from '../../../src/task-types/executor.ts';
import { DocumentThreads } from '../../../src/task-types/foreign/document-threads.ts';
import type { FeedToRead } from '../../../src/task-types/foreign/readings.ts';
import { dailyNews } from '../../../src/task-types/news/daily-news.ts';
import { outboundTo, readHere, runOnce } from '../../support/parts/run.ts';
import { feedServer } from '../../support/world/feed-server.ts';

const THREAD = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', 'dist', 'task-types', 'foreign', 'reading-thread.js'),
);

/** Patient: what is shown is that a limit holds, not how fast this machine is. */
function threads(limits: ConstructorParameters<typeof DocumentThreads>[0] = { limitMs: 60_000 }) {
  const made = new DocumentThreads(limits, THREAD);
  onTestFinished(() => made.stop());
  return made;
}

function feed(document: string): FeedToRead {
  const url = 'http://news.example/feed';
  const body = Buffer.from(document);
  return { body, contentType: 'application/xml', url, feedUrl: url, keywords: [] };
}

const rss = (items: string, attributes = '') =>
  `<?xml version="1.0"?><rss version="2.0"${attributes}><channel><title>C</title>${items}</channel></rss>`;
const EMPTY = '<item><guid>a</guid></item>';
const many = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join('');

const HOSTILE = {
  TOO_MANY_ENTRIES: rss(many(50_000, () => EMPTY)),
  TOO_MANY_ELEMENTS: rss(`<item>${many(150_000, () => '<a/>')}</item>`),
  TOO_MANY_ATTRIBUTES: rss(
    '',
    many(150_000, (n) => ` a${n}="1"`),
  ),
};

describe('a hostile feed', () => {
  test.each(Object.entries(HOSTILE))('ends in %s', async (code, document) => {
    const { signal } = new AbortController();
    const reading = threads().forRun({ userId: 'usr_1', signal }).read('feed', feed(document));
    await expect(reading).rejects.toThrow(ExecutionFailure);
    await expect(reading).rejects.toMatchObject({ code, retryable: false });
  });

  test('costs who asked for it next to nothing', async () => {
    const { signal } = new AbortController();
    const reader = threads().forRun({ userId: 'usr_1', signal });
    const documents = Array.from({ length: 21 }, (_, n) => Object.values(HOSTILE)[n % 3] ?? '').map(feed);
    await reader.read('feed', feed(rss(EMPTY)));
    const before = ownProcessorTime();
    const outcomes = await Promise.allSettled(documents.map((document) => reader.read('feed', document)));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(21).fill('rejected'));
    // Read here it is more than ten seconds.
    expect(ownProcessorTime() - before).toBeLessThan(500);
  });
});

test('twenty feeds of 5 KB that unpack to 75,000 empty items fail by name, and cost the service next to nothing', async () => {
  const server = await feedServer();
  const names = Array.from({ length: 20 }, (_, n) => `feed-${n}`);
  const packed = gzipSync(rss(EMPTY.repeat(75_000)), { level: 9 });
  expect(packed.length).toBeLessThan(6_000);
  for (const name of names) {
    server.set(`/${name}`, (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/xml', 'content-encoding': 'gzip' }).end(packed),
    );
  }
  const digest = dailyNews(names.map((name) => server.feed(name)));
  const before = ownProcessorTime();
  const run = runOnce(digest, {}, outboundTo(server.host), { documents: threads() });
  await expect(run.done).rejects.toMatchObject({
    code: 'ALL_SOURCES_FAILED',
    retryable: false,
    details: { sources: names.map((name) => expect.objectContaining({ name, code: 'TOO_MANY_ENTRIES' })) },
  });
  // Parsed here they take more than thirty seconds.
  expect(ownProcessorTime() - before).toBeLessThan(1_500);
});

test('a document is read in a thread as it is here', async () => {
  const { signal } = new AbortController();
  const document = feed(
    rss(many(300, (n) => `<item><guid>${n}</guid><title>Rain in Oslo ${n}</title></item>`)),
  );
  const asked = { ...document, keywords: ['oslo'] };
  const run = { userId: 'usr_1', signal };
  const read = await threads().forRun(run).read('feed', asked);
  expect(read).toHaveLength(200);
  expect(read[0]?.matches).toEqual([{ keyword: 'oslo', in: 'title', text: 'Rain in Oslo 0' }]);
  expect(read).toEqual(await readHere.forRun(run).read('feed', asked));
});

test('what is no feed fails in a thread with the code that it has here', async () => {
  const { signal } = new AbortController();
  const reading = threads().forRun({ userId: 'usr_1', signal }).read('feed', feed('<html></html>'));
  await expect(reading).rejects.toThrow(ExecutionFailure);
  await expect(reading).rejects.toMatchObject({ code: 'FEED_INVALID', message: 'the answer is not a feed' });
});

test('a document that takes too long ends in DOCUMENT_TOO_SLOW, and the next one is read', async () => {
  const { signal } = new AbortController();
  const reader = threads({ limitMs: 1 }).forRun({ userId: 'usr_1', signal });
  const long = feed(rss(many(9_000, (n) => `<item><guid>${n}</guid><title>${n}</title></item>`)));
  await expect(reader.read('feed', long)).rejects.toMatchObject({ code: 'DOCUMENT_TOO_SLOW' });
  const patient = threads().forRun({ userId: 'usr_1', signal });
  expect(await patient.read('feed', long)).toHaveLength(200);
});

test('a document that takes too much memory ends in DOCUMENT_TOO_LARGE, and the next one is read', async () => {
  const { signal } = new AbortController();
  const reader = threads({ limitMs: 60_000, heapMiB: 16 }).forRun({ userId: 'usr_1', signal });
  const large = feed(
    rss(
      many(
        9_500,
        (n) => `<item><guid>${n}</guid>${'<category>a</category>'.repeat(7)}<title>${n}</title></item>`,
      ),
    ),
  );
  await expect(reader.read('feed', large)).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  expect(await reader.read('feed', feed(rss('<item><guid>1</guid><title>1</title></item>')))).toHaveLength(1);
});

test('a run that is over has its document given up, also while it is being read', async () => {
  const over = new AbortController();
  const made = threads();
  const reader = made.forRun({ userId: 'usr_1', signal: over.signal });
  const document = feed(rss(many(9_000, (n) => `<item><guid>${n}</guid><title>${n}</title></item>`)));
  const readings = Promise.allSettled([1, 2, 3].map(() => reader.read('feed', document)));
  over.abort('deadline');
  expect((await readings).map((one) => one.status === 'rejected' && one.reason)).toEqual([
    'deadline',
    'deadline',
    'deadline',
  ]);
  const { signal } = new AbortController();
  const other = made.forRun({ userId: 'usr_2', signal });
  expect(await other.read('feed', feed(rss('<item><guid>1</guid><title>1</title></item>')))).toHaveLength(1);
});
