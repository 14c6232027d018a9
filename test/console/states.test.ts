/** What every screen shows while it loads, where it fails, without a connection, and after its session has ended. */
import type { Browser, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/chromium.ts';
import { ALICE, BOB, sharedStack, signed } from '../support/parts/stack.ts';
import { consolePage } from './console-page.ts';
import { type PastDay, PlayedClock, playDay } from './past-day.ts';
import { everyScreen } from './screen-table.ts';

const clock = new PlayedClock();
const shared = sharedStack({ clock });
let browser: Browser;
let day: PastDay;
let token: string;

beforeAll(async () => {
  [browser, day] = await Promise.all([launchChromium(), playDay(shared(), clock)]);
  token = await signed({ sub: ALICE, roles: ['admin', 'auditor'] });
}, 60_000);
afterAll(() => browser?.close());

const ASKED = /\/(api\/v1\/(?!session|events\/stream)|health)/;
type Mode = 'answers' | 'waits' | 'fails' | 'ended';

/** The service as a page finds it: requests that wait are answered as the next mode says. */
class Way {
  #mode: Mode = 'answers';
  #held: Route[] = [];

  async through(page: Page): Promise<void> {
    await page.route(ASKED, (route) => this.#take(route));
  }

  async be(mode: Mode): Promise<void> {
    this.#mode = mode;
    const held = this.#held;
    this.#held = [];
    await Promise.all(held.map((route) => this.#take(route)));
  }

  async #take(route: Route): Promise<void> {
    switch (this.#mode) {
      case 'answers':
        return route.continue().catch(() => {});
      case 'waits':
        this.#held.push(route);
        return;
      case 'fails':
        return problem(route, 503, 'LOG_UNAVAILABLE');
      case 'ended':
        return problem(route, 401, 'UNAUTHENTICATED');
    }
  }
}

/** Of a page that has been left meanwhile nothing is to be answered. */
function problem(route: Route, status: number, error_code: string): Promise<void> {
  const body = JSON.stringify({ error_code, detail: 'It does not answer.', trace_id: 'a1b2c3' });
  const headers = { 'Retry-After': '0' };
  return route.fulfill({ status, headers, contentType: 'application/problem+json', body }).catch(() => {});
}

const alertOf = (page: Page) => page.getByRole('alert').filter({ hasText: 'It does not answer.' }).first();

async function tryAgain(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Try again' }).first();
  while ((await button.count()) > 0) await button.click({ timeout: 500 }).catch(() => {});
}

describe('every screen', () => {
  it('is there at once while it loads, says what fails, and loads when it is tried again', async () => {
    const { page, complaints, goTo } = await consolePage(shared(), browser, { token });
    const way = new Way();
    await way.through(page);
    for (const { name, path, shows } of everyScreen(day)) {
      await way.be('waits');
      await goTo(path);
      await page.locator('.skeleton').first().waitFor();
      expect([name, await page.getByRole('heading', { level: 1 }).count()]).toEqual([name, 1]);
      await way.be('fails');
      await alertOf(page).waitFor();
      await page.getByRole('button', { name: 'Copy trace id a1b2c3' }).first().waitFor();
      // Nothing loads any more, and nothing says so still.
      await expect.poll(async () => [name, await page.locator('.skeleton').count()]).toEqual([name, 0]);
      await way.be('answers');
      await tryAgain(page);
      await page.getByText(shows).first().waitFor();
    }
    expect(complaints).toEqual([]);
  });

  it('keeps what it shows where it cannot be asked for again, and comes back by itself', async () => {
    const { page, complaints, goTo } = await consolePage(shared(), browser, { token });
    const way = new Way();
    await way.through(page);
    const context = page.context();
    for (const { name, path, shows } of everyScreen(day)) {
      await goTo(path);
      const shown = page.locator('main:not(.sign-in)').getByText(shows).first();
      await shown.waitFor();
      await page.getByRole('button', { name: 'live' }).waitFor();
      await context.setOffline(true);
      await page.getByText('You are offline: what is shown may be old.').waitFor();
      expect([name, await shown.isVisible()]).toEqual([name, true]);
      await context.setOffline(false);
      await page.getByText('You are offline').waitFor({ state: 'detached' });
      // What somebody is writing is not loaded again under their hands: see below.
      if (name === 'edit') continue;
      // Events load again what they change: a session that has ended is found out by that.
      await way.be('ended');
      const [touched] = /tsk_\w+/.exec(path) ?? [day.slow];
      await shared().call('PATCH', `/api/v1/tasks/${touched}`, { body: { tags: [name] } });
      const said = page.getByText('Your session has ended. Sign in again: nothing is lost.');
      await said.waitFor({ timeout: 10_000 }).catch(() => expect.unreachable(name));
      await way.be('answers');
      await page.getByLabel('Token').fill(token);
      await page.keyboard.press('Enter');
      await page.getByLabel('Token').waitFor({ state: 'detached' });
      await shown.waitFor();
    }
    expect(complaints).toEqual([]);
  });

  it('keeps what it shows where a day passes and nothing answers', async () => {
    const { page, complaints, goTo } = await consolePage(shared(), browser, { token });
    const way = new Way();
    await way.through(page);
    await goTo('today');
    const lists = ['Next 24 hours', 'Due today'].map((name) => page.getByRole('heading', { name }));
    for (const list of lists) await list.waitFor();
    await page.getByRole('button', { name: 'live' }).waitFor();
    await page.clock.setSystemTime(Date.now() + 86_400_000);
    await way.be('fails');
    await shared().call('PATCH', `/api/v1/tasks/${day.slow}`, { body: { tags: ['a day later'] } });
    await alertOf(page).waitFor();
    await expect.poll(() => page.locator('.skeleton').count()).toBe(0);
    for (const list of lists) expect(await list.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('offers the next step to who has nothing yet', async () => {
    const { page, complaints, goTo } = await consolePage(shared(), browser, {
      token: await signed({ sub: BOB }),
    });
    for (const [path, text, step] of [
      ['tasks', 'There are no tasks yet.', 'To the templates'],
      ['today', 'Nothing runs in the next day.', 'All tasks'],
      ['runs', 'nothing has run yet', 'To the tasks'],
      ['analytics', 'Nothing has run in this time.', 'To the templates'],
      ['tasks?q=none', 'No task fits these filters.', 'Show all tasks'],
      ['tasks/tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'There is no such screen.', 'To the tasks'],
    ] as const) {
      await goTo(path);
      await page.getByText(text).waitFor();
      await page
        .getByRole('link', { name: step })
        .or(page.getByRole('button', { name: step }))
        .waitFor();
    }
    expect(complaints).toEqual([]);
  });
});

describe('what somebody does', () => {
  it('waits without a connection, and is done once when there is one', async () => {
    const { body: task } = await shared().call('POST', '/api/v1/tasks', {
      body: { name: 'On the train', task_type: 'todo', schedule: { type: 'daily', run_time: '07:00' } },
    });
    const path = `/api/v1/tasks/${task.task_id}`;
    const { page, goTo } = await consolePage(shared(), browser, { token });
    await goTo(`tasks/${task.task_id}`);
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('A change waits to be sent: leave this page open.').waitFor();
    expect((await shared().call('GET', path)).body.status).toBe('scheduled');
    await page.context().setOffline(false);
    await page.getByText('Paused: On the train').waitFor();
    const { body } = await shared().call('GET', `${path}/events`);
    expect(body.events.length).toBe(2);
  });

  it('is not lost where the session ends while it is written', async () => {
    const { page, goTo } = await consolePage(shared(), browser, { token });
    const way = new Way();
    await way.through(page);
    await goTo(`tasks/${day.slow}/edit`);
    await page.getByLabel(/^Name/).fill('Half written');
    await way.be('ended');
    // A call that the page makes by itself may find it out first: then signing in covers the button by now.
    await page.getByRole('button', { name: 'Save' }).dispatchEvent('click');
    await page.getByText('nothing is lost').waitFor();
    await way.be('answers');
    await page.getByLabel('Token').fill(token);
    await page.keyboard.press('Enter');
    await page.getByLabel('Token').waitFor({ state: 'detached' });
    expect(await page.getByLabel(/^Name/).inputValue()).toBe('Half written');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved Half written').waitFor();
    await shared().call('PATCH', `/api/v1/tasks/${day.slow}`, { body: { name: 'Slow report' } });
  });
});
