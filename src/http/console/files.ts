/** What the build made of the console: read once, at the start, for there is little of it. */
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

/** A file under a name that its content gives it, whole and compressed. */
export interface ConsoleFile {
  readonly type: string;
  readonly identity: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
  readonly brotli: Uint8Array<ArrayBuffer>;
}

export interface ConsoleFiles {
  /** The page that loads everything else, with `{{base}}` where the path stands that all its URLs are relative to, and `{{provider}}` for the host of who signs people in. */
  readonly shell: string;
  readonly assets: ReadonlyMap<string, ConsoleFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** `folder`: `dist/console`. Throws where it is not there. */
export async function readConsole(folder: string): Promise<ConsoleFiles> {
  const shell = await readFile(join(folder, 'index.html'), 'utf8');
  const assets = join(folder, 'assets');
  const names = (await readdir(assets)).filter((name) => extname(name) in TYPES);
  const files = await Promise.all(names.map(async (name) => [name, await readAsset(assets, name)] as const));
  return { shell, assets: new Map(files) };
}

async function readAsset(folder: string, name: string): Promise<ConsoleFile> {
  const [identity, gzip, brotli] = await Promise.all(
    ['', '.gz', '.br'].map((suffix) => readFile(join(folder, name + suffix))),
  );
  const type = TYPES[extname(name)] ?? '';
  return { type, identity: bytesOf(identity), gzip: bytesOf(gzip), brotli: bytesOf(brotli) };
}

function bytesOf(buffer: Buffer = Buffer.alloc(0)): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
