/** Where `task-service audit verify --log` reads a log in tiles: a folder, or a service. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TiledLog } from '../../history/audit/tiled-log/verify-tiles.ts';
import { UnusableData } from '../../history/unusable-data.ts';

/** 256 entries, each with its length. */
const MOST_BYTES = 256 * (2 + 65_535);
const TIMEOUT_MS = 30_000;
const PREFIX = '/api/v1/audit/log';

export interface LogSource extends TiledLog {
  /** The signed note; null where there is none. */
  checkpoint(): Promise<string | null>;
}

/** `save`: a folder that gets all that is read, its checkpoint last, by `keep`. Throws UnusableData. */
export function logSource(
  where: string,
  token: string | null,
  save: string | null,
): LogSource & { readonly keep: () => Promise<void> } {
  const base = /^https?:\/\//.test(where) ? baseOf(where) : null;
  const read = (path: string) =>
    base === null ? fromFolder(join(where, path)) : fromService(`${base}/${path}`, token);
  let note: Buffer | null = null;
  const store = async (path: string, bytes: Buffer) => {
    if (save === null) return;
    await mkdir(dirname(join(save, path)), { recursive: true });
    await writeFile(join(save, path), bytes);
  };
  return {
    async read(path) {
      const bytes = await read(path);
      if (bytes !== null) await store(path, bytes);
      return bytes;
    },
    async checkpoint() {
      note = await read('checkpoint');
      return note?.toString('utf8') ?? null;
    },
    async keep() {
      if (note !== null) await store('checkpoint', note);
    },
  };
}

function baseOf(where: string): string {
  if (!URL.canParse(where)) throw new UnusableData(`--log is no URL: ${where}`);
  const url = new URL(where);
  return `${url.origin}${url.pathname === '/' ? PREFIX : url.pathname.replace(/\/+$/, '')}`;
}

async function fromFolder(file: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(file);
    if (size > MOST_BYTES) throw new UnusableData(`${file} is larger than any file of such a log`);
    return await readFile(file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === null) throw error;
    throw new UnusableData(`${file} cannot be read (${String(code)})`);
  }
}

async function fromService(url: string, token: string | null): Promise<Buffer | null> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const chunks: Uint8Array[] = [];
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 404) return null;
    if (!response.ok) throw new UnusableData(`${url} is refused with ${response.status}`);
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > MOST_BYTES) throw new UnusableData(`${url} is larger than any file of such a log`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof UnusableData) throw error;
    const { cause } = error as Error;
    throw new UnusableData(
      `${url} cannot be read: ${cause instanceof Error ? cause.message : String(error)}`,
    );
  }
  return Buffer.concat(chunks);
}
