/** From the link of the banner to a changed schedule: once without a mouse, once without keys but for what is written. */
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../src/http/server/server.ts';
import { launchChromium } from '../support/chromium.ts';
import { ALICE, sharedStack, signed } from '../support/parts/stack.ts';
import { PlayedClock, Player } from './past-day.ts';

const MINUTE = 60_000;
const clock = new PlayedClock();
const shared = sharedStack({ clock });
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

async function signedInByLink(): Promise<Page> {
  const server = await startServer({ fetch: shared().app.fetch, host: '127.0.0.1', port: 0 });
  const context = await browser.newContext({ timezoneId: 'Europe/Zurich', locale: 'en-GB' });
  onTestFinished(async () => {
    await context.close();
    await server.stop(0);
  });
  const token = await signed({ sub: ALICE, subscription_level: 'enterprise' });
  const page = await context.newPage();
  page.setDefaultTimeout(6_000);
  await page.goto(`${server.url}/#code=${await shared().deps.sessions.codeFor(token)}`);
  await page.getByRole('heading', { name: 'Tasks' }).waitFor();
  return page;
}

/** For `docs/console.md`: `npm run console-screenshots`. Each walk on a wide page and on a narrow one, one of them dark. */
async function picture(
  page: Page,
  name: string,
  wide: 'light' | 'dark',
  see: Locator = page.locator('main'),
): Promise<void> {
  if (!process.env.CONSOLE_SCREENSHOTS) return;
  const narrow = wide === 'light' ? 'dark' : 'light';
  // What was done a while ago would stand over what is to be seen.
  await page.evaluate(
    'for (const notice of document.querySelectorAll(".notice [aria-label=Dismiss]")) notice.click()',
  );
  for (const [colorScheme, width, height] of [
    [narrow, 320, 720],
    [wide, 1_200, 800],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await see.scrollIntoViewIfNeeded();
    const file = `${name}-${width === 320 ? 'narrow' : 'wide'}.png`;
    await page.screenshot({ path: join(import.meta.dirname, '..', '..', 'docs', 'console', file) });
  }
}

/** An hour and a half ago, so that there is something to look at now. */
async function addedInThePast(page: Page, name: string, add: () => Promise<void>): Promise<void> {
  clock.put(Date.now() - 90 * MINUTE);
  await add();
  await page.getByText(`Added ${name}`).waitFor();
  const { body } = await shared().call('GET', `/api/v1/tasks?q=${name}`);
  const [task] = body.tasks;
  await new Player(shared(), clock).slow(task.task_id, Date.parse(task.next_run_time), true);
  clock.put(null);
}

async function scheduleOf(name: string): Promise<unknown> {
  return (await shared().call('GET', `/api/v1/tasks?q=${name}`)).body.tasks[0].schedule;
}
const SUNDAYS = { type: 'weekly', run_time: '02:30', timezone: 'Europe/Zurich' };
const moved = (page: Page) => page.getByRole('row', { name: /02:30 is moved to 03:30/ }).first();
const isMoved = (page: Page) => moved(page).waitFor();

test('a newcomer without a mouse', async () => {
  const page = await signedInByLink();
  const { keyboard } = page;
  const tabTo = async (place: Locator) => {
    await place.waitFor();
    const isThere = () => place.evaluate((element) => element === element.ownerDocument.activeElement);
    for (let presses = 0; !(await isThere()); presses += 1) {
      expect(presses).toBeLessThan(80);
      await keyboard.press('Tab');
    }
  };
  await addedInThePast(page, 'soup', async () => {
    await keyboard.press('q');
    await page.getByRole('textbox', { name: 'Task' }).waitFor();
    await keyboard.type('soup every 30 minutes');
    await page.getByText('↻ Every 30 minutes Zurich').waitFor();
    await page.getByText(/^next /).waitFor();
    await picture(page, 'keys-1-add', 'dark', page.getByRole('dialog'));
    await keyboard.press('Enter');
  });
  await page.getByRole('row').filter({ hasText: 'soup' }).waitFor();
  await keyboard.press('j');
  await keyboard.press('o');
  await page.getByText('was skipped: the run before it was still going.').waitFor();
  await page.getByRole('table').getByText('completed').waitFor();
  await picture(page, 'keys-2-skipped', 'dark');
  await keyboard.press('ArrowLeft');
  await page.getByText('ran, on time, and completed.').waitFor();
  await picture(page, 'keys-3-ran', 'dark');
  await keyboard.press('e');
  await tabTo(page.getByRole('radio', { name: 'Every …' }));
  for (const kind of ['Monthly', 'Daily', 'Weekly']) {
    await keyboard.press('ArrowLeft');
    await expect.poll(() => page.getByRole('radio', { name: kind }).isChecked()).toBe(true);
  }
  await tabTo(page.getByRole('checkbox', { name: 'Sunday' }));
  await keyboard.press('Space');
  await tabTo(page.getByLabel('At', { exact: true }));
  await keyboard.type('0230');
  await isMoved(page);
  await picture(page, 'keys-4-clocks', 'dark', moved(page));
  await tabTo(page.getByRole('button', { name: 'Save' }));
  await keyboard.press('Enter');
  await page.getByText('Saved soup').waitFor();
  expect(await scheduleOf('soup')).toMatchObject(SUNDAYS);
});

test('a newcomer with a mouse', async () => {
  const page = await signedInByLink();
  await addedInThePast(page, 'bread', async () => {
    await page.getByRole('banner').getByRole('button', { name: 'Add' }).click();
    await page.getByRole('textbox', { name: 'Task' }).fill('bread every 30 minutes');
    await page.getByText('↻ Every 30 minutes Zurich').waitFor();
    await page.getByText(/^next /).waitFor();
    await picture(page, 'mouse-1-add', 'light', page.getByRole('dialog'));
    await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  });
  await page.getByRole('link', { name: 'bread', exact: true }).click();
  await page.getByText('was skipped: the run before it was still going.').waitFor();
  await page.getByRole('table').getByText('completed').waitFor();
  await picture(page, 'mouse-2-skipped', 'light');
  await page.getByRole('button', { name: /ran, on time, and completed/ }).click();
  await page.getByRole('link', { name: 'Show the run' }).click();
  await page.getByRole('heading', { name: 'Run of bread' }).waitFor();
  await picture(page, 'mouse-3-ran', 'light');
  await page.getByRole('link', { name: 'bread', exact: true }).click();
  await page
    .getByRole('button', { name: 'Edit' })
    .or(page.getByRole('link', { name: 'Edit' }))
    .click();
  await page.getByText('Weekly', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'Sunday' }).click();
  await page.getByLabel('At', { exact: true }).fill('02:30');
  await isMoved(page);
  await picture(page, 'mouse-4-clocks', 'light', moved(page));
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved bread').waitFor();
  expect(await scheduleOf('bread')).toMatchObject(SUNDAYS);
});
