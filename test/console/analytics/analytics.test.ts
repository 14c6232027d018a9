import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import { launchChromium } from '../../support/chromium.ts';
import { ALICE, sharedStack } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
beforeAll(async () => {
  await publishShipped(await readShipped(), shared().deps.templateCommands, 'test');
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('figures are shown with a table for each chart, and follow what happens', async () => {
  const { page, complaints, goTo } = await consolePage(shared(), browser, {
    viewport: { width: 320, height: 900 },
  });
  await goTo('analytics');
  await page.getByText('Nothing has run in this time.').waitFor();
  await page.getByText('No run is planned.').waitFor();
  const { body: task } = await shared().call('POST', '/api/v1/tasks', {
    body: { name: 'Tea', task_type: 'reminder', config: { reminder_message: 'Tea' } },
  });
  const { body: run } = await shared().call('POST', `/api/v1/tasks/${task.task_id}/execute`, {
    body: {},
    headers: { Prefer: 'wait=0' },
  });
  await shared().work(ALICE, task.task_id, run.execution_id);
  // Without a reload: the page follows the events.
  await page.getByRole('heading', { name: 'Runs by day' }).waitFor();
  const chart = page.getByRole('figure').first();
  await chart.getByText('As a table').click();
  // Days are those of the viewer, as the hours are.
  const today = new Date().toLocaleDateString('en-CA', { timeZone: 'Europe/Zurich' });
  await chart.getByRole('row', { name: `${today} 1 0 0` }).waitFor();
  expect(await chart.getByRole('row').count()).toBe(31);
  await page.getByRole('heading', { name: 'Runs by hour, in Europe/Zurich' }).waitFor();
  const hours = page.getByRole('table').filter({ has: page.getByRole('rowheader', { name: 'Monday' }) });
  expect(await hours.getByRole('cell', { name: '1', exact: true }).count()).toBe(1);
  await shared().call('POST', '/api/v1/tasks', {
    body: {
      template_id: 'tpl_daily_weather',
      config: { location: 'Oslo' },
      schedule: { type: 'daily', run_time: '23:59', timezone: 'Europe/Zurich' },
    },
  });
  const ahead = page.getByRole('region', { name: 'The next 30 days' });
  await ahead.getByText(/^30 runs are planned\. They take at most 3 credits/).waitFor();
  await ahead.getByRole('figure').filter({ hasText: 'Credits ahead, by day' }).waitFor();
  const tasks = page.getByRole('region', { name: 'By task' });
  await tasks.getByRole('row', { name: /^Tea 1 0 0 100 %/ }).waitFor();
  await tasks.getByRole('combobox').selectOption({ label: 'cost most' });
  await page.waitForURL(/order=credits/);
  await tasks.getByRole('link', { name: 'Tea' }).waitFor();
  await page.getByText('Days are those of Europe/Zurich.').first().waitFor();
  await page.locator('dt', { hasText: '95 % within' }).waitFor();
  // A bar leads to the runs of that local day.
  const bar = await chart.getByRole('link', { name: today }).getAttribute('href');
  const day = new URL(bar ?? '', page.url()).searchParams;
  const from = new Date(day.get('from') ?? '');
  expect(from.toLocaleTimeString('en-GB', { timeZone: 'Europe/Zurich' })).toBe('00:00:00');
  expect(Date.parse(day.get('to') ?? '') - from.getTime()).toBeGreaterThan(22 * 3_600_000);
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  expect(complaints).toEqual([]);
});
