import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { docsPage } from '../../../src/http/docs/page.ts';
import { startServer } from '../../../src/http/server/server.ts';
import { launchChromium } from '../../support/chromium.ts';
import { type Stack, sharedStack } from '../../support/parts/stack.ts';

const shared = sharedStack();
let api: Stack;
let browser: Browser;

beforeAll(async () => {
  api = shared();
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

describe('GET /docs', () => {
  it('is a page for everybody, which may run and load nothing', async () => {
    const { status, headers, text } = await api.call('GET', '/docs', { user: null });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(text).not.toMatch(/<script|<link|<img|<iframe|<form| style=| on\w+=|url\(|@import/i);
  });

  it('shows every call, every parameter, every schema and every error code of the document', async () => {
    const { text } = await api.call('GET', '/docs', { user: null });
    const { body } = await api.call('GET', '/openapi.json', { user: null });
    const shown = text.replaceAll('&#39;', "'").replaceAll('&#34;', '"');
    for (const [path, methods] of Object.entries<Record<string, never>>(body.paths)) {
      for (const [method, operation] of Object.entries<{ summary: string; parameters?: { name: string }[] }>(
        methods,
      )) {
        const heading = `<span class="method">${method.toUpperCase()}</span> <code>${path}</code>`;
        const from = shown.indexOf(heading);
        expect([heading, from > 0]).toEqual([heading, true]);
        const article = shown.slice(from, shown.indexOf('</article>', from));
        expect(article).toContain(operation.summary.replaceAll('`', ''));
        for (const { name } of operation.parameters ?? []) expect(article).toContain(`<code>${name}</code>`);
      }
    }
    for (const name of Object.keys(body.components.schemas)) expect(shown).toContain(`id="schema-${name}"`);
    const codes = [...JSON.stringify(body.paths).matchAll(/\(`([A-Z_]+)`\)/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(100);
    for (const code of new Set(codes)) expect(shown).toContain(`<th scope="row"><code>${code}</code></th>`);
    const links = [...shown.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    const ids = [...shown.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('shows what the document says as text, whatever that is', () => {
    const hostile = `<script>alert(1)</script>"'&\``;
    const page = docsPage({
      info: { title: hostile, version: hostile, description: hostile },
      paths: {
        [`/x/${hostile}`]: {
          get: {
            summary: hostile,
            description: hostile,
            tags: ['t'],
            parameters: [{ name: hostile, in: 'query', schema: { enum: [hostile] }, description: hostile }],
            requestBody: { content: { 'application/json': { schema: { example: { [hostile]: hostile } } } } },
            responses: { 200: { description: hostile } },
          },
        },
      },
      components: { schemas: { Thing: { properties: { [hostile]: { default: hostile } } } } },
      'x-error-codes': [{ code: hostile, status: 400, title: hostile, detail: hostile }],
    });
    expect(page).not.toContain('<script');
    expect(page.match(/&#60;script&#62;/g)?.length).toBeGreaterThan(10);
  });
});

describe('the page in a browser', () => {
  let page: Page;
  let complaints: string[];
  let requests: string[];

  beforeEach(async () => {
    const server = await startServer({ fetch: api.app.fetch, host: '127.0.0.1', port: 0 });
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    onTestFinished(async () => {
      await context.close();
      await server.stop(0);
    });
    page = await context.newPage();
    complaints = [];
    requests = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => requests.push(new URL(request.url()).pathname));
    await page.goto(`${server.url}/docs`);
  });

  it('is styled, asks for nothing else and has nothing to complain of', async () => {
    expect(await page.title()).toContain('Task service');
    const columns = await page.evaluate("getComputedStyle(document.querySelector('.page')).display");
    expect(columns).toBe('grid');
    expect(requests).toEqual(['/docs']);
    expect(complaints).toEqual([]);
  });

  it('lets nothing run that got into it', async () => {
    const ran = await page.evaluate(`
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      'ran' in window;
    `);
    expect(ran).toBe(false);
    expect(complaints.join()).toContain('Content Security Policy');
  });

  it('is walked through with the keyboard, past the contents at once', async () => {
    await page.keyboard.press('Tab');
    const skip = page.locator('.skip');
    expect(await page.evaluate("document.activeElement.matches('.skip')")).toBe(true);
    expect(((await skip.boundingBox())?.x ?? -1) >= 0).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.goto(page.url().split('#')[0] ?? '');
    await page.getByRole('link', { name: 'Restore a deleted task' }).focus();
    await page.keyboard.press('Enter');
    const heading = page.getByRole('heading', { name: 'POST /api/v1/tasks/{task_id}/restore' });
    await heading.waitFor();
    const { y = -1 } = (await heading.boundingBox()) ?? {};
    expect(y >= 0 && y < 800).toBe(true);
    await page.keyboard.press('Tab');
    const outlined = await page.evaluate('getComputedStyle(document.activeElement).outlineStyle');
    expect(outlined).toBe('solid');
  });

  it('tells a screen reader its parts by name', async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('navigation', { name: 'Contents' }).waitFor();
    expect(await page.getByRole('main').count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Task service']);
    await page.getByRole('article', { name: 'POST /api/v1/tasks/bulk' }).waitFor();
    const table = page.getByRole('table', { name: 'Error codes' });
    expect(await table.getByRole('columnheader').allTextContents()).toEqual([
      'Code',
      'Status',
      'What it says',
    ]);
    expect(await table.getByRole('rowheader', { name: 'TASK_NOT_FOUND' }).count()).toBe(1);
    const named = ':is([aria-label], [aria-labelledby], :has(caption))';
    const unnamed = await page
      .locator(`:is([role=region], table, nav, article, section):not(${named})`)
      .count();
    expect(unnamed).toBe(0);
  });

  it('can be read on a small screen, and in the dark', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    const wider = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
    expect(wider).toBe(false);
    const backs: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      backs.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    }
    expect(new Set(backs).size).toBe(2);
  });
});
