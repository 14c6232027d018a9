import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('a due date is moved by the keyboard, keeps its time, and runs are counted by the days of the viewer', async () => {
  const create = async (body: object) =>
    (await shared().call('POST', '/api/v1/tasks', { body })).body.task_id;
  const due = await create({
    name: 'Pay the <b>rent</b>',
    task_type: 'todo',
    due_date: '2027-03-27T09:00:00Z',
  });
  await create({
    name: 'Late',
    task_type: 'todo',
    schedule: {
      type: 'daily',
      run_time: '23:30',
      timezone: 'UTC',
      start_at: '2027-03-01T00:00:00Z',
      max_runs: 2,
    },
  });
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await goTo('calendar?date=2027-03-10');
  await page.getByRole('heading', { name: 'March 2027' }).waitFor();
  // Half past eleven in UTC is the next day in Zurich.
  const day = (name: string) => page.getByRole('region', { name });
  await day('Tue 2 Mar').getByRole('link', { name: 'Runs: 1 planned' }).waitFor();
  await day('Wed 3 Mar').getByRole('link', { name: 'Runs: 1 planned' }).waitFor();
  expect(await day('Mon 1 Mar').getByRole('link', { name: /^Runs/ }).count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  // Over the change of the clocks: ten o'clock stays ten o'clock.
  const item = day('Sat 27 Mar').getByRole('link', { name: '10:00 Pay the <b>rent</b>' });
  await item.focus();
  await page.keyboard.press('Alt+ArrowRight');
  await day('Sun 28 Mar').getByRole('link', { name: '10:00 Pay the <b>rent</b>' }).waitFor();
  const { body } = await shared().call('GET', `/api/v1/tasks/${due}`);
  expect(body.due_date).toBe('2027-03-28T08:00:00.000Z');
  expect(complaints).toEqual([]);
});

test('runs of more tasks than one call of the timeline takes are counted all the same', async () => {
  const schedule = { type: 'once', run_time: '2028-05-10T12:00:00Z' };
  const before = await shared().call('GET', '/api/v1/tasks?has_schedule=true&total=true&limit=1');
  for (let made = before.body.total; made < 103; made++) {
    await shared().call('POST', '/api/v1/tasks', { body: { name: `${made}`, task_type: 'todo', schedule } });
  }
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await goTo('calendar?date=2028-05-10');
  const runs = page
    .getByRole('region', { name: 'Wed 10 May' })
    .getByRole('link', { name: `Runs: ${103 - before.body.total} planned` });
  await runs.waitFor();
  expect(complaints).toEqual([]);
});

test('what is due on a day has no time, is shown on that day wherever it is, and stays so when it is moved', async () => {
  const body = {
    name: 'Wrap presents',
    task_type: 'todo',
    due_date: '2027-12-24',
    due_timezone: 'Asia/Tokyo',
  };
  const { body: made } = await shared().call('POST', '/api/v1/tasks', { body });
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await goTo('calendar?date=2027-12-10');
  const day = (name: string) => page.getByRole('region', { name });
  const item = (name: string) => day(name).getByRole('link', { name: 'Wrap presents' });
  await item('Fri 24 Dec').waitFor();
  expect(await item('Fri 24 Dec').textContent()).toBe('☐ Wrap presents, due');
  await item('Fri 24 Dec').focus();
  await page.keyboard.press('Alt+ArrowRight');
  await item('Sat 25 Dec').waitFor();
  const of = async () => (await shared().call('GET', `/api/v1/tasks/${made.task_id}`)).body;
  expect(await of()).toMatchObject({ due_date: '2027-12-25', due_timezone: 'Asia/Tokyo' });
  await day('Sat 25 Dec').getByRole('listitem').dragTo(day('Sun 26 Dec'));
  await item('Sun 26 Dec').waitFor();
  expect(await of()).toMatchObject({ due_date: '2027-12-26', due_timezone: 'Asia/Tokyo' });
  await goTo('tasks');
  await page.getByRole('row').filter({ hasText: 'due Sun 26 Dec 2027 Tokyo' }).waitFor();
  expect(complaints).toEqual([]);
});
