/**
 * A real Chromium for tests of pages. Nothing is downloaded: on Linux (x64) it comes with a development dependency,
 * packed, and is unpacked into the project's cache once; elsewhere one that is installed is taken. `CHROMIUM_BIN` names
 * another. Where there is none the test fails and says so.
 */
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliDecompress, createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

const PACKED = '@sparticuz/chromium';
const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

interface Found {
  readonly executablePath: string;
  /** Shared libraries that came with it. */
  readonly libraries: string | null;
}

export async function launchChromium(): Promise<Browser> {
  const { executablePath, libraries } = await findChromium();
  const known = process.env.LD_LIBRARY_PATH;
  return chromium.launch({
    executablePath,
    // The sandbox needs a user who is not root; the pages are our own.
    args: ['--no-sandbox'],
    env: {
      ...definedOnly(process.env),
      ...(libraries === null ? {} : { LD_LIBRARY_PATH: known ? `${known}:${libraries}` : libraries }),
    },
  });
}

async function findChromium(): Promise<Found> {
  const named = process.env.CHROMIUM_BIN;
  if (named !== undefined && named !== '') return { executablePath: named, libraries: null };
  if (process.platform === 'linux' && process.arch === 'x64') return unpacked();
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed !== undefined) return { executablePath: installed, libraries: null };
  throw new Error(
    `no Chromium found for the tests of pages: install one, or set CHROMIUM_BIN to where it is`,
  );
}

async function unpacked(): Promise<Found> {
  const root = join(dirname(createRequire(import.meta.url).resolve(PACKED)), '..', '..');
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'task-service', 'chromium');
  const folder = join(cache, version);
  if (!existsSync(folder)) {
    await mkdir(cache, { recursive: true });
    // Whole or not at all, whoever else does the same.
    const building = await mkdtemp(join(cache, 'unpacking-'));
    await unpack(join(root, 'bin'), building);
    await rename(building, folder).catch(async (error: unknown) => {
      await rm(building, { recursive: true, force: true });
      if (!existsSync(folder)) throw error;
    });
  }
  return { executablePath: join(folder, 'chromium'), libraries: join(folder, 'lib') };
}

async function unpack(from: string, to: string): Promise<void> {
  const program = createWriteStream(join(to, 'chromium'), { mode: 0o755 });
  const libraries = promisify(brotliDecompress)(await readFile(join(from, 'al2023.tar.br')));
  const archive = join(to, 'libraries.tar');
  await Promise.all([
    pipeline(createReadStream(join(from, 'chromium.br')), createBrotliDecompress(), program),
    libraries
      .then((bytes) => writeFile(archive, bytes))
      .then(() => promisify(execFile)('tar', ['-xf', archive, '-C', to])),
  ]);
  await rm(archive);
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((each): each is [string, string] => each[1] !== undefined),
  );
}
