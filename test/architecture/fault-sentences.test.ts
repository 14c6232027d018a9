import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { valuesInLiteral } from '../support/fault-rows.ts';

const SRC = new URL('../../src', import.meta.url).pathname;
const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.startsWith('console'))
  .map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));

/**
 * The type of `msg` lets no sentence of a fault be put together by hand; here is looked at what that type cannot see.
 */
test('no sentence of a fault has a value that is not one of its params', () => {
  const sentences = FILES.filter(({ text }) => text.includes("shared/says.ts'")).flatMap(({ file, text }) =>
    [...text.matchAll(/\bsays`([^`]*)`/g)].map(([, sentence = '']) => ({ file, sentence })),
  );
  expect(sentences.length).toBeGreaterThan(100);
  expect(sentences.filter(({ sentence }) => valuesInLiteral(sentence).length > 0)).toEqual([]);
});

test('no schema of a request or a config refuses in words of its own, which would have no params', () => {
  const own = FILES.filter(({ file }) => /^(http|task-types)\//.test(file)).flatMap(({ file, text }) =>
    [
      ...text.matchAll(
        /code: 'custom'|refine\((?:(?!says`)[\s\S]){0,200}?\b(?:message|error): ?['`]|\.(?:min|max|length|regex|refine)\((?:[^()]|\([^()]*\))*, ?['`]/g,
      ),
    ].map(([found]) => `${file}: ${found}`),
  );
  expect(own).toEqual([]);
});
