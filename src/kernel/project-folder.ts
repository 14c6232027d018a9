/** Where the files of the project are, from wherever this runs: `src/`, `dist/`, or one of the bundles in there. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder with `package.json`, and so with `streams/`, `templates/` and `dist/`. */
export const PROJECT_FOLDER = folderWith('package.json', import.meta.dirname);

const IS_SOURCE = import.meta.url.endsWith('.ts');

/** What a thread begins with: a file of the build, of a development run a source. `module`: its path without extension. */
export function threadFile(module: string): URL {
  const [folder, ending] = IS_SOURCE ? ['src', '.ts'] : ['dist', '.js'];
  return pathToFileURL(join(PROJECT_FOLDER, folder, `${module}${ending}`));
}

function folderWith(name: string, from: string): string {
  if (existsSync(join(from, name))) return from;
  const above = dirname(from);
  if (above === from) throw new Error(`no ${name} is above ${import.meta.dirname}`);
  return folderWith(name, above);
}
