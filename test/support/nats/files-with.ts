import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files under a folder whose bytes hold the text, as it is or in base64 of any alignment; paths from the folder. */
export async function filesWith(folder: string, text: string): Promise<string[]> {
  const wanted = [Buffer.from(text), ...[0, 1, 2].map((at) => base64Within(text, at))];
  const entries = await entriesUnder(folder);
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // A file may go while it is looked for.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (wanted.some((each) => bytes.includes(each))) found.push(path.slice(folder.length + 1));
  }
  return found.sort();
}

/** All of them, although a server that runs takes folders away meanwhile. */
async function entriesUnder(folder: string): Promise<Dirent[]> {
  for (;;) {
    try {
      return await readdir(folder, { recursive: true, withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || !existsSync(folder)) throw error;
    }
  }
}

/** What stands in base64 for all of the text but its ends, which what is beside it would change. */
function base64Within(text: string, at: number): Buffer {
  const encoded = Buffer.from(`${' '.repeat(at)}${text}`)
    .toString('base64')
    .replace(/=+$/, '');
  return Buffer.from(encoded.slice(at === 0 ? 0 : 4, -4));
}
