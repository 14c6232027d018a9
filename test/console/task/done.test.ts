/** Done on what recurs, by every way that the console has, and the buttons of single slots. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localDateOf } from '../../../src/domain/schedule/calendar/local-day.ts';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { launchChromium } from '../../support/chromium.ts';
import { ALICE, sharedStack } from '../../support/parts/stack.ts';
import { consolePage } from '../console-page.ts';
import { PlayedClock, Player } from '../past-day.ts';

const HOUR = 3_600_000;
const clock = new PlayedClock();
const shared = sharedStack({ clock });
/** Three slots back, and then one an hour. */
let anchor = 0;
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

beforeEach(async () => {
  clock.put(null);
  await shared().call('POST', '/api/v1/tasks/bulk', { body: { action: 'delete', filter: {} } });
  // Half an hour from the slots on both sides, so that none comes during a test.
  anchor = Date.now() - 3.5 * HOUR;
});

const slot = (n: number) => instantOf(anchor + n * HOUR);

/** Its first `came` slots have come; without any, the next one is ahead. */
async function series(name: string, came: number, more: object = {}): Promise<TaskId> {
  clock.put(came === 0 ? null : anchor - HOUR);
  const schedule = { type: 'interval', interval_minutes: 60, anchor: slot(0), catch_up: 'skip' };
  const { body } = await shared().call('POST', '/api/v1/tasks', {
    body: { name, task_type: 'todo', schedule, ...more },
  });
  const player = new Player(shared(), clock);
  for (let n = 0; n < came; n += 1) {
    const run = await player.due(body.task_id, anchor + n * HOUR + 100);
    if (run !== null) await shared().work(ALICE, body.task_id, run);
  }
  clock.put(null);
  return body.task_id;
}

const single = async (name: string): Promise<TaskId> =>
  (await shared().call('POST', '/api/v1/tasks', { body: { name, task_type: 'todo' } })).body.task_id;

/** Its status, how many of its slots are open, and which comes next. */
async function stateOf(id: TaskId) {
  const { body } = await shared().call('GET', `/api/v1/tasks/${id}`);
  return [body.status, body.open_occurrences.length, body.next_run_time];
}

const said = (page: Page, text: string | RegExp) => page.getByRole('status').getByText(text).waitFor();

describe('Done', () => {
  it('ticks the oldest time that is open, on the task’s own screen, and is undone', async () => {
    const id = await series('Water', 2);
    const { page, complaints, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Done', exact: true }).first().click();
    await said(page, /^Done for .*: Water$/);
    const { body } = await shared().call('GET', `/api/v1/tasks/${id}`);
    expect([body.status, body.open_occurrences.map((open: { slot: string }) => open.slot)]).toEqual([
      'scheduled',
      [slot(1)],
    ]);
    await page.keyboard.press('u');
    await said(page, /^Open again for .*: Water$/);
    expect(await stateOf(id)).toEqual(['scheduled', 2, slot(2)]);
    expect(complaints).toEqual([]);
  });

  it('takes the next time out where none is open, says which, and brings it back', async () => {
    const id = await series('Water', 0);
    const { page, goTo } = await consolePage(shared(), browser);
    const [, , next] = await stateOf(id);
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Done ahead' }).click();
    await said(page, /^Done ahead, .*: Water$/);
    const [status, open, after] = await stateOf(id);
    expect([status, open, Date.parse(after) - Date.parse(next)]).toEqual(['scheduled', 0, HOUR]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await said(page, /^Planned again, .*: Water$/);
    expect(await stateOf(id)).toEqual(['scheduled', 0, next]);
  });

  it('is a key in the list and on the task, which completes what does not recur', async () => {
    const [recurring, once] = [await series('Water', 1), await single('Buy milk')];
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('tasks');
    await page.getByRole('link', { name: 'Water' }).focus();
    await page.keyboard.press(' ');
    await said(page, /^Done for .*: Water$/);
    await page.getByRole('link', { name: 'Buy milk' }).focus();
    await page.keyboard.press(' ');
    await said(page, 'Done: Buy milk');
    expect([(await stateOf(recurring)).slice(0, 2), (await stateOf(once))[0]]).toEqual([
      ['scheduled', 0],
      'completed',
    ]);
    const other = await series('Sweep', 1);
    await goTo(`tasks/${other}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press(' ');
    await said(page, /^Done for .*: Sweep$/);
    expect((await stateOf(other)).slice(0, 2)).toEqual(['scheduled', 0]);
  });

  it('on Today is of one time of a series, and of the task where that is due by a date', async () => {
    const recurring = await series('Water', 2);
    const due = await series('Report', 1, { due_date: instantOf(Date.now() - HOUR) });
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('today');
    const rows = page.getByRole('listitem');
    const time = rows.filter({ hasText: 'Water' }).last();
    await time.getByRole('link').focus();
    await page.keyboard.press(' ');
    await said(page, /^Done for .*: Water$/);
    const { body } = await shared().call('GET', `/api/v1/tasks/${recurring}`);
    expect(body.open_occurrences.map((open: { slot: string }) => open.slot)).toEqual([slot(0)]);
    await page.locator('[data-task]:not([data-slot])').getByRole('button', { name: 'Done' }).click();
    await said(page, /^Done for .*: Report$/);
    expect((await stateOf(due)).slice(0, 2)).toEqual(['scheduled', 0]);
  });

  it('of a to-do with several schedules ends none of them', async () => {
    const { body: task } = await shared().call('POST', '/api/v1/tasks', {
      body: {
        name: 'Water',
        task_type: 'todo',
        schedules: [
          { id: 'morning', type: 'daily', run_time: '07:00' },
          { id: 'evening', type: 'daily', run_time: '19:00' },
        ],
      },
    });
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${task.task_id}`);
    await page.getByRole('button', { name: 'Done ahead' }).click();
    await said(page, /^Done ahead, .*: Water$/);
    const [status, , next] = await stateOf(task.task_id);
    expect([status, next > task.next_run_time]).toEqual(['scheduled', true]);
  });

  it('of many ticks series and completes the others, and says before how many', async () => {
    const ids = [await series('Bulk water', 2), await single('Bulk milk')];
    const idle = await series('Bulk idle', 0);
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('tasks?q=bulk');
    for (const name of ['Bulk water', 'Bulk milk', 'Bulk idle']) {
      await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
    }
    const bar = page.getByRole('toolbar');
    await bar.getByRole('button', { name: 'Done' }).click();
    const dialog = page.getByRole('dialog', { name: 'Done 2 tasks?' });
    await dialog.getByText('no series ends').waitFor();
    await dialog.getByRole('button', { name: 'Done 2' }).click();
    await said(page, /^2 done/);
    expect(await Promise.all([...ids, idle].map(async (id) => (await stateOf(id)).slice(0, 2)))).toEqual([
      ['scheduled', 1],
      ['completed', 0],
      ['scheduled', 0],
    ]);
  });

  it('is not there for what runs by itself: its series is ended by name', async () => {
    const config = { reminder_message: 'Stretch' };
    const id = await series('Stretch', 0, { task_type: 'reminder', config });
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    expect(await page.getByRole('button', { name: /^Done/ }).count()).toBe(0);
    await page.keyboard.press(' ');
    await said(page, 'It runs by itself: there is nothing to tick: Stretch');
    expect((await stateOf(id))[0]).toBe('scheduled');
  });
});

describe('a day without a time', () => {
  it('is due today until it is over, and put off to tomorrow without getting a time', async () => {
    const today = localDateOf('Europe/Zurich', instantOf(Date.now()));
    const tomorrow = localDateOf('Europe/Zurich', instantOf(Date.now() + 24 * HOUR));
    const body = { name: 'Pay rent', task_type: 'todo', due_date: today, due_timezone: 'Europe/Zurich' };
    const { body: task } = await shared().call('POST', '/api/v1/tasks', { body });
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('today');
    const row = page.locator('section', { hasText: 'Due today' }).locator(`[data-task="${task.task_id}"]`);
    expect(await row.locator('time').getAttribute('datetime')).toBe(today);
    await row.getByRole('button', { name: 'Tomorrow' }).click();
    await said(page, 'Put off: Pay rent');
    const due = async () => {
      const { body: now } = await shared().call('GET', `/api/v1/tasks/${task.task_id}`);
      return [now.due_date, now.due_timezone];
    };
    expect(await due()).toEqual([tomorrow, 'Europe/Zurich']);
    await page.keyboard.press('u');
    await expect.poll(due).toEqual([today, 'Europe/Zurich']);
  });
});

describe('the end of a series', () => {
  const end = async (page: Page) => {
    await page.getByLabel('More to do with the task').click();
    await page.getByRole('button', { name: 'End the series' }).click();
    await said(page, 'Ending the series: Water');
  };

  it('is a wish of its own, sent when it cannot be taken back any more', async () => {
    const id = await series('Water', 2);
    const { page, goTo } = await consolePage(shared(), browser);
    await page.clock.install();
    await goTo(`tasks/${id}`);
    await end(page);
    expect((await stateOf(id)).slice(0, 2)).toEqual(['scheduled', 2]);
    await page.clock.fastForward(6_000);
    await page.getByRole('heading', { name: 'Water' }).getByText('completed').waitFor();
    expect((await stateOf(id)).slice(0, 2)).toEqual(['completed', 0]);
  });

  it('is taken back with all that is open', async () => {
    const id = await series('Water', 2);
    const { page, goTo } = await consolePage(shared(), browser);
    const ends: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/complete')) ends.push(request.url());
    });
    await page.clock.install();
    await goTo(`tasks/${id}`);
    await end(page);
    await page.keyboard.press('u');
    // By then it would have been sent.
    await page.clock.fastForward(6_000);
    await page.evaluate('fetch("/health/live")');
    expect([ends, (await stateOf(id)).slice(0, 2)]).toEqual([[], ['scheduled', 2]]);
  });
});

describe('a slot on the task’s screen', () => {
  const detail = (page: Page, name: string) =>
    page.getByRole('region', { name: 'Slots, past and to come' }).getByRole('button', { name, exact: true });

  it('that has come is ticked, and opened again', async () => {
    const id = await series('Water', 2);
    const { page, complaints, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${id}`);
    await detail(page, 'Done').click();
    await page.getByText('It is done.').waitFor();
    expect((await stateOf(id)).slice(0, 2)).toEqual(['scheduled', 1]);
    await detail(page, 'Not done after all').click();
    await page.getByText('It is overdue.').or(page.getByText('It is open.')).waitFor();
    expect((await stateOf(id)).slice(0, 2)).toEqual(['scheduled', 2]);
    expect(complaints).toEqual([]);
  });

  it('that is planned is skipped, and brought back', async () => {
    const id = await series('Water', 0);
    const [, , next] = await stateOf(id);
    const { page, complaints, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await detail(page, 'Skip this one').click();
    await said(page, /^Skipped, .*: Water$/);
    const [status, , after] = await stateOf(id);
    expect([status, Date.parse(after) - Date.parse(next)]).toEqual(['scheduled', HOUR]);
    await detail(page, 'Bring it back').click();
    await said(page, /^Planned again, .*: Water$/);
    expect((await stateOf(id))[2]).toBe(next);
    expect(complaints).toEqual([]);
  });
});
