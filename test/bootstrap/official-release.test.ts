import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findNatsServer } from '../../bootstrap/nats-server/nats-server.mjs';
import { fetchRelease, platformName, type Release } from '../../bootstrap/nats-server/release.mjs';
import { fakeNatsServer } from '../support/nats/fake-nats-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const VERSION = '2.15.1';
const ARCHIVE = `nats-server-v${VERSION}-${platformName()}.tar.gz`;

function tarEntry(name: string, content: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000755\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('0', 156);
  header.write('ustar', 257);
  const body = Buffer.alloc(Math.ceil(content.length / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

function archiveOf(binary: string): Buffer {
  const folder = `nats-server-v${VERSION}-${platformName()}`;
  return gzipSync(
    Buffer.concat([
      tarEntry(`${folder}/README.md`, 'x'.repeat(700)),
      tarEntry(`${folder}/nats-server`, binary),
      Buffer.alloc(1024),
    ]),
  );
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

type Files = Record<string, Buffer | string | ((response: ServerResponse) => void)>;

/** A file server on loopback; answers its address and the paths that were asked for. */
async function fileServer(files: Files): Promise<{ base: string; asked: string[] }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const file = files[(request.url ?? '').replace(`/v${VERSION}/`, '')];
    if (file === undefined) response.writeHead(404).end();
    else if (typeof file === 'function') file(response);
    else response.writeHead(200, { 'content-length': Buffer.byteLength(file) }).end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { base: `http://127.0.0.1:${port}`, asked };
}

function release(base: string, pin: string | null): Release {
  return { version: VERSION, base, pins: pin === null ? {} : { [platformName()]: pin } };
}

const good = archiveOf(fakeNatsServer(VERSION));

describe('the official release', () => {
  test('is unpacked when its checksum is the pinned one; no other is asked for', async () => {
    const { base, asked } = await fileServer({ [ARCHIVE]: good });
    const binary = await fetchRelease(temporaryFolder(), { env: {} }, release(base, sha256(good)));
    expect(readFileSync(binary, 'utf8')).toBe(fakeNatsServer(VERSION));
    expect(asked).toEqual([`/v${VERSION}/${ARCHIVE}`]);
  });

  test('is refused when its checksum is another than the pinned one, whatever SHA256SUMS says', async () => {
    const evil = archiveOf('#!/bin/sh\necho evil\n');
    const { base } = await fileServer({ [ARCHIVE]: evil, SHA256SUMS: `${sha256(evil)}  ${ARCHIVE}\n` });
    const folder = temporaryFolder();
    const failure = fetchRelease(folder, { env: {} }, release(base, sha256(good)));
    await expect(failure).rejects.toThrow(`${sha256(evil)} instead of ${sha256(good)}: refused`);
    expect(existsSync(join(folder, 'nats-server'))).toBe(false);
  });

  test('without a pin for the platform is held against its SHA256SUMS', async () => {
    const SHA256SUMS = `${'0'.repeat(64)}  nats-server-v${VERSION}-plan9-amd64.tar.gz\n${sha256(good)}  ${ARCHIVE}\n`;
    const { base } = await fileServer({ [ARCHIVE]: good, SHA256SUMS });
    const binary = await fetchRelease(temporaryFolder(), { env: {} }, release(base, null));
    expect(readFileSync(binary, 'utf8')).toBe(fakeNatsServer(VERSION));
  });

  test.each([
    ['another checksum', `${'0'.repeat(64)}  ${ARCHIVE}\n`, 'refused'],
    ['no checksum of the archive', `${sha256(good)}  ${ARCHIVE}.sig\n`, 'lists no checksum'],
    ['something that is none', `abc  ${ARCHIVE}\n`, 'lists no checksum'],
  ])('is refused when SHA256SUMS has %s', async (_, SHA256SUMS, message) => {
    const { base } = await fileServer({ [ARCHIVE]: good, SHA256SUMS });
    await expect(fetchRelease(temporaryFolder(), { env: {} }, release(base, null))).rejects.toThrow(message);
  });

  test('is refused without a pin and without SHA256SUMS', async () => {
    const { base, asked } = await fileServer({ [ARCHIVE]: good });
    await expect(fetchRelease(temporaryFolder(), { env: {} }, release(base, null))).rejects.toThrow('404');
    expect(asked).toEqual([`/v${VERSION}/SHA256SUMS`]);
  });

  test('takes checksums over https only, but for loopback', async () => {
    const failure = fetchRelease(temporaryFolder(), { env: {} }, release('http://mirror.invalid', null));
    await expect(failure).rejects.toThrow('only taken over https');
  });

  test('that breaks off is refused: the connection ends, or the file is cut', async () => {
    const half = good.subarray(0, good.length / 2);
    const breaking = await fileServer({
      [ARCHIVE]: (response) => {
        response.writeHead(200, { 'content-length': good.length });
        response.write(half, () => response.destroy());
      },
    });
    const broken = fetchRelease(temporaryFolder(), { env: {} }, release(breaking.base, sha256(good)));
    await expect(broken).rejects.toThrow(breaking.base);
    const cut = await fileServer({ [ARCHIVE]: half });
    const failure = fetchRelease(temporaryFolder(), { env: {} }, release(cut.base, sha256(good)));
    await expect(failure).rejects.toThrow('refused');
  });

  test('is given up when its server does not begin to answer within five seconds', async () => {
    const { base } = await fileServer({ [ARCHIVE]: () => {} });
    const startedAt = performance.now();
    const failure = fetchRelease(temporaryFolder(), { env: {} }, release(base, sha256(good)));
    await expect(failure).rejects.toThrow('no answer for 5 s');
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });

  test('names the address that cannot be reached', async () => {
    const failure = fetchRelease(temporaryFolder(), { env: {} }, release('http://127.0.0.1:1', sha256(good)));
    await expect(failure).rejects.toThrow(/http:\/\/127\.0\.0\.1:1\/.*\S/);
  });

  test('comes from the mirror that NATS_SERVER_RELEASES names, under the same pins', async () => {
    const { base, asked } = await fileServer({ [ARCHIVE]: good });
    const home = temporaryFolder();
    const failure = findNatsServer({
      env: { HOME: home, PATH: '', NATS_SERVER_RELEASES: `${base}/` },
      fetch: true,
      ways: [{ name: 'the release', fetchInto: (folder, context) => fetchRelease(folder, context) }],
    });
    await expect(failure).rejects.toThrow(`${ARCHIVE} has SHA-256 ${sha256(good)} instead of`);
    expect(asked).toEqual([`/v${VERSION}/${ARCHIVE}`]);
  });

  test('is known for the platforms that it is made for', () => {
    expect(platformName('linux', 'x64')).toBe('linux-amd64');
    expect(platformName('darwin', 'arm64')).toBe('darwin-arm64');
    expect(() => platformName('win32', 'x64')).toThrow('no release is known for win32 x64');
    expect(() => platformName('linux', 'mips')).toThrow();
  });
});
