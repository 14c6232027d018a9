import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishShipped, readShipped } from '../../../src/app/start/shipped-templates.ts';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
beforeAll(async () => {
  await publishShipped(await readShipped(), shared().deps.templateCommands, 'test');
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

/** The newest first. */
const tasks = async () => (await shared().call('GET', '/api/v1/tasks')).body.tasks;
const HOSTILE = '<img src=x onerror="document.title=1">\u202e"\'';

async function created(fields: object): Promise<string> {
  const { body } = await shared().call('POST', '/api/v1/tasks', { body: fields });
  return body.task_id;
}

test('a line is added from anywhere by the keyboard, and taken back', async () => {
  const { page, complaints } = await consolePage(shared(), browser);
  await page.keyboard.press('q');
  const line = page.getByRole('textbox', { name: 'Task' });
  await line.waitFor();
  await page.keyboard.type('water the sun flowers every sun 2:30 #home');
  await page.getByText('Sundays at 02:30 Zurich').waitFor();
  // Asked of the service: Sundays at half past two meet both changes of the clocks.
  await page.getByText(/comes twice in Europe\/Zurich/).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await page.getByText('Added water the sun flowers').waitFor();
  expect(await tasks()).toMatchObject([
    {
      name: 'water the sun flowers',
      task_type: 'todo',
      tags: ['home'],
      schedule: { type: 'weekly', weekdays: [7], run_time: '02:30', timezone: 'Europe/Zurich' },
    },
  ]);
  await page.keyboard.press('u');
  await expect.poll(tasks, { interval: 20 }).toEqual([]);
  expect(complaints).toEqual([]);
});

test('what was read turns back into words, by Backspace and by its ✕', async () => {
  const { page } = await consolePage(shared(), browser);
  await page.keyboard.press('q');
  await page.keyboard.type('read tomorrow #x');
  await page.getByRole('button', { name: '“#x” is not a tag' }).waitFor();
  await page.keyboard.press('Backspace');
  await page.getByRole('button', { name: '“#x” is not a tag' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: '“tomorrow” is not a time' }).click();
  await page.getByRole('textbox', { name: 'Task' }).press('Enter');
  await expect
    .poll(tasks, { interval: 20 })
    .toMatchObject([{ name: 'read tomorrow #x', due_date: null, tags: [] }]);
});

test('a template is a form, and what the service finds wrong stands at its field', async () => {
  const { page, complaints, goTo } = await consolePage(shared(), browser, {
    viewport: { width: 320, height: 800 },
  });
  await goTo('templates');
  await page.getByRole('link', { name: 'Use Daily weather' }).click();
  await page.locator('.task-form').getByRole('button', { name: 'Add' }).click();
  const place = page.getByRole('group', { name: 'Place' });
  await place
    .getByText(/required|missing/i)
    .last()
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await place.getByLabel('By name').fill('Oslo');
  await page.getByLabel('Units').selectOption('imperial');
  await page.locator('.task-form').getByRole('button', { name: 'Add' }).click();
  await page.getByText('Added Daily weather').waitFor();
  expect((await tasks())[0]).toMatchObject({
    template_id: 'tpl_daily_weather',
    config: { location: 'Oslo', units: 'imperial' },
    schedule: { type: 'daily', run_time: '07:00', timezone: 'Europe/Zurich' },
  });
  expect(complaints).toEqual([]);
});

test('a template above the tier says so', async () => {
  const { page, goTo } = await consolePage(shared(), browser);
  await goTo('templates');
  const locked = page.getByRole('listitem').filter({ hasText: 'Data backup' });
  await locked.getByText('From tier enterprise').waitFor();
  expect(await locked.getByRole('link').count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
});

test('a changed schedule says what it does to the planned runs, in both zones, before it is saved', async () => {
  const id = await created({
    name: 'Backup',
    task_type: 'todo',
    schedule: { type: 'weekly', weekdays: [7], run_time: '02:30', timezone: 'America/New_York' },
  });
  const { page, goTo } = await consolePage(shared(), browser);
  await goTo(`tasks/${id}/edit`);
  await page.getByRole('columnheader', { name: 'yours (Zurich)' }).waitFor();
  await page.getByRole('columnheader', { name: 'task (New York)' }).waitFor();
  await page
    .getByRole('row', { name: /02:30 is moved to 03:30/ })
    .first()
    .waitFor();
  await page.getByText('Nothing is changed.').waitFor();
  await page.getByRole('checkbox', { name: 'Monday' }).check();
  await page.getByText(/^0 planned runs go, 1[23] come until/).waitFor();
  await page.getByText('Changed: schedule').waitFor();
  await page.getByText('Changes of the clocks within a year').click();
  await page.getByText(/New York: clocks go forward by 1 h, to 03:00/).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Cron' }).check();
  await page.getByText('At 09:00', { exact: false }).waitFor();
  await page.getByLabel('Expression').fill('0 9 31 2 *');
  await page.locator('.field-fault').waitFor();
  await page.getByLabel('Expression').fill('0 9 * * MON-FRI');
  await page.getByText('At 09:00, Monday through Friday').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Backup').waitFor();
  const { body } = await shared().call('GET', `/api/v1/tasks/${id}`);
  expect(body.schedule).toMatchObject({ expression: '0 9 * * MON-FRI', timezone: 'America/New_York' });
});

test('a task gets more schedules and loses them, by the keyboard, with the slots of all of them before', async () => {
  const id = await created({
    name: 'Watering',
    task_type: 'todo',
    schedule: { type: 'daily', run_time: '07:00', timezone: 'Europe/Zurich' },
  });
  const { page, complaints, goTo } = await consolePage(shared(), browser, {
    viewport: { width: 320, height: 900 },
  });
  const task = async () => (await shared().call('GET', `/api/v1/tasks/${id}`)).body;
  await goTo(`tasks/${id}/edit`);
  await page.getByText('Nothing is changed.').waitFor();
  await page.getByRole('button', { name: 'Another schedule' }).press('Enter');
  const schedules = page.getByRole('list', { name: 'Schedules' });
  const second = schedules.getByRole('listitem').nth(1);
  await second.getByLabel('Name').fill('main');
  await second.getByText('is the id of another one of the list').waitFor();
  await second.getByLabel('Name').fill('evening');
  await second.getByLabel('Time zone').fill('America/New_York');
  await second.getByLabel('At', { exact: true }).fill('18:00');
  const preview = page.getByRole('table', { name: 'The next runs' });
  await preview
    .getByRole('row', { name: /18:00 New York evening/ })
    .first()
    .waitFor();
  await preview
    .getByRole('row', { name: /07:00 Zurich main/ })
    .first()
    .waitFor();
  await page.getByText(/^0 planned runs go, \d+ come/).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  await second.getByRole('button', { name: 'Move up evening' }).press('Enter');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Watering').waitFor();
  expect(await task()).toMatchObject({
    schedule: null,
    schedules: [
      { id: 'evening', run_time: '18:00', timezone: 'America/New_York' },
      { id: 'main', run_time: '07:00', timezone: 'Europe/Zurich' },
    ],
  });
  await page.getByRole('list', { name: 'Schedules' }).getByText('evening:').waitFor();
  await page
    .getByRole('button', { name: /, evening: is planned/ })
    .first()
    .waitFor();
  await goTo(`tasks/${id}/edit`);
  await page.getByText('Nothing is changed.').waitFor();
  await page.getByRole('button', { name: 'Remove evening' }).press('Enter');
  await page.getByRole('button', { name: 'Another schedule' }).and(page.locator(':focus')).waitFor();
  await page.getByText(/^\d+ planned runs go, 0 come/).waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Watering').last().waitFor();
  await expect.poll(task).toMatchObject({ schedule: { run_time: '07:00' }, schedules: [{ id: 'main' }] });
  expect(complaints).toEqual([]);
});

test('of ten schedules each is one of the form, and there is no eleventh', async () => {
  const schedules = Array.from({ length: 10 }, (_, hour) => ({
    id: `at-${hour}`,
    type: 'daily',
    run_time: `0${hour}:00`,
  }));
  const id = await created({ name: 'Ten', task_type: 'todo', schedules });
  const { page, goTo } = await consolePage(shared(), browser);
  await goTo(`tasks/${id}/edit`);
  await page.getByText('A task has at most 10 schedules.').waitFor();
  expect(await page.getByRole('button', { name: 'Another schedule' }).count()).toBe(0);
  expect(await page.getByRole('list', { name: 'Schedules' }).getByRole('listitem').count()).toBe(10);
  // Those that are folded away are there as well.
  await page.getByText('at-3', { exact: true }).first().click();
  await page.getByRole('group', { name: 'Schedule at-3' }).getByLabel('At', { exact: true }).fill('03:30');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved Ten').waitFor();
  const { body } = await shared().call('GET', `/api/v1/tasks/${id}`);
  expect(body.schedules.map(({ run_time }: { run_time: string }) => run_time)).toEqual(
    schedules.map(({ run_time }, hour) => (hour === 3 ? '03:30' : run_time)),
  );
});

test('the calendars that a schedule follows are chosen, and stay where something else is changed', async () => {
  const made = async (name: string) =>
    (await shared().call('POST', '/api/v1/calendars', { body: { name, dates: ['2036-12-25'] } })).body
      .calendar_id;
  const [holidays, term] = [await made('Holidays'), await made(HOSTILE)];
  const id = await created({
    name: 'School',
    task_type: 'todo',
    schedule: { type: 'daily', run_time: '07:00', exclude_calendars: [holidays] },
  });
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  const schedule = async () => (await shared().call('GET', `/api/v1/tasks/${id}`)).body.schedule;
  await goTo(`tasks/${id}/edit`);
  const excluded = page.getByRole('group', { name: 'Not on the days of' });
  await excluded.getByText('Holidays').waitFor();
  await page.getByLabel('At', { exact: true }).fill('08:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved School').waitFor();
  expect(await schedule()).toMatchObject({ run_time: '08:00', exclude_calendars: [holidays] });
  await goTo(`tasks/${id}/edit`);
  await excluded.getByRole('button', { name: /^Not on the days of Holidays/ }).click();
  await page.getByLabel('Only on the days of: another calendar').selectOption(term);
  await page.getByRole('row', { name: /25 Dec 2036 / }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved School').last().waitFor();
  await expect.poll(schedule).toMatchObject({ only_calendars: [term] });
  expect(await schedule()).not.toHaveProperty('exclude_calendars');
  expect(complaints).toEqual([]);
});

test('where somebody else changed the task meanwhile, both changes can be kept', async () => {
  const id = await created({ name: HOSTILE, task_type: 'todo' });
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await goTo(`tasks/${id}/edit`);
  await page.getByLabel('Priority').selectOption('urgent');
  const theirs = { tags: [HOSTILE], description: HOSTILE };
  await shared().call('PATCH', `/api/v1/tasks/${id}`, { body: theirs });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert', { name: 'The task was changed meanwhile' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Both' }).click();
  await page.getByText(/^Saved/).waitFor();
  const { body } = await shared().call('GET', `/api/v1/tasks/${id}`);
  expect(body).toMatchObject({ ...theirs, priority: 'urgent' });
  expect(await page.title()).not.toBe('1');
  expect(complaints).toEqual([]);
});

test('a due date is a day, and has a time where one is given', async () => {
  const { page, complaints, goTo } = await consolePage(shared(), browser);
  await page.keyboard.press('q');
  await page.getByRole('textbox', { name: 'Task' }).waitFor();
  await page.keyboard.type('wrap presents on 24 dec 2036');
  await page.keyboard.press('Enter');
  await page.getByText('Added wrap presents').waitFor();
  const [task] = await tasks();
  expect(task).toMatchObject({ due_date: '2036-12-24', due_timezone: 'Europe/Zurich' });
  const due = async () => {
    const { body } = await shared().call('GET', `/api/v1/tasks/${task.task_id}`);
    return [body.due_date, body.due_timezone];
  };
  const save = async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved wrap presents').last().waitFor();
    await page.waitForURL(`**/tasks/${task.task_id}`);
  };
  await goTo(`tasks/${task.task_id}/edit`);
  await page.getByText('Nothing is changed.').waitFor();
  expect(await page.getByLabel('Due at').inputValue()).toBe('');
  await page.getByLabel('Due', { exact: true }).fill('2036-12-26');
  await page.getByText('Changed: due date', { exact: true }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await save();
  expect(await due()).toEqual(['2036-12-26', 'Europe/Zurich']);
  await goTo(`tasks/${task.task_id}/edit`);
  await page.getByLabel('Due at').fill('15:30');
  await save();
  expect(await due()).toEqual(['2036-12-26T14:30:00.000Z', null]);
  await goTo(`tasks/${task.task_id}/edit`);
  await page.getByLabel('Due at').fill('');
  await save();
  expect(await due()).toEqual(['2036-12-26', 'Europe/Zurich']);
  await goTo(`tasks/${task.task_id}?tab=settings`);
  await page.getByText('Fri 26 Dec 2036', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
});
