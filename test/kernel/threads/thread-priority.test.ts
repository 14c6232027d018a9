import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';

const MODULE = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', 'dist', 'kernel', 'threads', 'thread-priority.js'),
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

test('a thread that is named is so alone, on Linux', async () => {
  if (process.platform !== 'linux') return;
  const thread = new Worker(
    `const { parentPort } = require('node:worker_threads');
     const { readFileSync } = require('node:fs');
     import(${JSON.stringify(MODULE)}).then(({ nameThread }) => {
       nameThread('of-a-test');
       parentPort.postMessage(readFileSync('/proc/thread-self/comm', 'utf8').trim());
     });`,
    { eval: true },
  );
  const [name] = await once(thread, 'message');
  await thread.terminate();
  expect(name).toBe('of-a-test');
  expect(readFileSync('/proc/self/comm', 'utf8').trim()).not.toBe(name);
});
