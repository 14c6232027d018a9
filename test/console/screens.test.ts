import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from '../../src/http/server/server.ts';
import { launchChromium } from '../support/chromium.ts';
import { ALICE, sharedStack, tokenOf } from '../support/parts/stack.ts';
import { axeFindings, consolePage } from './console-page.ts';
import { HOSTILE_TEXTS } from './hostile-text.ts';
import { HARM, hostileScreens, hostileToken } from './hostile-world.ts';
import { type PastDay, PlayedClock, playDay } from './past-day.ts';

const clock = new PlayedClock();
const shared = sharedStack({ clock });
let browser: Browser;
let day: PastDay;

beforeAll(async () => {
  [browser, day] = await Promise.all([launchChromium(), playDay(shared(), clock)]);
});
afterAll(() => browser?.close());

const statusOf = async (taskId: string) =>
  (await shared().call('GET', `/api/v1/tasks/${taskId}`)).body.status;
async function create(body: object): Promise<string> {
  const answer = await shared().call('POST', '/api/v1/tasks', { body: { task_type: 'todo', ...body } });
  expect([answer.status, answer.text]).toEqual([201, answer.text]);
  return answer.body.task_id;
}

/** A few at once: a caller takes turns with itself. */
async function createAll(bodies: readonly object[]): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < bodies.length; from += 20) {
    ids.push(...(await Promise.all(bodies.slice(from, from + 20).map(create))));
  }
  return ids;
}
const strips = (page: Page) => page.getByRole('img', { name: /completed/ }).first();
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

describe('signing in', () => {
  it('is by a link that works once, and does not stay in the address', async () => {
    const server = await startServer({ fetch: shared().app.fetch, host: '127.0.0.1', port: 0 });
    const contexts = await Promise.all([browser.newContext(), browser.newContext()]);
    onTestFinished(async () => {
      for (const context of contexts) await context.close();
      await server.stop(0);
    });
    const code = await shared().deps.sessions.codeFor(await tokenOf(ALICE));
    const [first, second] = await Promise.all(contexts.map((context) => context.newPage()));
    await first?.goto(`${server.url}/tasks#code=${code}`);
    await first?.getByRole('heading', { name: 'Tasks' }).waitFor();
    expect(first?.url()).toBe(`${server.url}/tasks`);
    expect(await first?.evaluate('document.cookie')).toBe('');
    await second?.goto(`${server.url}/#code=${code}`);
    await second?.getByRole('alert').filter({ hasText: 'has been used' }).waitFor();
  });

  it('is asked for again where the session has ended, and leads back to where one was', async () => {
    const { page } = await consolePage(shared(), browser);
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
    const [cookie] = await page.context().cookies();
    const open = await shared().deps.sessions.open(cookie?.value ?? '');
    await shared().deps.sessions.end(open?.name ?? '');
    await page.getByText('Your session has ended').waitFor();
    await page.getByLabel('Token').fill(await tokenOf(ALICE));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Runs' }).waitFor();
  });
});

describe('the tasks', () => {
  it('are found, counted and acted on by keys, and every act is taken back by one', async () => {
    const { page, complaints } = await consolePage(shared(), browser);
    await row(page, 'Flaky import').waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('6');
    await page
      .getByRole('img', { name: /16 completed, 4 failed|\d+ failed/ })
      .first()
      .waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('flaky');
    await row(page, 'Slow report').waitFor({ state: 'detached' });
    await expect.poll(() => page.url()).toContain('q=flaky');
    await page.keyboard.press('Escape');
    await page.keyboard.press('j');
    await page.keyboard.press('p');
    await page.getByText('Paused: Flaky import').waitFor();
    expect(await statusOf(day.failing)).toBe('paused');
    await page.keyboard.press('u');
    await page.getByText('Resumed: Flaky import').waitFor();
    expect(await statusOf(day.failing)).toBe('scheduled');
    expect(complaints).toEqual([]);
  });

  it('are changed together, all that match, counted before', async () => {
    const ids = await Promise.all(['one', 'two', 'three'].map((name) => create({ name: `Sweep ${name}` })));
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('tasks?q=sweep');
    await page.getByRole('checkbox', { name: 'Choose Sweep one' }).check();
    await page.getByRole('button', { name: 'All 3 that match' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('dialog', { name: 'Delete 3 tasks?' }).waitFor();
    await page.getByRole('button', { name: 'Delete 3' }).click();
    await page.getByText('3 deleted').waitFor();
    await page.getByText('No task fits these filters.').waitFor();
    const { body } = await shared().call('GET', '/api/v1/tasks?q=sweep');
    expect([ids.length, body.count]).toEqual([3, 0]);
  });

  it('that a first start made to be tried go by one press, and come back by another', async () => {
    const id = await create({ name: 'Try me', tags: ['sample'] });
    const { page } = await consolePage(shared(), browser);
    await page.getByRole('button', { name: 'Remove the samples' }).click();
    await row(page, 'Try me').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(page, 'Try me').waitFor();
    await shared().call('DELETE', `/api/v1/tasks/${id}`);
  });

  it('are shown as they change, without a reload', async () => {
    const { page } = await consolePage(shared(), browser);
    await row(page, 'Flaky import').waitFor();
    await page.getByRole('button', { name: 'live' }).waitFor();
    const id = await create({ name: 'Came meanwhile' });
    await row(page, 'Came meanwhile').waitFor();
    await shared().call('PATCH', `/api/v1/tasks/${id}`, { body: { name: 'Renamed meanwhile' } });
    await row(page, 'Renamed meanwhile').waitFor();
    await shared().call('DELETE', `/api/v1/tasks/${id}`);
    await row(page, 'Renamed meanwhile').waitFor({ state: 'detached' });
  });

  it('are there by the hundred, and only those in sight cost anything', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `Row ${String(index).padStart(3, '0')}`);
    await createAll(names.map((name) => ({ name, tags: ['many'] })));
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('tasks?tag=many&sort=name');
    await row(page, 'Row 000').waitFor();
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe('231');
    await page.evaluate('window.scrollTo(0, document.body.scrollHeight)');
    await row(page, 'Row 229').waitFor();
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_500);
    await shared().call('POST', '/api/v1/tasks/bulk', {
      body: { action: 'delete', filter: { tag: 'many' } },
    });
  });
});

describe('a task', () => {
  it('tells of every slot what became of it and why, and leads to its run', async () => {
    const { page, complaints, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${day.slow}`);
    await page.getByText('was skipped: the run before it was still going.').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByText(/ran, on time, and completed\./).waitFor();
    await page.getByRole('link', { name: 'Show the run' }).click();
    await page.getByRole('heading', { name: 'Run of Slow report' }).waitFor();
    await page.getByRole('table', { name: 'Attempts' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('leads from a slot that was left out to the setting that would have changed that', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${day.slow}`);
    await page.getByText('was skipped: the run before it was still going.').waitFor();
    await page.getByRole('link', { name: 'Show the run before' }).waitFor();
    await page.getByRole('link', { name: 'Keep one waiting, or another way' }).press('Enter');
    const overlap = page.getByLabel('While the last run goes on');
    await overlap.and(page.locator(':focus')).waitFor();
    expect(await overlap.inputValue()).toBe('skip');
  });

  it('is run by a URL that is shown once, until it is revoked', async () => {
    const id = await create({ name: 'Hooked' });
    const { page, complaints, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${id}?tab=webhook`);
    await page.getByLabel('Calls have to show').selectOption('github');
    await page.getByRole('button', { name: 'Make a URL' }).click();
    await page.getByLabel('Secret that signs calls').waitFor();
    await page.getByLabel('Calls have to show').selectOption('');
    await page.getByRole('button', { name: 'Make a URL' }).click();
    await page.getByLabel('Secret that signs calls').waitFor({ state: 'detached' });
    const url = new URL(await page.getByLabel('URL', { exact: true }).inputValue());
    const called = async () => (await shared().app.request(url.pathname, { method: 'POST' })).status;
    expect(await called()).toBe(202);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Revoke the URL' }).click();
    await page.getByText('No URL runs the task any more').waitFor();
    expect([await called(), await page.getByLabel('URL', { exact: true }).count()]).toEqual([404, 0]);
    expect(complaints).toEqual([]);
    await shared().call('DELETE', `/api/v1/tasks/${id}`);
  });

  it('shows its times in the zone that the page is told, and keeps it from screen to screen', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${day.slow}`);
    await page.getByLabel('Times in the zone').selectOption('task');
    await page
      .getByText(/New York · .* yours/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await expect.poll(() => page.url()).toContain('zone=task');
    const elsewhere = page
      .getByRole('table')
      .getByText(/New York · .* yours/)
      .first();
    await elsewhere.waitFor();
    await goTo(`${day.failedRun}?zone=task`);
    await page
      .getByText(/New York · .* yours/)
      .first()
      .waitFor();
  });

  it('is not changed over what somebody else did meanwhile', async () => {
    const id = await create({ name: 'Contested' });
    const { page, goTo } = await consolePage(shared(), browser);
    await page.route('**/events/stream', (route) => route.abort());
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await shared().call('PATCH', `/api/v1/tasks/${id}`, { body: { priority: 'urgent' } });
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Somebody else changed it meanwhile').waitFor();
    expect(await statusOf(id)).toBe('pending');
    await shared().call('DELETE', `/api/v1/tasks/${id}`);
  });

  it('is changed once where nobody knew whether it was, by the same key', async () => {
    const id = await create({ name: 'Unsure' });
    const { page, goTo } = await consolePage(shared(), browser);
    const keys: (string | undefined)[] = [];
    await page.route('**/pause', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      const response = await route.fetch();
      if (keys.length > 1) return route.fulfill({ response });
      const body = JSON.stringify({ error_code: 'OUTCOME_UNKNOWN', title: 'Unknown' });
      await route.fulfill({ status: 503, contentType: 'application/problem+json', body });
    });
    await goTo(`tasks/${id}`);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused: Unsure').waitFor();
    expect([new Set(keys).size, keys.length, await statusOf(id)]).toEqual([1, 2, 'paused']);
    const { body } = await shared().call('GET', `/api/v1/tasks/${id}/events`);
    expect(body.events.length).toBe(2);
    await shared().call('DELETE', `/api/v1/tasks/${id}`);
  });

  it('keeps what is shown where an answer is a refusal, and says by what the operator finds it', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo(`tasks/${day.slow}`);
    await page.getByText('was skipped').waitFor();
    const body = JSON.stringify({ error_code: 'FORBIDDEN', detail: 'Not today.', trace_id: 'a1b2c3' });
    const contentType = 'application/problem+json';
    await page.route('**/api/v1/timeline*', (route) => route.fulfill({ status: 403, contentType, body }));
    await page.getByRole('button', { name: 'Month' }).click();
    await page.getByRole('alert').filter({ hasText: 'Not today.' }).waitFor();
    await page.getByRole('button', { name: 'Copy trace id a1b2c3' }).waitFor();
    await page.getByText('was skipped').waitFor();
    await page.unroute('**/api/v1/timeline*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('says where it hears nothing any more, and goes on by itself', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await page.route('**/events/stream', (route) => route.abort());
    await goTo('tasks');
    await page.getByRole('button', { name: 'connecting' }).waitFor();
    await page.unroute('**/events/stream');
    await page.getByRole('button', { name: 'live' }).waitFor();
  });
});

const screens = (): Readonly<Record<string, { readonly path: string; readonly shows: string }>> => ({
  today: { path: 'today', shows: 'Next 24 hours' },
  tasks: { path: 'tasks', shows: 'Flaky import' },
  task: { path: `tasks/${day.slow}`, shows: 'was skipped' },
  settings: { path: `tasks/${day.failing}?tab=settings`, shows: 'Config' },
  runs: { path: 'runs', shows: 'Flaky import' },
  run: { path: day.failedRun, shows: 'Bad Gateway' },
});

/** For `docs/console.md`: `npm run console-screenshots`. */
const pictureOf = (name: string, colorScheme: string) =>
  join(import.meta.dirname, '..', '..', 'docs', 'console', `${name}-${colorScheme}.png`);

describe('the search', () => {
  it('is a key away from every screen, also while somebody types', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('new');
    await page.getByLabel(/^Name/).press('Control+k');
    await page.getByLabel('Search names, descriptions and tags').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('flaky');
    await row(page, 'Slow report').waitFor({ state: 'detached' });
    await page.getByLabel('Priority').selectOption('low');
    await page.getByText('No task fits these filters.').waitFor();
    await page.getByLabel('Priority').selectOption({ label: 'high (1)' });
    await row(page, 'Flaky import').waitFor();
  });
});

describe('runs', () => {
  it('are found by the type of their task and by when they were', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('runs');
    await row(page, 'Flaky import').first().waitFor();
    await page.getByLabel('Type of the task').selectOption('data_backup');
    await row(page, 'Flaky import').first().waitFor({ state: 'detached' });
    await row(page, 'Back up the notes').first().waitFor();
    const all = await page.getByRole('row').count();
    await page.getByLabel('Time', { exact: true }).selectOption('Last hour');
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(all);
    await expect.poll(() => page.url()).toMatch(/type=data_backup.*from=/);
  });

  it('are those of the time that the address names, until somebody asks for all', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    await goTo('runs?from=2999-01-01T00:00:00.000Z');
    await page.getByText('No run fits').waitFor();
    await page.getByRole('button', { name: /2999/ }).click();
    await row(page, 'Flaky import').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });
});

describe('every screen', () => {
  it.each([
    ['light', 1200],
    ['dark', 320],
  ] as const)('can be used by everybody, in the %s, %i pixels wide', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 800 } };
    const { page, complaints, goTo } = await consolePage(shared(), browser, options);
    for (const [name, { path, shows }] of Object.entries(screens())) {
      await goTo(path);
      await page.getByText(shows).first().waitFor();
      expect([name, await axeFindings(page)]).toEqual([name, []]);
      if (process.env.CONSOLE_SCREENSHOTS) {
        if (name === 'tasks') await strips(page).waitFor();
        await page.screenshot({ path: pictureOf(name, colorScheme) });
      }
      expect([name, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([name, width]);
    }
    expect(complaints).toEqual([]);
  });

  it('loads at most 90 KB, and asks three times for the tasks, four for a task', async () => {
    const { page, goTo } = await consolePage(shared(), browser);
    // What was read before the stream began is read once more when it does, sooner or later: that is not of the screen.
    await page.route('**/events/stream', (route) => route.abort());
    const calls: string[] = [];
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith('/api/') && !pathname.endsWith('/events/stream')) calls.push(pathname);
    });
    const { tasks, task } = screens();
    const drawn = () => strips(page).waitFor();
    await drawn();
    calls.length = 0;
    await goTo(tasks?.path ?? '');
    await page
      .getByText(tasks?.shows ?? '')
      .first()
      .waitFor();
    await drawn();
    expect(calls).toEqual(['/api/v1/session', '/api/v1/tasks', '/api/v1/timeline']);
    const sizes = (await page.evaluate(
      'performance.getEntriesByType("resource").filter(({ name }) => name.includes("/assets/")).map(({ name }) => name)',
    )) as string[];
    let bytes = 0;
    for (const url of sizes) {
      const response = await shared().app.request(new URL(url).pathname, {
        headers: { 'accept-encoding': 'gzip' },
      });
      bytes += (await response.arrayBuffer()).byteLength;
    }
    expect(bytes).toBeLessThan(90 * 1024);
    calls.length = 0;
    await goTo(task?.path ?? '');
    await page
      .getByText(task?.shows ?? '')
      .first()
      .waitFor();
    await page.getByRole('table').waitFor();
    expect(calls.length).toBeLessThanOrEqual(4);
  });

  // Twenty screens one after the other: a busy machine takes a minute for them.
  it('shows whatever somebody wrote as text', { timeout: 180_000 }, async () => {
    const listed = await hostileScreens(shared());
    const token = await hostileToken();
    const viewport = { width: 320, height: 800 };
    const { page, complaints, goTo } = await consolePage(shared(), browser, { token, viewport });
    page.on('dialog', (dialog) => complaints.push(dialog.message()));
    const harm: string[] = [];
    for (const { path, selector } of listed) {
      await goTo(path);
      await page.locator(selector).locator('visible=true').first().waitFor();
      for (const found of (await page.evaluate(HARM)) as string[]) harm.push(`${path}: ${found}`);
    }
    expect([harm, complaints]).toEqual([[], []]);
    expect(HOSTILE_TEXTS.length).toBeGreaterThanOrEqual(60);
  });
});
