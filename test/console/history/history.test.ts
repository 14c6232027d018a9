import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bringBackBody,
  bringBackChanges,
  eventWords,
  pathWords,
} from '../../../src/console/screens/history/event-words.ts';
import { TASK_EVENT_TYPES } from '../../../src/domain/task/events/event-types.ts';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('every type of event has words', () => {
  expect(TASK_EVENT_TYPES.filter((type) => eventWords(type, {}) === type)).toEqual([]);
  expect(pathWords('/config/a~1b')).toBe('config.a/b');
});

test('what is brought back is what people can edit and what differs', () => {
  const then = { name: 'a', priority: 'low', run_count: 1, tags: ['x'] };
  const now = { name: 'b', priority: 'low', run_count: 9, tags: ['x'], due_date: '2027-01-01T00:00:00Z' };
  expect(bringBackChanges(now, then)).toEqual({ name: 'a', due_date: null });
});

test('schedules are brought back all together, whether there was one or several', () => {
  const one = { id: 'main', type: 'daily', run_time: '07:00' };
  const two = { id: 'evening', type: 'daily', run_time: '19:00' };
  const single = { schedule: { type: 'daily', run_time: '07:00' }, schedules: [one] };
  const several = { schedule: null, schedules: [one, two] };
  const brought = (now: object, then: object) => bringBackBody(bringBackChanges({ ...now }, { ...then }));
  expect(brought(single, several)).toEqual({ schedules: [one, two] });
  expect(brought(several, single)).toEqual({ schedule: { type: 'daily', run_time: '07:00' } });
  expect(brought(several, { schedule: null, schedules: [] })).toEqual({ schedule: null });
  expect(brought(several, several)).toEqual({});
});

test('what one event changed is brought back by another, and never over what is newer', async () => {
  const { body: task } = await shared().call('POST', '/api/v1/tasks', {
    body: { name: 'First', task_type: 'todo', priority: 'low' },
  });
  const path = `/api/v1/tasks/${task.task_id}`;
  await shared().call('PATCH', path, { body: { name: 'Second', tags: ['a'] } });
  await shared().call('PATCH', path, { body: { priority: 'high' } });
  await shared().call('PATCH', path, { body: { name: 'Third' } });
  const { body: past } = await shared().call('GET', `${path}/events`);
  const [created, second, , third] = past.events.map(({ sequence }: { sequence: number }) => sequence);
  const { page, complaints, goTo } = await consolePage(shared(), browser, {
    viewport: { width: 320, height: 900 },
  });
  await goTo(`tasks/${task.task_id}/history`);
  const bringBack = (sequence: number) =>
    page.getByRole('button', { name: `Bring back what #${sequence} changed` });
  await bringBack(second).click();
  await page.getByText('Changed again since: name. Nothing was brought back').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  expect((await shared().call('GET', path)).body).toMatchObject({ name: 'Third', tags: ['a'], revision: 4 });
  expect(await bringBack(created).count()).toBe(0);
  await bringBack(third).click();
  await page.getByText(`Brought back what #${third} changed`).waitFor();
  expect((await shared().call('GET', path)).body).toMatchObject({ name: 'Second', priority: 'high' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect.poll(async () => (await shared().call('GET', path)).body.name).toBe('Third');
  await shared().call('DELETE', path);
  await bringBack(await shared().lastSequence()).click();
  await expect.poll(async () => (await shared().call('GET', path)).status).toBe(200);
  expect(complaints).toEqual([]);
});

test('a point in the past is shown, compared, and brought back by a new edit', async () => {
  const { body: task } = await shared().call('POST', '/api/v1/tasks', {
    body: { name: 'Backup', task_type: 'todo', schedule: { type: 'daily', run_time: '07:00' } },
  });
  const path = `/api/v1/tasks/${task.task_id}`;
  await shared().call('PATCH', path, {
    body: { schedule: { type: 'daily', run_time: '08:00' }, reason: 'summer' },
  });
  await shared().call('PATCH', path, { body: { name: '<i>Backup</i>' } });
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await goTo(`tasks/${task.task_id}/history`);
  const events = page.getByRole('list', { name: 'Events, newest first' });
  await events.getByText('changed: name').waitFor();
  expect(await events.getByRole('listitem').count()).toBe(3);
  const panel = page.getByRole('region', { name: 'The chosen point' });
  await events.getByRole('button', { name: /changed: schedule/ }).click();
  await panel.getByText('schedule.run_time').waitFor();
  await panel.getByText('07:00', { exact: true }).first().waitFor();
  expect(await axeFindings(page)).toEqual([]);
  // The handle goes to the oldest one, by the keyboard.
  await page.getByRole('slider', { name: 'As of' }).press('Home');
  await panel.getByText('(revision 1)').waitFor();
  await panel.getByRole('button', { name: 'Bring this back' }).click();
  await page.getByText(/^Brought back: name, schedule/).waitFor();
  const { body } = await shared().call('GET', path);
  expect(body).toMatchObject({ name: 'Backup', schedule: { run_time: '07:00' }, revision: 4 });
  expect(complaints).toEqual([]);
});
