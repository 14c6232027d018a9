import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../kernel/project-folder.ts';

const file = join(PROJECT_FOLDER, 'package.json');

/** Of this build, as `package.json` has it. */
export const VERSION: string = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
