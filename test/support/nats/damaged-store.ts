/** Damage to the files of a stopped nats-server, as a broken disk or a bad restore leaves it. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The last block of the log's messages. */
function lastBlock(storeDir: string): string {
  const block = messageFiles(storeDir)
    .filter((file) => file.endsWith('.blk'))
    .sort((a, b) => Number(/(\d+)\.blk$/.exec(a)?.[1]) - Number(/(\d+)\.blk$/.exec(b)?.[1]))
    .at(-1);
  if (block === undefined) throw new Error(`no block of the log in ${storeDir}`);
  return block;
}

function messageFiles(storeDir: string): string[] {
  return readdirSync(storeDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes('TASK_LOG/msgs/'))
    .map((file) => join(storeDir, file));
}

/** Cuts off the last events that lie in the last `bytes`. */
export function cutLogEnd(storeDir: string, bytes: number): void {
  const block = lastBlock(storeDir);
  truncateSync(block, readFileSync(block).length - bytes);
}

/** What a server that was killed has not written: it counts what is in the blocks then. */
export function forgetLogIndex(storeDir: string): void {
  for (const file of messageFiles(storeDir)) if (file.endsWith('index.db')) rmSync(file);
}

/** Changes one byte of the event whose bytes hold `text`. */
export function flipByteIn(storeDir: string, text: string): void {
  const block = lastBlock(storeDir);
  const bytes = readFileSync(block);
  const at = bytes.indexOf(text);
  if (at === -1) throw new Error(`no ${text} in the log`);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(block, bytes);
}
