import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack, signed } from '../../support/parts/stack.ts';
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

test('a calendar of days is made, changed by two at once, followed and deleted, by the keyboard', async () => {
  const { page, complaints, goTo } = await consolePage(shared(), browser, {
    viewport: { width: 320, height: 900 },
  });
  await goTo('calendars');
  await page.getByRole('button', { name: 'Make one' }).press('Enter');
  const form = page.getByRole('form', { name: 'New calendar' });
  await form.getByLabel('Name').fill('School <b>holidays</b>');
  await form.getByLabel('Days', { exact: true }).fill('2036-12-25, 2036-02-30');
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await form.getByText('2036-02-30 must be a day that there is').waitFor();
  await form.getByLabel('Days', { exact: true }).fill('2036-12-25');
  await form.getByLabel('From').fill('2036-12-30');
  await form.getByLabel('To (empty: one day)').fill('2037-01-02');
  await form.getByRole('button', { name: 'Add 4 days' }).press('Enter');
  const file = (text: string) => ({ name: 'days.ics', mimeType: 'text/calendar', buffer: Buffer.from(text) });
  const chosen = form.getByLabel('Days of an iCalendar file (.ics)');
  await chosen.setInputFiles(file('<b>none</b>'));
  await form.getByText('No days could be read of days.ics').waitFor();
  await chosen.setInputFiles(
    file('BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20370103\nEND:VEVENT\nEND:VCALENDAR'),
  );
  await form.getByText('1 day is in the field.').waitFor();
  await form.getByRole('checkbox', { name: 'Sunday' }).press('Space');
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await form.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByText('6 days, Thu 25 Dec 2036 to Sat 3 Jan 2037; Sundays').waitFor();
  const { body } = await shared().call('GET', '/api/v1/calendars');
  const [{ calendar_id }] = body.calendars;
  const path = `/api/v1/calendars/${calendar_id}`;
  const schedule = { type: 'daily', run_time: '07:00', exclude_calendars: [calendar_id] };
  const { body: task } = await shared().call('POST', '/api/v1/tasks', {
    body: { name: 'Bell', task_type: 'todo', schedule },
  });
  // Without a reload: the page follows the events.
  await page.getByRole('link', { name: '1 task follows it' }).press('Enter');
  await page.getByRole('row').filter({ hasText: 'Bell' }).waitFor();
  await page.getByRole('button', { name: 'Following one calendar' }).waitFor();
  await goTo('calendars');
  await page.getByRole('button', { name: 'Change School <b>holidays</b>' }).press('Enter');
  const change = page.getByRole('form', { name: 'Change School <b>holidays</b>' });
  await change.getByLabel('Name').fill('Holidays');
  const theirs = { name: 'School <b>holidays</b>', dates: ['2036-12-25'], weekdays: [] };
  await shared().call('PUT', path, { body: theirs });
  await change.getByRole('button', { name: 'Save' }).press('Enter');
  await page.getByRole('alert', { name: 'The calendar was changed meanwhile' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Both' }).press('Enter');
  await page.getByText('Thu 25 Dec 2036', { exact: true }).waitFor();
  expect((await shared().call('GET', path)).body).toMatchObject({ ...theirs, name: 'Holidays', revision: 3 });
  await page.getByRole('button', { name: 'Delete Holidays' }).press('Enter');
  await page
    .getByRole('status')
    .getByText(/^Holidays is still there/)
    .waitFor();
  await shared().call('DELETE', `/api/v1/tasks/${task.task_id}`);
  await page.getByText('No task of yours follows it.').waitFor();
  await page.getByRole('button', { name: 'Delete Holidays' }).press('Enter');
  await page.getByText('There are no calendars').waitFor();
  await page.keyboard.press('u');
  await page.getByRole('heading', { name: 'Holidays' }).waitFor();
  expect(complaints).toEqual([]);
});

test('a calendar of the installation is followed by all, and changed by administrators', async () => {
  const token = await signed({ sub: 'usr_op', roles: ['admin'] });
  const admin = await consolePage(shared(), browser, { token });
  await admin.goTo('calendars?id=new');
  const form = admin.page.getByRole('form', { name: 'New calendar' });
  await form.getByLabel('Name').fill('Bank holidays');
  await form.getByLabel('Days', { exact: true }).fill('2036-12-25 2036-12-26');
  await form.getByRole('checkbox', { name: 'Of the installation' }).check();
  await form.getByRole('button', { name: 'Save' }).click();
  await admin.page.getByRole('button', { name: 'Change Bank holidays' }).waitFor();
  const { page, goTo } = await consolePage(shared(), browser);
  await goTo('calendars');
  const entry = page.getByRole('listitem').filter({ hasText: 'Bank holidays' });
  await entry.getByText('All days').click();
  await entry.getByText('Thu 25 Dec, Fri 26 Dec').waitFor();
  expect(await entry.getByRole('button').count()).toBe(0);
  await admin.page.getByRole('button', { name: 'Delete Bank holidays' }).click();
  const dialog = admin.page.getByRole('dialog', { name: 'Delete Bank holidays?' });
  await dialog.getByText('keep the days that it has now').waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await admin.page.getByText('Deleted Bank holidays').waitFor();
  expect((await shared().call('GET', '/api/v1/calendars')).body.calendars).not.toContainEqual(
    expect.objectContaining({ shared: true }),
  );
});
