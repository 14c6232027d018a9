import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { configuredArchives, fetchFromDistribution } from '../../bootstrap/nats-server/distribution.mjs';
import { fakeNatsServer, writeExecutable } from '../support/nats/fake-nats-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HAS_APT = spawnSync('apt-get', ['--version']).status === 0;

/** A folder that stands for /etc. */
function etc(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const BOOKWORM = 'ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';

/** An archive with one package, as a mirror has it, served on loopback; answers its address. */
async function mirror(suite: string, version: string): Promise<string> {
  const build = temporaryFolder();
  const tree = join(build, 'tree');
  writeExecutable(join(tree, 'usr/sbin/nats-server'), fakeNatsServer(version));
  mkdirSync(join(tree, 'DEBIAN'));
  writeFileSync(
    join(tree, 'DEBIAN', 'control'),
    `Package: nats-server\nVersion: ${version}-1\nArchitecture: all\nMaintainer: Nobody <nobody@example.com>\nDescription: a test\n`,
  );
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, join(build, 'nats-server.deb')]);
  const deb = readFileSync(join(build, 'nats-server.deb'));
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
  const list =
    `Package: nats-server\nVersion: ${version}-1\nArchitecture: all\nFilename: pool/nats-server.deb\n` +
    `Size: ${deb.length}\nSHA256: ${sha256(deb)}\nDescription: a test\n\n`;
  const listName = `main/binary-${architecture}/Packages`;
  const release =
    `Suite: ${suite}\nCodename: ${suite}\nArchitectures: ${architecture}\nComponents: main\n` +
    `Date: ${new Date().toUTCString()}\nSHA256:\n ${sha256(Buffer.from(list))} ${list.length} ${listName}\n`;
  const files: Record<string, Buffer | string> = {
    [`/debian/dists/${suite}/Release`]: release,
    [`/debian/dists/${suite}/${listName}`]: list,
    '/debian/pool/nats-server.deb': deb,
  };
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/debian`;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** On a machine without apt this way is not there: it has to say so, nothing else can be shown. */
async function withApt(proof: () => Promise<void>): Promise<void> {
  if (HAS_APT) return proof();
  await expect(fetchFromDistribution(temporaryFolder(), {})).rejects.toThrow();
}

describe("the distribution's package", () => {
  test('comes from the configured mirror, with the suite changed', () =>
    withApt(async () => {
      const uri = await mirror('forky', '2.15.1');
      const machine = etc({
        'os-release': BOOKWORM,
        'apt/sources.list.d/debian.sources': `Types: deb\nURIs: ${uri}\nSuites: bookworm bookworm-updates\nComponents: main\nTrusted: yes\n`,
      });
      const binary = await fetchFromDistribution(temporaryFolder(), {}, { etc: machine });
      expect(readFileSync(binary, 'utf8')).toBe(fakeNatsServer('2.15.1'));
    }));

  test('is refused from a mirror that apt cannot verify', () =>
    withApt(async () => {
      const uri = await mirror('forky', '2.15.1');
      const machine = etc({
        'os-release': BOOKWORM,
        'apt/sources.list': `deb ${uri} bookworm main\n`,
      });
      const folder = temporaryFolder();
      await expect(fetchFromDistribution(folder, {}, { etc: machine })).rejects.toThrow('E:');
    }));

  test('is not to be had on other systems, and without a configured mirror', async () => {
    const fedora = etc({ 'os-release': 'ID=fedora\n' });
    await expect(fetchFromDistribution(temporaryFolder(), {}, { etc: fedora })).rejects.toThrow(
      'neither Debian nor Ubuntu',
    );
    const bare = etc({ 'os-release': BOOKWORM });
    await expect(fetchFromDistribution(temporaryFolder(), {}, { etc: bare })).rejects.toThrow(
      'no source with the suite bookworm',
    );
  });
});

describe('the configured mirrors', () => {
  test('are read from .sources files, with their keyring', () => {
    const machine = etc({
      'apt/sources.list.d/debian.sources': `# as installed
Types: deb deb-src
URIs: http://one.example/debian
  http://two.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://security.example/debian-security
Suites: bookworm-security
Components: main
`,
    });
    const options = { 'Signed-By': '/usr/share/keyrings/debian-archive-keyring.gpg' };
    expect(configuredArchives(machine, 'bookworm', 'main')).toEqual([
      { uri: 'http://one.example/debian', options },
      { uri: 'http://two.example/debian', options },
    ]);
  });

  test('are read from one-line lists', () => {
    const machine = etc({
      'apt/sources.list':
        '# deb http://off.example/debian bookworm main\n' +
        'deb [arch=amd64 signed-by=/keys/debian.gpg] http://one.example/debian bookworm main # here\n' +
        'deb-src http://source.example/debian bookworm main\ndeb http://two.example/ubuntu/ noble main universe\n',
    });
    expect(configuredArchives(machine, 'bookworm', 'main')).toEqual([
      { uri: 'http://one.example/debian', options: { 'Signed-By': '/keys/debian.gpg' } },
    ]);
    expect(configuredArchives(machine, 'noble', 'universe')).toEqual([
      { uri: 'http://two.example/ubuntu/', options: {} },
    ]);
  });

  test("leave out what is switched off, and put other vendors' last", () => {
    const machine = etc({
      'apt/sources.list.d/a-vendor.list': 'deb https://vendor.example/packages bookworm main\n',
      'apt/sources.list.d/off.sources':
        'Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n',
      'apt/sources.list.d/z.list': 'deb http://own.example/debian bookworm main\n',
      'apt/sources.list.d/node.list': 'deb https://node.example nodistro main\n',
    });
    expect(configuredArchives(machine, 'bookworm', 'main').map(({ uri }) => uri)).toEqual([
      'http://own.example/debian',
      'https://vendor.example/packages',
    ]);
  });
});
