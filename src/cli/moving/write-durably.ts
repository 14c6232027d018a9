import { open, realpath, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { synced } from '../../history/moving/parts.ts';

/** A file for its owner alone: whole under its name, or not at all. */
export async function writeDurably(file: string, content: string | AsyncIterable<string>): Promise<void> {
  const folder = await realpath(dirname(resolve(file)));
  const partial = join(folder, `.${basename(file)}.${process.pid}.partial`);
  await writeFile(partial, content, { mode: 0o600 });
  const handle = await open(partial, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, join(folder, basename(file)));
  await synced(folder);
}

/** Whether a file, or a folder, is the folder or lies in it. */
export function isInFolder(file: string, folder: string): boolean {
  return `${resolve(file)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}
