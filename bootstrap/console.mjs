// dist/console/ from src/console/: what browsers load, each file under a name with its hash, and compressed already.
// `index.html` names them relative to its <base>, which the service puts in.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

const COMPRESSED = /\.(js|css|svg)$/;

/**
 * Does nothing where `root` has no console.
 * @param {{root: string, outDir: string}} options
 */
export async function buildConsole({ root, outDir }) {
  const source = join(root, 'src', 'console');
  if (!existsSync(join(source, 'main.tsx'))) return;
  const { build } = createRequire(join(root, 'package.json'))('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [join(source, 'main.tsx'), join(source, 'icon.svg')],
    outdir: join(outDir, 'assets'),
    absWorkingDir: root,
    tsconfig: join(source, 'tsconfig.json'),
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
    minify: true,
    legalComments: 'none',
    loader: { '.svg': 'copy' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  mkdirSync(join(outDir, 'assets'), { recursive: true });
  for (const { path, contents } of outputFiles) {
    writeFileSync(path, contents);
    if (!COMPRESSED.test(path)) continue;
    writeFileSync(`${path}.gz`, gzipSync(contents, { level: 9 }));
    writeFileSync(`${path}.br`, brotliCompressSync(contents));
  }
  const shell = readFileSync(join(source, 'index.html'), 'utf8');
  writeFileSync(join(outDir, 'index.html'), withAssets(shell, metafile.outputs));
}

/** The shell with the names of what it loads first in place of `{{script}}`, `{{style}}`, `{{icon}}`, `{{preloads}}`. */
function withAssets(shell, outputs) {
  const urlOf = (path) => `assets/${basename(path)}`;
  const [script, entry] = Object.entries(outputs).find(([, each]) => each.entryPoint?.endsWith('main.tsx'));
  const icon = Object.keys(outputs).find((path) => path.endsWith('.svg'));
  const preloads = entry.imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `<link rel="modulepreload" href="${urlOf(path)}">`);
  const named = {
    script: urlOf(script),
    style: urlOf(entry.cssBundle),
    icon: urlOf(icon),
    preloads: preloads.join(''),
  };
  return shell.replaceAll(/\{\{(script|style|icon|preloads)\}\}/g, (_, name) => named[name]);
}
