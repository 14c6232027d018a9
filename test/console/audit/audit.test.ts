import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from '../../../src/cli/audit.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../../support/audit-signer.ts';
import { launchChromium } from '../../support/chromium.ts';
import { BOB, sharedStack, signed } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
const ids: string[] = [];
beforeAll(async () => {
  browser = await launchChromium();
  for (const name of ['one', 'two', 'three']) {
    const body = { name: `Secret ${name}`, task_type: 'todo' };
    ids.push((await shared().call('POST', '/api/v1/tasks', { body, user: BOB })).body.task_id);
  }
  await shared().projector.runOnce();
  await signCheckpoint(shared());
}, 60_000);
afterAll(() => browser?.close());

const auditorsPage = async (width = 1200) =>
  consolePage(shared(), browser, {
    token: await signed({ sub: 'usr_auditor', roles: ['auditor'] }),
    viewport: { width, height: 900 },
  });

/** What the page itself was left with: not where the browser puts its downloads. */
const PICKED = `window.showSaveFilePicker = async ({ suggestedName }) => {
  const folder = await navigator.storage.getDirectory();
  return folder.getFileHandle('picked-' + suggestedName, { create: true });
}`;
const NO_PICKER = 'delete window.showSaveFilePicker';

test('auditors filter the log, and save all of it as it is stored, to its last line', async () => {
  const { page, complaints, goTo } = await auditorsPage();
  await page.addInitScript(PICKED);
  await goTo('audit');
  await page.getByRole('rowheader', { name: '#1', exact: true }).waitFor();
  await page.getByText(`tasklog.${BOB}.${ids[0]}`).first().waitFor();
  expect(await page.getByText('Secret one').count()).toBe(0);
  await page.getByLabel('Types').fill('audit.checkpoint');
  await page.keyboard.press('Tab');
  await page.getByRole('rowheader', { name: '#1', exact: true }).waitFor({ state: 'detached' });
  await page.getByRole('cell', { name: 'audit.checkpoint', exact: true }).waitFor();
  await expect.poll(() => page.url()).toContain('types=audit.checkpoint');
  await page.getByLabel('Types').fill('');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  await page.getByText(/^Saved: .* to the last line$/).waitFor();
  const saved = await page.evaluate(
    "navigator.storage.getDirectory().then((folder) => folder.getFileHandle('picked-events.ndjson')).then((handle) => handle.getFile()).then((file) => file.text())",
  );
  const { text } = await shared().call('GET', '/api/v1/audit/events', {
    user: null,
    headers: { authorization: `Bearer ${await signed({ sub: 'a', roles: ['auditor'] })}` },
  });
  expect(saved).toBe(text);
  await page.getByLabel('After event').fill('99999');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  await page.getByRole('alert').first().waitFor();
  await page
    .getByRole('button', { name: /^Copy trace id/ })
    .first()
    .waitFor();
  expect(complaints).toEqual([]);
});

test('a log that is cut short on its way is said to be', async () => {
  const { page, goTo } = await auditorsPage();
  await page.addInitScript(PICKED);
  await page.route('**/api/v1/audit/events', (route) =>
    route.fulfill({ contentType: 'application/x-ndjson', body: '{"sequence":1,"subject":"a","event":{}}\n' }),
  );
  await goTo('audit');
  await page.getByRole('button', { name: 'Save to a file' }).click();
  await page.getByText(/^The answer was cut short after 40 B: save it again\./).waitFor();
});

test('auditors verify the store, and are told of each fault', async () => {
  const { page, complaints, goTo } = await auditorsPage(320);
  await goTo('audit');
  await page.getByRole('button', { name: 'Verify everything' }).click();
  await page.getByText(/^It is what was appended: 4 events, .* checkpoints cover 3 of them\.$/).waitFor();
  await page.getByText('It covers the first 3 events.').waitFor();
  expect(await axeFindings(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  const lines = [
    { progress: { step: 'views', done: 1, of: 2 } },
    {
      fault: {
        kind: 'view',
        sequence: null,
        subject: '<b>TASKS</b>',
        what: 'state.name is not what the log says',
      },
    },
    { end: { events: 4, values: 3, checkpoint: 4, signed_through: null, faults: 1 } },
  ];
  await page.route('**/api/v1/audit/verify', (route) =>
    route.fulfill({
      contentType: 'application/x-ndjson',
      body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    }),
  );
  await page.getByRole('button', { name: 'Verify everything' }).click();
  await page.getByText('1 fault in 4 events.').waitFor();
  await page.getByText('<b>TASKS</b>').waitFor();
  expect(complaints).toEqual([]);
});

test('the proof of a task is checked by the very command that is shown', async () => {
  const { page, goTo } = await auditorsPage();
  await page.addInitScript(NO_PICKER);
  await goTo('audit');
  await page.getByLabel('Task of the proof').fill(ids[1] ?? '');
  await page.keyboard.press('Tab');
  const command = await page.getByRole('region', { name: 'Command that checks it' }).textContent();
  const shown = /^task-service audit verify '(\S+)' --vkey '(\S+)'\s*$/.exec(command ?? '');
  expect(shown?.slice(1)).toEqual([`${ids[1]}.ndjson`, AUDIT_SIGNER.vkey]);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the proof' }).click();
  const file = await (await download).path();
  expect((await download).suggestedFilename()).toBe(shown?.[1]);
  expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3);
  const said: string[] = [];
  const isProven = await audit(
    ['verify', file, '--vkey', shown?.[2] ?? ''],
    () => {
      throw new Error('it needs no configuration');
    },
    {},
    { print: (line) => said.push(line), stdin: (async function* () {})() },
  );
  expect([isProven, said]).toEqual([true, ['proven: 1 events, the last of them event 2 of the log']]);
});

test('what is being typed stays while the page is drawn anew', async () => {
  const { page, goTo } = await auditorsPage();
  const held: (() => void)[] = [];
  await page.route('**/api/v1/audit/log/key', async (route) => {
    await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  await goTo('audit');
  const field = page.getByLabel('Task of the proof');
  await field.fill(ids[1] ?? '');
  await expect.poll(() => held.length).toBe(1);
  const answered = page.waitForResponse('**/api/v1/audit/log/key');
  held[0]?.();
  await (await answered).finished();
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
  );
  expect(await field.inputValue()).toBe(ids[1]);
  await page.keyboard.press('Tab');
  await page.getByRole('region', { name: 'Command that checks it' }).waitFor();
});

test('nobody else may', async () => {
  const { page, goTo } = await consolePage(shared(), browser);
  expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  await goTo('audit');
  await page.getByText('This screen is for auditors.').waitFor();
});
