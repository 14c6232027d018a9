import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { JetStreamInstances } from '../../../src/jetstream/leases/instances.ts';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack, signed } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

let isHealthy = true;
const components = {
  log: { answers: true, round_trip_ms: 1.5, last_sequence: 7 },
  projector: { state: 'projecting', checkpoint: 5, lag: 2 },
  storage: { state: 'ok', used_bytes: 2_500_000, limit_bytes: 10_000_000 },
  streams: [{ name: 'TASK_LOG', messages: 1_234, bytes: 55_135 }],
};
const shared = sharedStack({
  replace: ({ health }) => ({
    health: {
      ...health,
      ready: async () => ({ ready: isHealthy, reasons: [] }),
      detailed: async () => ({
        ready: isHealthy,
        reasons: isHealthy ? [] : ['The store is full: writes are refused.'],
        warnings: [],
        components,
      }),
    },
  }),
});
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('administrators see how the service is, and of tasks nothing that somebody wrote', async () => {
  const { body: task } = await shared().call('POST', '/api/v1/tasks', {
    body: {
      name: 'Secret name',
      task_type: 'todo',
      schedule: { type: 'daily', run_time: '08:00', timezone: 'Europe/Zurich' },
    },
  });
  const living = new AbortController();
  const { known, ended } = new JetStreamInstances(shared().nc, { logger: shared().deps.logger }).announce(
    { instance: 'box-1', roles: ['api'], version: '1.2.3', started_at: shared().deps.clock.now() },
    living.signal,
  );
  onTestFinished(async () => {
    living.abort();
    await ended;
  });
  await known;
  const token = await signed({ sub: 'usr_op', roles: ['admin'] });
  const viewport = { width: 320, height: 900 };
  const { page, complaints } = await consolePage(shared(), browser, { token, viewport });
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: 'Operate' }).click();
  await page.getByText('The service works.').waitFor();
  await page.getByText('The views are 2 events behind the log.').waitFor();
  await page.getByText('The store holds 2.5 MB of 10.0 MB (25.0 %).').waitFor();
  await page.getByRole('row', { name: 'TASK_LOG 1,234 55.1 kB' }).waitFor();
  await page.getByRole('row', { name: /box-1.*nothing.*api.*1\.2\.3/ }).waitFor();
  await page.getByText('Nobody leads: nothing is started by a schedule.').waitFor();
  await page.getByRole('rowheader', { name: task.task_id }).waitFor();
  expect(await page.getByText('Secret name').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  isHealthy = false;
  await page.reload();
  await page.getByText('The store is full: writes are refused.').waitFor();
  await page.getByText('Requests should not be sent to this instance.').waitFor();
  expect(complaints).toEqual([]);
});

test('nobody else does', async () => {
  const { page, goTo } = await consolePage(shared(), browser);
  expect(await page.getByRole('link', { name: 'Operate' }).count()).toBe(0);
  await goTo('operate');
  await page.getByText('This screen is for administrators.').waitFor();
});
