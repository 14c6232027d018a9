import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JetStreamDeadLetters } from '../../../src/jetstream/queues/dead-letters.ts';
import { launchChromium } from '../../support/chromium.ts';
import { sharedStack, signed } from '../../support/parts/stack.ts';
import { axeFindings, consolePage } from '../console-page.ts';

const shared = sharedStack();
let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
}, 60_000);
afterAll(() => browser?.close());

test('letters are read as text and sent back, by administrators alone', async () => {
  const letters = new JetStreamDeadLetters(shared().nc);
  for (const [sequence, reason] of [
    [1, 'it answered 500'],
    [2, 'it answered 500'],
    [3, '<b>no JSON</b>'],
  ] as const) {
    await letters.bury({
      place: { stream: 'INBOX', consumer: 'inbox', sequence },
      subject: 'user.deleted',
      messageId: `m${sequence}`,
      body: Buffer.from('{"a":"<script>document.title=1</script>"}'),
      deliveries: 5,
      reason,
    });
  }
  const token = await signed({ sub: 'usr_op', roles: ['admin'] });
  const { page, complaints } = await consolePage(shared(), browser, { token });
  await page.getByRole('link', { name: 'Dead letters' }).click();
  const ones = page.getByRole('region', { name: 'it answered 500' });
  await ones.getByRole('listitem').nth(1).waitFor();
  await ones.getByRole('button', { name: 'Read' }).first().click();
  await page
    .getByRole('region', { name: 'Body of letter 1' })
    .getByText('<script>document.title=1</script>')
    .waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await ones.getByRole('checkbox', { name: 'Letter 2' }).check();
  await page.getByRole('button', { name: 'Send back 1 selected' }).click();
  await page.getByText('1 sent back').waitFor();
  await page.getByRole('button', { name: 'Send back all' }).click();
  await page.getByText('There are no dead letters: everything was delivered.').waitFor();
  expect(complaints).toEqual([]);

  const other = await consolePage(shared(), browser);
  expect(await other.page.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
  await other.goTo('dead-letters');
  await other.page.getByText('Dead letters are for administrators.').waitFor();
});
