/** The console of a stack in a real Chromium, signed in, with all that the page complains of. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { startServer } from '../../src/http/server/server.ts';
import { ALICE, type Stack, tokenOf } from '../support/parts/stack.ts';

export interface ConsolePage {
  readonly page: Page;
  readonly url: string;
  /** Errors of scripts, refusals of the policy, warnings. Answers that are no success are not in it. */
  readonly complaints: string[];
  goTo(screen: string): Promise<void>;
}

const TOLD_OF_ANSWERS =
  /^Failed to load resource: (the server responded with a status of|net::ERR_INTERNET_DISCONNECTED)/;

/** Closed with the test. `token`: whose page it is; default: Alice's. */
export async function consolePage(
  { app }: Stack,
  browser: Browser,
  { token, ...options }: BrowserContextOptions & { readonly token?: string } = {},
): Promise<ConsolePage> {
  const server = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  const context = await browser.newContext({
    viewport: { width: 1200, height: 900 },
    timezoneId: 'Europe/Zurich',
    locale: 'en-GB',
    ...options,
  });
  onTestFinished(async () => {
    await context.close();
    await server.stop(0);
  });
  const page = await context.newPage();
  // A limit for what hangs, below the test's own: a browser beside other work has taken more than 15 s to show a page.
  page.setDefaultTimeout(45_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning';
    if (isComplaint && !TOLD_OF_ANSWERS.test(message.text())) complaints.push(message.text());
  });
  await page.goto(server.url);
  await page.getByLabel('Token').fill(token ?? (await tokenOf(ALICE)));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
  return {
    page,
    url: server.url,
    complaints,
    goTo: async (screen) => void (await page.goto(`${server.url}/${screen}`)),
  };
}

let axe: string | undefined;

/** What axe finds wrong with the page as it is: rule and element, one a line. */
export async function axeFindings(page: Page): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // By the debugger: the page itself lets no script in.
  const debugging = await page.context().newCDPSession(page);
  await debugging.send('Runtime.evaluate', { expression: axe });
  const expression =
    'axe.run(document).then((found) => found.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))';
  const { result } = await debugging.send('Runtime.evaluate', {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  await debugging.detach();
  return result.value as string[];
}
