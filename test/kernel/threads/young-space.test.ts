import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { limitYoungSpaceOfThreads } from '../../../src/kernel/threads/young-space.ts';

/** Enough survives each collection that the young space grows as far as it may. */
const CHURN = `
  const { parentPort } = require('node:worker_threads');
  const { getHeapSpaceStatistics } = require('node:v8');
  const kept = [];
  for (let i = 0; i < 1_500_000; i++) kept[i % 200_000] = { number: i, text: 'x' + i };
  parentPort.postMessage(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);
`;

function youngSpaceOfBusyThread(): Promise<number> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(CHURN, { eval: true });
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

it('keeps the young space of threads small where that of the first is made large', async () => {
  // As npm start does it for the whole process.
  setFlagsFromString('--max-semi-space-size=64');
  setFlagsFromString('--min-semi-space-size=64');
  expect(await youngSpaceOfBusyThread()).toBeGreaterThan(100 * 1024 * 1024);
  limitYoungSpaceOfThreads();
  expect(await youngSpaceOfBusyThread()).toBeLessThanOrEqual(32 * 1024 * 1024);
});
