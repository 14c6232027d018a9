/** Hosts that tasks call to their neighbours' harm: feeds that cost much to parse, and one that never answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface HostileHosts {
  readonly url: string;
  readonly host: string;
  stop(): Promise<void>;
}

const rss = (items: string, attributes = '') =>
  `<?xml version="1.0"?><rss version="2.0"${attributes}><channel><title>C</title>${items}</channel></rss>`;
const EMPTY = '<item><guid>a</guid></item>';
const attributes = Array.from({ length: 150_000 }, (_, n) => ` a${n}="1"`).join('');

/** 5 KB, 2 MB and 1.4 MB as sent. */
const DOCUMENTS: Readonly<Record<string, Buffer>> = {
  packed: gzipSync(rss(EMPTY.repeat(75_000)), { level: 9 }),
  attributes: Buffer.from(rss('', attributes)),
  entries: Buffer.from(rss(EMPTY.repeat(50_000))),
};

/** `/packed/<n>`, `/attributes/<n>`, `/entries/<n>` and, silent, `/silent/<n>`. */
export async function startHostileHosts(): Promise<HostileHosts> {
  const server = createServer((request, response) => {
    const document = DOCUMENTS[request.url?.split('/')[1] ?? ''];
    if (document === undefined) return;
    const packed = request.url?.startsWith('/packed') ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, { 'content-type': 'application/rss+xml', ...packed }).end(document);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
