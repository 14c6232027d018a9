import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { NewsFeed } from '../../../src/task-types/news/feed-list.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { type Answer, type HttpReceiver, type ReceivedRequest, startHttpReceiver } from './http-receiver.ts';

export interface Article {
  readonly title: string;
  readonly guid?: string;
  readonly link?: string;
  /** HTML. */
  readonly description?: string;
  readonly content?: string;
  readonly date?: string;
  readonly categories?: readonly string[];
}

/** RSS 2.0 as newspapers write it. */
export function rss(articles: readonly Article[]): string {
  const items = articles.map(
    ({ title, guid, link, description, content, date, categories = [] }) => `
    <item>
      <title>${escaped(title)}</title>
      ${link === undefined ? '' : `<link>${escaped(link)}</link>`}
      ${guid === undefined ? '' : `<guid isPermaLink="false">${escaped(guid)}</guid>`}
      ${description === undefined ? '' : `<description><![CDATA[${description}]]></description>`}
      ${content === undefined ? '' : `<content:encoded><![CDATA[${content}]]></content:encoded>`}
      ${date === undefined ? '' : `<pubDate>${date}</pubDate>`}
      ${categories.map((category) => `<category>${escaped(category)}</category>`).join('')}
    </item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel>
    <title>The Paper</title>
    <link>https://paper.example/</link>
    <description>News</description>${items.join('')}
  </channel>
</rss>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

export interface FeedServer extends HttpReceiver {
  /** What `path` answers from now on: a document, or whatever a function does. */
  set(path: string, content: string | Buffer | Answer): void;
  feed(name: string, categories?: readonly string[]): NewsFeed;
}

/**
 * A server of feeds that behaves as real ones do: a strong ETag and Last-Modified that change with the document, 304
 * to who has it already, gzip to who accepts it. Feed `name` lies under `/name`.
 */
export async function feedServer(feeds: Readonly<Record<string, string>> = {}): Promise<FeedServer> {
  const server = await startFeedServer(feeds);
  onTestFinished(() => server.stop());
  return server;
}

/** For hooks: whoever starts it stops it. */
export async function startFeedServer(feeds: Readonly<Record<string, string>> = {}): Promise<FeedServer> {
  const contents = new Map<string, string | Buffer | Answer>(
    Object.entries(feeds).map(([name, document]) => [`/${name}`, document]),
  );
  const receiver = await startHttpReceiver((request, response) => {
    const content = contents.get(request.path);
    if (content === undefined) response.writeHead(404).end('nothing here');
    else if (typeof content === 'function') content(request, response);
    else serveFeed(content, request, response);
  }, outsideCluster?.feedsPort);
  return {
    ...receiver,
    set: (path, content) => void contents.set(path, content),
    feed: (name, categories = []) => ({ name, url: `${receiver.url}/${name}`, categories }),
  };
}

function serveFeed(document: string | Buffer, request: ReceivedRequest, response: ServerResponse): void {
  const etag = `"${createHash('sha256').update(document).digest('hex').slice(0, 16)}"`;
  const headers = { etag, 'last-modified': 'Mon, 23 Nov 2026 08:00:00 GMT', 'cache-control': 'max-age=60' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const isGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = isGzip ? gzipSync(document) : document;
  response
    .writeHead(200, {
      ...headers,
      'content-type': 'application/rss+xml',
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    })
    .end(body);
}
