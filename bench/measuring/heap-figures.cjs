/**
 * Loaded before everything else into each thread of the service that is measured (`--require`, which threads inherit): at
 * SIGUSR2 each writes what its heap holds to `HEAP_FIGURES/<thread>.json`, after a full collection where `--expose-gc` is
 * given. Needs nothing of the service.
 */
const { readlinkSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { getHeapSpaceStatistics, writeHeapSnapshot } = require('node:v8');
const { BroadcastChannel, isMainThread, threadId } = require('node:worker_threads');

const folder = process.env.HEAP_FIGURES;

function tell() {
  if (process.env.HEAP_SNAPSHOTS)
    writeHeapSnapshot(join(process.env.HEAP_SNAPSHOTS, `${nameOfThread()}-${Date.now()}.heapsnapshot`));
  const asItIs = process.memoryUsage();
  const spaces = getHeapSpaceStatistics().map((space) => [space.space_name, space.physical_space_size]);
  globalThis.gc?.();
  const live = process.memoryUsage();
  const of = ({ heapTotal, heapUsed, external, arrayBuffers }) => ({
    heapTotal,
    heapUsed,
    external,
    arrayBuffers,
  });
  const figures = {
    name: nameOfThread(),
    asItIs: of(asItIs),
    live: of(live),
    spaces: Object.fromEntries(spaces),
  };
  const file = join(folder, `${threadId}.json`);
  writeFileSync(`${file}.new`, JSON.stringify(figures));
  renameSync(`${file}.new`, file);
}

function nameOfThread() {
  try {
    readlinkSync('/proc/thread-self');
    return isMainThread ? 'main' : readFileSync('/proc/thread-self/comm', 'utf8').trim();
  } catch {
    return isMainThread ? 'main' : `thread ${threadId}`;
  }
}

if (folder) {
  const asked = new BroadcastChannel('heap-figures');
  asked.onmessage = tell;
  asked.unref();
  if (isMainThread) {
    process.on('SIGUSR2', () => {
      asked.postMessage(null);
      tell();
    });
  }
}
