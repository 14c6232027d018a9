import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

export interface RunningExample {
  readonly process: ChildProcess;
  /** Resolves with what it has printed, once that is so many lines. */
  lines(count: number): Promise<readonly string[]>;
  /** Resolves with all that it has printed, up to the first line that fits. */
  until(fits: (line: string) => boolean): Promise<readonly string[]>;
  readonly ended: Promise<readonly string[]>;
  /** As a power cut would end it. */
  kill(): Promise<void>;
}

/** Plain Node with that file of `examples`; killed when the test is over. */
export function startExample(
  example: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): RunningExample {
  const child = spawn(process.execPath, [join(EXAMPLES, example), ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed: string[] = [];
  const waiting = new Set<() => void>();
  const output = createInterface({ input: child.stdout });
  output.on('line', (line) => {
    printed.push(line);
    for (const look of waiting) look();
  });
  const lines = (count: number) =>
    new Promise<readonly string[]>((resolve) => {
      const look = () => {
        if (printed.length < count) return;
        waiting.delete(look);
        resolve(printed.slice(0, count));
      };
      waiting.add(look);
      look();
    });
  const until = async (fits: (line: string) => boolean) => {
    for (let count = 1; ; count++) {
      const some = await lines(count);
      if (fits(some.at(-1) ?? '')) return some;
    }
  };
  const ended = once(output, 'close').then(() => printed);
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { process: child, lines, until, ended, kill };
}
