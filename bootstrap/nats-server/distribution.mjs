// nats-server from the distribution's own package of a newer suite (Debian, Ubuntu), without installing it and
// without root: apt gets a sources file of its own, which is the machine's configured mirror and keyring with the
// suite changed, and keeps its lists and cache in a temporary folder. apt verifies what it fetches; the package is
// only unpacked. Installing it would drag in a service that starts on port 4222.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';

/** Newer suites that have nats-server, and the component it is in. */
const NEWER = {
  debian: { suites: ['forky', 'sid'], component: 'main' },
  ubuntu: { suites: ['devel'], component: 'universe' },
};
const APT_TIMEOUT_MS = 180_000;

/**
 * @param {string} folder
 * @param {unknown} _context
 * @param {{etc?: string}} [machine] where /etc is
 * @returns {Promise<string>} path of the executable
 */
export async function fetchFromDistribution(folder, _context, { etc = '/etc' } = {}) {
  const { family, codename } = distribution(etc);
  const { suites, component } = NEWER[family];
  const archives = configuredArchives(etc, codename, component);
  if (archives.length === 0)
    throw new Error(`apt has no source with the suite ${codename}, component ${component}`);
  const failures = [];
  for (const archive of archives) {
    for (const suite of suites) {
      try {
        return await fetchPackage(join(folder, `apt-${failures.length}`), archive, suite, component);
      } catch (error) {
        failures.push(`${suite}: ${error.message}`);
      }
    }
  }
  throw new Error(failures.join('; '));
}

function distribution(etc) {
  const release = Object.fromEntries(
    readIfThere(join(etc, 'os-release'))
      .split('\n')
      .map((line) => /^(\w+)="?([^"]*)"?$/.exec(line))
      .filter((match) => match !== null)
      .map(([, key, value]) => [key, value]),
  );
  const family = release.ID === 'debian' || release.ID === 'ubuntu' ? release.ID : undefined;
  if (family === undefined) throw new Error('this is neither Debian nor Ubuntu');
  return { family, codename: release.VERSION_CODENAME ?? '' };
}

/** @typedef {{uri: string, options: Record<string, string>}} Archive */

/**
 * The mirrors that this machine takes its own suite from, those of the distribution's own keyring first: others
 * (a vendor's repository) may use the same suite name.
 * @returns {Archive[]}
 */
export function configuredArchives(etc, codename, component) {
  const parts = join(etc, 'apt', 'sources.list.d');
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const stanzas = [
    ...names
      .filter((name) => name.endsWith('.sources'))
      .flatMap((name) => deb822(readIfThere(join(parts, name)))),
    ...oneLine(readIfThere(join(etc, 'apt', 'sources.list'))),
    ...names
      .filter((name) => name.endsWith('.list'))
      .flatMap((name) => oneLine(readIfThere(join(parts, name)))),
  ];
  const fitting = stanzas.filter(
    ({ types, suites, components }) =>
      types.includes('deb') &&
      components.includes(component) &&
      suites.some(
        (suite) => suite === codename || suite === 'stable' || suite === 'testing' || suite === 'sid',
      ),
  );
  const isOwn = ({ uris, options }) =>
    /(debian|ubuntu)-archive/.test(options['Signed-By'] ?? '') ||
    uris.some((uri) => /\/(debian|ubuntu)\/?$/.test(uri));
  return fitting
    .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))
    .flatMap(({ uris, options }) => uris.map((uri) => ({ uri, options })));
}

/** Options of a source that say how it is verified; they go with the address. */
const KEPT = { 'signed-by': 'Signed-By', trusted: 'Trusted', 'check-valid-until': 'Check-Valid-Until' };

function deb822(text) {
  const stanzas = text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/);
  return stanzas.map((stanza) => {
    const fields = {};
    for (const [, key, value] of stanza.matchAll(/^([\w-]+):((?:.*)(?:\n[ \t].*)*)/gm)) {
      fields[key.toLowerCase()] = value.trim();
    }
    const words = (key) => (fields[key] ?? '').split(/\s+/).filter((word) => word !== '');
    const isOff = /^(no|false|0)$/i.test(fields.enabled ?? '');
    return {
      types: isOff ? [] : words('types'),
      uris: words('uris'),
      suites: words('suites'),
      components: words('components'),
      options: keptOptions(fields),
    };
  });
}

function oneLine(text) {
  return [...text.matchAll(/^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#\n]*)/gm)].map(
    ([, type, options = '', uri, suite, components]) => ({
      types: [type],
      uris: [uri],
      suites: [suite],
      components: components.trim().split(/\s+/),
      options: keptOptions(
        Object.fromEntries(
          options
            .trim()
            .split(/\s+/)
            .map((option) => option.split('=')),
        ),
      ),
    }),
  );
}

function keptOptions(fields) {
  const kept = {};
  for (const [key, name] of Object.entries(KEPT)) if (fields[key]) kept[name] = fields[key];
  return kept;
}

async function fetchPackage(folder, { uri, options }, suite, component) {
  for (const sub of ['lists/partial', 'cache/archives/partial', 'package', 'unpacked']) {
    mkdirSync(join(folder, sub), { recursive: true });
  }
  const sources = join(folder, 'newer.sources');
  const source = { Types: 'deb', URIs: uri, Suites: suite, Components: component, ...options };
  writeFileSync(
    sources,
    Object.entries(source)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  const apt = (...args) =>
    run('apt-get', [...aptOptions(folder, sources), ...args], {
      cwd: join(folder, 'package'),
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      timeoutMs: APT_TIMEOUT_MS,
    });
  // What counts is whether the package can be had: hooks of the machine's apt may fail without root.
  const update = await apt('update');
  const fetched = await apt('download', 'nats-server');
  const file = readdirSync(join(folder, 'package')).find((name) => name.endsWith('.deb'));
  if (fetched.code !== 0 || file === undefined) throw new Error(firstError(update.output + fetched.output));
  const unpacked = await run('dpkg-deb', ['-x', join(folder, 'package', file), join(folder, 'unpacked')]);
  if (unpacked.code !== 0) throw new Error(firstError(unpacked.output));
  const binary = ['usr/sbin/nats-server', 'usr/bin/nats-server']
    .map((path) => join(folder, 'unpacked', path))
    .find((path) => existsSync(path));
  if (binary === undefined) throw new Error(`no nats-server in ${file}`);
  return binary;
}

function aptOptions(folder, sources) {
  return [
    '-q',
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    'APT::Get::List-Cleanup=0',
    `Dir::State=${folder}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(folder, 'cache')}`,
    'Acquire::Languages=none',
    'Acquire::Retries=1',
    'Acquire::http::Timeout=10',
    'Acquire::https::Timeout=10',
  ].flatMap((option, index) => (index === 0 ? [option] : ['-o', option]));
}

function firstError(output) {
  const lines = output.split('\n').map((line) => line.trim());
  return (
    lines.find((line) => line.startsWith('E:')) ??
    lines.filter((line) => line !== '').at(-1) ??
    'apt said nothing'
  );
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
