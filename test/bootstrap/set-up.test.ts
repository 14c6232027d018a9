import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ensureBuild, isBuilt } from '../../bootstrap/build.mjs';
import { areInstalled, ensureDependencies, removeDevelopment } from '../../bootstrap/dependencies.mjs';
import { isNodeSupported } from '../../bootstrap/node-version.mjs';
import { natsServerBinary } from '../support/nats/nats-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');

function write(root: string, files: Record<string, string | object>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

describe('Node', () => {
  test.each(['20.19.0', '20.20.2', '22.12.0', '22.21.1', '24.0.0', '25.1.0'])('%s will do', (version) => {
    expect(isNodeSupported(version)).toBe(true);
  });

  test.each(['18.20.8', '20.18.3', '21.7.3', '22.11.0'])('%s is refused', (version) => {
    expect(isNodeSupported(version)).toBe(false);
  });
});

describe('the dependencies', () => {
  const wanted = {
    '': { name: 'x' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', dev: true },
    'node_modules/other-os': { version: '3.0.0', integrity: 'sha512-o', optional: true },
  };
  const { '': _, 'node_modules/other-os': __, ...here } = wanted;

  test.each([
    ['are installed', here, true],
    ['lack one', { 'node_modules/a': here['node_modules/a'] }, false],
    [
      'have another version',
      { ...here, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
      false,
    ],
    ['have other content', { ...here, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } }, false],
  ])('%s', (_name, packages, answer) => {
    const root = temporaryFolder();
    write(root, {
      'package-lock.json': { packages: wanted },
      'node_modules/.package-lock.json': { packages },
    });
    expect(areInstalled(root)).toBe(answer);
  });

  test('are not there in a fresh clone, nor after an npm ci that was broken off', () => {
    const root = temporaryFolder();
    write(root, { 'package-lock.json': { packages: wanted }, 'node_modules/a/package.json': {} });
    expect(areInstalled(root)).toBe(false);
  });

  /** A project with a development dependency that no registry is needed for. */
  function project(): string {
    const root = temporaryFolder();
    const own = {
      name: 'x',
      version: '1.0.0',
      dependencies: { run: 'file:run' },
      devDependencies: { dep: 'file:dep' },
    };
    const named = (name: string) => ({ name, version: '1.0.0' });
    write(root, { 'package.json': own, 'dep/package.json': named('dep'), 'run/package.json': named('run') });
    const { status, stderr } = spawnSync('npm', ['install', '--package-lock-only', '--offline'], {
      cwd: root,
    });
    expect(status, String(stderr)).toBe(0);
    return root;
  }

  test('are installed once, with a line, development ones too, and not again', async () => {
    const root = project();
    const lines: string[] = [];
    const say = (line: string) => void lines.push(line);
    await ensureDependencies({ root, say });
    expect(existsSync(join(root, 'node_modules', 'dep', 'package.json'))).toBe(true);
    await ensureDependencies({ root, say });
    expect(lines).toEqual(['installing the dependencies of package-lock.json (npm ci)']);
  });

  test('of a production start are those only that it runs with; those of the build go after it', async () => {
    const root = project();
    const say = () => {};
    const dev = join(root, 'node_modules', 'dep');
    await ensureDependencies({ root, say, production: true });
    expect([existsSync(dev), areInstalled(root, true), areInstalled(root)]).toEqual([false, true, false]);
    await ensureDependencies({ root, say });
    expect([existsSync(dev), areInstalled(root)]).toEqual([true, true]);
    await removeDevelopment({ root, say });
    expect([existsSync(dev), areInstalled(root, true)]).toEqual([false, true]);
  }, 120_000);

  test('are installed by one of two set-ups at once; the other waits', async () => {
    const root = project();
    cpSync(join(ROOT, 'bootstrap'), join(root, 'bootstrap'), { recursive: true });
    const script =
      "import('./bootstrap/dependencies.mjs').then((m) => m.ensureDependencies({ say: console.log }))";
    const children = [1, 2, 3].map(() => spawn(process.execPath, ['-e', script], { cwd: root }));
    const said = await Promise.all(
      children.map(async (child) => {
        let output = '';
        child.stdout.on('data', (chunk) => {
          output += chunk;
        });
        child.stderr.pipe(process.stderr);
        const [code] = await once(child, 'close');
        expect(code).toBe(0);
        return output;
      }),
    );
    expect(said.filter((output) => output.includes('installing'))).toHaveLength(1);
    expect(readdirSync(join(root, '.cache'))).toEqual([]);
  });

  test('that cannot be had end with what npm said, and the way out', async () => {
    const root = project();
    rmSync(join(root, 'package.json'));
    const failure = ensureDependencies({ root, say: () => {} });
    await expect(failure).rejects.toThrow(/npm ci failed \(exit \d+\):\n.*package\.json.*Way out/s);
  });

  test('without a lockfile are refused', () => {
    expect(() => areInstalled(temporaryFolder())).toThrow('package-lock.json is missing');
  });
});

/** A project with two sources and this one's tools. */
function projectToBuild(): { root: string; lines: string[]; build: () => Promise<void> } {
  const root = temporaryFolder();
  const lines: string[] = [];
  write(root, {
    'package.json': { type: 'module' },
    'package-lock.json': {},
    'bootstrap/made.mjs': '',
    'src/main.ts': 'export const answer: number = 42;\n',
    'src/sub/other.ts': "export { answer } from '../main.ts';\n",
  });
  for (const name of ['tsconfig.json', 'tsconfig.build.json']) cpSync(join(ROOT, name), join(root, name));
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return { root, lines, build: () => ensureBuild({ root, say: (line) => void lines.push(line) }) };
}

describe('the build', () => {
  test('is made once, with a line, and again when a source or the build itself changes', {
    timeout: 60_000,
  }, async () => {
    const { root, lines, build } = projectToBuild();
    await build();
    await build();
    expect(lines).toEqual(['building dist/']);
    expect(readFileSync(join(root, 'dist/sub/other.js'), 'utf8')).toContain('../main.js');
    write(root, { 'bootstrap/made.mjs': '// otherwise' });
    expect(isBuilt(root)).toBe(false);
    write(root, { 'bootstrap/made.mjs': '' });
    expect(isBuilt(root)).toBe(true);
    rmSync(join(root, 'src/sub'), { recursive: true });
    await build();
    expect(lines).toHaveLength(2);
    expect(existsSync(join(root, 'dist/sub'))).toBe(false);
    expect(readdirSync(root).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  });

  test('that fails says why and leaves the last good one', { timeout: 60_000 }, async () => {
    const { root, build } = projectToBuild();
    await build();
    write(root, { 'src/main.ts': 'export const answer: number = "no";\n' });
    await expect(build()).rejects.toThrow(/the build failed:\nsrc\/main\.ts\(1,14\): error TS2322/);
    expect(readFileSync(join(root, 'dist/main.js'), 'utf8')).toContain('42');
    expect(readdirSync(root).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
  });
});

describe('npm run dev', () => {
  test('starts the service again on a change that builds, and leaves it running on one that does not', {
    timeout: 60_000,
  }, async () => {
    const { root } = projectToBuild();
    cpSync(join(ROOT, 'bootstrap'), join(root, 'bootstrap'), { recursive: true });
    const main = (answer: string) =>
      "process.once('SIGTERM', () => { process.stdout.write('stopped\\n'); process.exit(0); });\n" +
      `const answer: number = ${answer};\nprocess.stdout.write(\`answer \${answer}\\n\`);\n` +
      'setInterval(() => {}, 1_000);\nexport {};\n';
    write(root, { 'src/main.ts': main('1'), 'src/sub/other.ts': 'export {};\n' });
    const dev = spawn(process.execPath, ['bootstrap/dev.mjs'], { cwd: root });
    onTestFinished(() => void dev.kill('SIGKILL'));
    let said = '';
    const collect = (chunk: Buffer) => {
      said += chunk;
    };
    dev.stdout.on('data', collect);
    dev.stderr.on('data', collect);
    const untilSaid = (text: string) => vi.waitFor(() => expect(said).toContain(text), { timeout: 20_000 });
    await untilSaid('answer 1');
    write(root, { 'src/main.ts': main('"two"') });
    await untilSaid('error TS2322');
    expect(said).not.toContain('stopped');
    write(root, { 'src/main.ts': main('3') });
    await untilSaid('stopped\nanswer 3');
    dev.kill('SIGTERM');
    // Its output ends after it does.
    await once(dev, 'close');
    expect(said.match(/stopped/g)).toHaveLength(2);
  });
});

describe('the set-up', () => {
  test('with everything there says nothing and takes less than half a second', {
    timeout: 60_000,
  }, async () => {
    const { root, build } = projectToBuild();
    cpSync(join(ROOT, 'bootstrap'), join(root, 'bootstrap'), { recursive: true });
    cpSync(join(ROOT, 'package-lock.json'), join(root, 'package-lock.json'));
    await build();
    const env = { ...process.env, NATS_SERVER_BIN: await natsServerBinary() };
    const took = (...args: readonly string[]) => {
      const startedAt = performance.now();
      const { status, stderr, stdout } = spawnSync(process.execPath, args, {
        cwd: root,
        env,
        encoding: 'utf8',
      });
      expect({ status, stderr, stdout }).toEqual({ status: 0, stderr: '', stdout: '' });
      return performance.now() - startedAt;
    };
    const [setUps, plain]: [number[], number[]] = [[], []];
    for (let times = 0; times < 3; times++) {
      setUps.push(took('bootstrap/main.mjs', 'test'));
      plain.push(took('--eval', ''));
    }
    // On a machine with other work Node itself starts late: it takes a tenth of that here.
    expect(Math.min(...setUps)).toBeLessThan(Math.max(500, 10 * Math.min(...plain)));
  });

  test('for a script that does not exist is refused', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'bootstrap', 'main.mjs'), 'nonsense'],
      {
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('usage: ');
  });
});
