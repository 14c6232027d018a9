/** What a process takes of the machine's memory, from /proc (Linux only), and what the heaps of its threads hold. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Bytes; `pss` null where the kernel does not tell. */
export interface Memory {
  readonly rss: number;
  readonly pss: number | null;
}

export async function memoryOf(pid: number): Promise<Memory> {
  const kib = (text: string, name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) * 1024;
  const rss = kib(await readFile(`/proc/${pid}/status`, 'utf8'), 'VmRSS');
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => null);
  return { rss, pss: rollup === null ? null : kib(rollup, 'Pss') };
}

interface HeapFigures {
  readonly heapTotal: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
}

/** Of one thread, bytes: as it is, and after a full collection. */
export interface ThreadHeap {
  readonly name: string;
  readonly asItIs: HeapFigures;
  readonly live: HeapFigures;
}

/** What the service has to be started with, and the question (heap-figures.cjs). */
export class HeapWatch {
  readonly nodeOptions = ['--expose-gc', '--require', join(import.meta.dirname, 'heap-figures.cjs')];
  readonly env: { readonly HEAP_FIGURES: string };
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.env = { HEAP_FIGURES: folder };
  }

  /** Of every thread of the process that answers within some seconds. The heaps are collected by it. */
  async look(pid: number): Promise<readonly ThreadHeap[]> {
    await rm(this.#folder, { recursive: true, force: true });
    await mkdir(this.#folder, { recursive: true });
    process.kill(pid, 'SIGUSR2');
    await delay(ANSWERS_WITHIN_MS);
    const files = (await readdir(this.#folder)).filter((name) => name.endsWith('.json')).sort();
    return Promise.all(
      files.map(async (name) => JSON.parse(await readFile(join(this.#folder, name), 'utf8')) as ThreadHeap),
    );
  }
}

const ANSWERS_WITHIN_MS = 3_000;
