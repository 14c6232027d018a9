import { once } from 'node:events';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const MODULE = pathToFileURL(
  join(import.meta.dirname, '..', '..', 'dist', 'kernel', 'thread-priority.js'),
).href;

/** Nice levels by which a thread stands behind its process once it has stood back. */
async function levelsBehind(levels: number): Promise<number> {
  const thread = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const { getPriority } = require('node:os');
     const { readlinkSync } = require('node:fs');
     import(${JSON.stringify(MODULE)}).then(({ standBack }) => {
       standBack(${levels});
       const id = process.platform === 'linux' ? readlinkSync('/proc/thread-self').split('/').at(-1) : process.pid;
       parentPort.postMessage(getPriority(Number(id)));
     });`,
    { eval: true },
  );
  const [priority] = await once(thread, 'message');
  await thread.terminate();
  return priority - getPriority();
}

test('a thread that stands back does so alone, on Linux; elsewhere nothing changes', async () => {
  const before = getPriority();
  expect(await levelsBehind(5)).toBe(process.platform === 'linux' ? 5 : 0);
  expect(getPriority()).toBe(before);
});
