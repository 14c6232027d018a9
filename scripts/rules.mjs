// Lists the rules of docs/rules.md with the tests that name them. Exit 1 where a rule has no test, or a test names a
// rule that is not there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testTitles } from './test-titles.mjs';

const ROOT = join(import.meta.dirname, '..');
const RULE = /BR-[A-Z]{3}-\d{3}/g;

const rules =
  readFileSync(join(ROOT, 'docs', 'rules.md'), 'utf8').match(/(?<=^\| )BR-[A-Z]{3}-\d{3}/gm) ?? [];
/** @type {Map<string, string[]>} */
const testsOf = new Map(rules.map((rule) => [rule, []]));
const unknown = [];
for (const file of readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.test.ts')) continue;
  for (const title of testTitles(readFileSync(join(ROOT, 'test', file), 'utf8'))) {
    for (const rule of new Set(title.match(RULE) ?? [])) {
      const tests = testsOf.get(rule);
      if (tests === undefined) unknown.push(`${rule} in test/${file}`);
      else tests.push(`test/${file}: ${title}`);
    }
  }
}
for (const [rule, tests] of testsOf) for (const test of tests) console.log(`${rule}  ${test}`);
const without = rules.filter((rule) => testsOf.get(rule)?.length === 0);
console.log(`\n${rules.length} rules; without a test: ${without.join(', ') || 'none'}`);
if (unknown.length > 0) console.log(`named by tests, but no rules: ${unknown.join(', ')}`);
process.exitCode = rules.length > 0 && without.length + unknown.length === 0 ? 0 : 1;
