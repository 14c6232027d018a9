/** How fast this machine is now, by things that every figure is made of: for telling days and machines apart. */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';

const ROUND_TRIPS = 100_000;
const SYNCS = 200;

/** One line: JavaScript, the disk under `folder`, and what else the machine does. */
export function calibration(folder: string): string {
  const json = jsonMs();
  const syncs = syncMs(folder);
  const at = (part: number) => (syncs[Math.floor(syncs.length * part)] ?? 0).toFixed(2);
  return (
    `${ROUND_TRIPS.toLocaleString('en')} objects to JSON and back ${Math.round(json)} ms, ` +
    `fdatasync p50 ${at(0.5)} ms p99 ${at(0.99)} ms, load ${loadavg()[0]?.toFixed(1)}`
  );
}

function jsonMs(): number {
  const began = performance.now();
  for (let i = 0; i < ROUND_TRIPS; i++) JSON.parse(JSON.stringify({ id: i, name: `x${i}`, tags: [1, 2, 3] }));
  return performance.now() - began;
}

function syncMs(folder: string): readonly number[] {
  const name = join(folder, 'calibration');
  const file = openSync(name, 'w');
  const block = Buffer.alloc(1_000);
  const times = Array.from({ length: SYNCS }, () => {
    const began = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - began;
  });
  closeSync(file);
  rmSync(name);
  return times.sort((a, b) => a - b);
}
