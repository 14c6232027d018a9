import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sharedStack, stack } from '../../support/parts/stack.ts';

const shared = sharedStack({ replace: () => ({ publicUrl: () => 'https://tasks.example/some/where' }) });

const get = (path: string, headers: Record<string, string> = {}) =>
  shared().call('GET', path, { user: null, headers });

describe('GET /', () => {
  it('is the console, and so is the path of every screen', async () => {
    const { status, headers, text } = await get('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
        "base-uri 'self'; form-action 'none'; frame-ancestors 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'",
    );
    for (const path of ['/tasks', '/tasks/tsk_1/runs/exe_1', '/runs?status=failed', '/sign-in']) {
      expect((await get(path)).text).toBe(text);
    }
    expect((await get('/nothing-of-ours')).status).toBe(404);
  });

  it('is not sent again where the browser has it', async () => {
    const { headers } = await get('/');
    const again = await get('/tasks', { 'if-none-match': headers.get('etag') ?? '' });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('works under a path, and holds no script, no style and no address but its own', async () => {
    const { text } = await get('/');
    expect(text).toContain('<base href="/some/where/">');
    const urls = [...text.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, url = '']) => url);
    expect(
      urls.filter((url) => !/^(assets\/[\w-]+-[A-Z0-9]{8}\.\w+|docs|\/some\/where\/)$/.test(url)),
    ).toEqual([]);
    expect(text).not.toMatch(/ style=| on\w+=|<script(?! type="module" src=)|<style|\{\{/);
    const atRoot = await stack({ server: shared().server, replace: () => ({ publicUrl: () => '' }) });
    expect((await atRoot.call('GET', '/', { user: null })).text).toContain('<base href="/">');
  });
});

describe('what the console loads', () => {
  it('is there under names that its content gives it, for ever, and compressed', async () => {
    const { text } = await get('/');
    const names = [...text.matchAll(/"(assets\/[^"]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const { status, headers } = await get(`/${name}`);
      expect([
        status,
        headers.get('cache-control'),
        headers.get('content-encoding'),
        headers.get('vary'),
      ]).toEqual([200, 'public, max-age=31536000, immutable', null, 'Accept-Encoding']);
    }
    const script = names.find((name) => name.endsWith('.js')) ?? '';
    const bytes = async (accepted: string) => {
      const response = await shared().app.request(`/${script}`, { headers: { 'accept-encoding': accepted } });
      return [response.headers.get('content-encoding'), Buffer.from(await response.arrayBuffer())] as const;
    };
    const [, plain] = await bytes('gzip;q=0, identity');
    const [gzip, gzipped] = await bytes('deflate, gzip;q=0.5');
    const [brotli, compressed] = await bytes('gzip, br');
    expect([gzip, brotli]).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzipped).equals(plain)).toBe(true);
    expect(brotliDecompressSync(compressed).equals(plain)).toBe(true);
    for (const name of ['/assets/none.js', '/assets/..%2findex.html', '/assets/']) {
      expect((await get(name)).status).toBe(404);
    }
  });
});
