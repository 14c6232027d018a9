/** Writes the table of variables into docs/configuration.md: `npm run configuration-docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationTable } from '../src/cli/describe-config.ts';

const file = join(import.meta.dirname, '..', 'docs', 'configuration.md');
const document = readFileSync(file, 'utf8');
writeFileSync(
  file,
  document.replace(/\| variable \| default \| meaning \|\n(?:\|.*\n)+/, () => `${configurationTable()}\n`),
);
