import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { OidcProvider } from '../../src/http/auth/oidc/provider.ts';
import { startServer } from '../../src/http/server/server.ts';
import { launchChromium } from '../support/chromium.ts';
import { machineMs } from '../support/clock.ts';
import { stack } from '../support/parts/stack.ts';
import { OIDC_CLIENT, oidcProvider } from '../support/world/oidc-provider.ts';
import { axeFindings } from './console-page.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('somebody signs in at the provider, and finds the screen that was asked for', async () => {
  const provider = await oidcProvider();
  let url = '';
  const { app } = await stack({
    replace: () => ({
      publicUrl: () => url,
      login: {
        issuer: provider.issuer,
        provider: new OidcProvider({ issuer: provider.issuer, ...OIDC_CLIENT }, { monotonicMs: machineMs }),
        secret: Buffer.alloc(32, 8),
      },
    }),
  });
  const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  url = server.url;
  const context = await browser.newContext();
  onTestFinished(async () => {
    await context.close();
    await server.stop(0);
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${url}/runs?status=failed`);
  const link = page.getByRole('link', { name: `Sign in with ${new URL(provider.issuer).host}` });
  await link.waitFor();
  expect(await axeFindings(page)).toEqual([]);
  provider.bad = { answer: { error: 'access_denied', code: '' } };
  await link.click();
  await page.getByRole('alert').filter({ hasText: 'it was cancelled' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  provider.bad = {};
  await page.goto(`${url}/runs?status=failed`);
  await link.click();
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
  expect(page.url()).toBe(`${url}/runs?status=failed`);
  expect(await page.evaluate('document.cookie')).toBe('');
  await page.getByRole('link', { name: 'Audit' }).waitFor();
});
