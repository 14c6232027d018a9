import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROLES } from '../../src/app/config/schemas.ts';

const APP = join(import.meta.dirname, '..', '..', 'src', 'app');

test('each role is a file that starts, stops and says how it is', () => {
  const files = readdirSync(join(APP, 'roles')).map((name) => name.replace(/\.ts$/, ''));
  expect(files.sort()).toEqual([...ROLES, 'role'].sort());
  for (const role of ROLES) {
    const source = readFileSync(join(APP, 'roles', `${role}.ts`), 'utf8');
    expect(source, role).toMatch(/^export class \w+Role implements Role</m);
  }
});

test('the composition root stays below 120 lines', () => {
  expect(readFileSync(join(APP, 'service.ts'), 'utf8').split('\n').length).toBeLessThan(120);
});
