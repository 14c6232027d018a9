import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'scripts', 'at-once.mjs');

/** Leaves a file, and ends only when the other's is there. */
function meeting(own: string, other: string, code: number): string {
  const program = `const {existsSync, writeFileSync} = require('node:fs'); writeFileSync('${own}', ''); setInterval(() => existsSync('${other}') && (console.log('${own} said'), process.exit(${code})), 5)`;
  return `node -e "${program}"`;
}

test('scripts run at once: each says all that it has to, and one that fails fails the whole', async () => {
  const root = temporaryFolder();
  const scripts = { good: meeting('good', 'bad', 0), bad: meeting('bad', 'good', 3) };
  writeFileSync(join(root, 'package.json'), JSON.stringify({ scripts }));
  const run = (...names: readonly string[]) =>
    new Promise<{ code: unknown; said: string }>((resolve) =>
      execFile(process.execPath, [PROGRAM, ...names], { cwd: root }, (error, _, said) =>
        resolve({ code: error?.code ?? 0, said }),
      ),
    );
  const both = await run('good', 'bad');
  expect(both.code).toBe(1);
  expect(both.said.split('\n').sort()).toEqual(['', 'bad said', 'good said', 'npm run bad failed']);
  expect(await run('good')).toEqual({ code: 0, said: 'good said\n' });
});
