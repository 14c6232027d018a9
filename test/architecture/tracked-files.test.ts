import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const SELF = 'test/architecture/tracked-files.test.ts';

interface Line {
  readonly file: string;
  readonly number: number;
  readonly text: string;
}

function trackedLines(): Line[] {
  // A checkout without git (a tarball) has no tracked files to look at; a repository always has this one.
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && file !== SELF);
  return files.flatMap((file) => linesOf(file));
}

function linesOf(file: string): Line[] {
  let content: string;
  try {
    content = readFileSync(join(ROOT, file), 'utf8');
  } catch {
    // Deleted in the working tree, not yet in the index.
    return [];
  }
  if (content.includes('\0')) return [];
  return content.split('\n').map((text, index) => ({ file, number: index + 1, text }));
}

const lines = trackedLines();

function offending(pattern: RegExp, isLooked: (file: string) => boolean = () => true): string[] {
  return lines
    .filter(({ file, text }) => isLooked(file) && pattern.test(text))
    .map(({ file, number, text }) => `${file}:${number}: ${text.trim().slice(0, 120)}`);
}

const isTest = (file: string) => file.startsWith('test/') && file.endsWith('.ts');
const SKIPPED =
  /\b(test|it|describe|suite|bench)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)\b|\b(skip|todo|only): *true|\bcontext\.skip\(/;
const RETRIED = /\bretry\s*:\s*[1-9]|--retry\b/;

describe('the tracked files', () => {
  test('are seen', () => {
    expect(lines.length).toBeGreaterThan(1_000);
    expect(lines.some(({ file }) => file === 'package.json')).toBe(true);
  });

  test('name no package registry, mirror or place that a package was resolved from', () => {
    expect(offending(/"resolved":\s*"(?:https?|git)/)).toEqual([]);
    expect(
      offending(/\b(?:registry\.npmjs\.org|registry\.yarnpkg\.com|deb\.debian\.org|archive\.ubuntu\.com)\b/),
    ).toEqual([]);
    expect(offending(/^\s*(?:registry|\/\/\S+:_auth\w*)\s*=/, (file) => file.endsWith('.npmrc'))).toEqual([]);
  });

  test("hold no path of somebody's machine", () => {
    expect(
      offending(/(?:^|[\s"'`=(:])(?:\/home\/\w|\/Users\/\w|\/root\/|\/work\/|[A-Z]:\\\\?Users)/),
    ).toEqual([]);
  });

  test('hold no private key or token', () => {
    expect(
      offending(/-----BEGIN (?:\w+ )?PRIVATE KEY-----|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\.|\bnpm_\w{36}\b/),
    ).toEqual([]);
  });

  test('skip no test, single none out, and repeat none until it passes', () => {
    expect(offending(SKIPPED, isTest)).toEqual([]);
    expect(
      offending(RETRIED, (file) => isTest(file) || file === 'vitest.config.ts' || file === 'package.json'),
    ).toEqual([]);
  });

  test.each([
    ["test.skip('x', () => {})", SKIPPED],
    ["describe.concurrent.only('x', () => {})", SKIPPED],
    ["it.runIf(process.env.CI)('x', () => {})", SKIPPED],
    ["test('x', { skip: true }, () => {})", SKIPPED],
    ["test('x', { retry: 3 }, () => {})", RETRIED],
    ['vitest run --retry=2', RETRIED],
  ])('would be found with: %s', (line, pattern) => {
    expect(line).toMatch(pattern);
  });
});
