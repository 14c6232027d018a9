import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/app/config/config.ts';
import { openNats, outsideOptions } from '../../../src/app/start/nats-access.ts';
import { connectNats } from '../../../src/jetstream/connection/connection.ts';
import { provisionDevices } from '../../../src/jetstream/devices/device-messages.ts';
import { natsServerBinary } from '../../support/nats/nats-server.ts';
import { silent } from '../../support/parts/run.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { authority } from './certificates.ts';
import { operator } from './nats-operator.ts';

/** A server with this configuration beside a port and a store; answers its port. */
async function serving(config: string, folder = temporaryFolder()): Promise<number> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'server.conf');
  const store = JSON.stringify(join(folder, 'store'));
  writeFileSync(
    file,
    `listen: "127.0.0.1:-1"\nmax_payload: 4MB\njetstream { store_dir: ${store} }\n${config}\n`,
  );
  const child = spawn(await natsServerBinary(), ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return await portOf(child);
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
      const port = /client connections on 127\.0\.0\.1:(\d+)/.exec(log)?.[1];
      if (port !== undefined && log.includes('Server is ready')) resolve(Number(port));
    });
    child.once('exit', () => reject(new Error(`nats-server ended:\n${log}`)));
  });
}

const SHARED = { SECRETS_KEY: Buffer.alloc(32, 1).toString('base64'), AUTH_JWT_SECRET: 'shared' };

/** The server's name as the service sees it, when it can connect with these variables. */
async function connectedTo(env: Record<string, string>): Promise<string> {
  const access = await openNats(parseConfig({ ...SHARED, ...env }), silent, 'test');
  const { info } = access.nc;
  await access.close();
  return `${info?.tls_required ? 'tls' : 'plain'} ${info?.jetstream ? 'with' : 'without'} JetStream`;
}

/** Tries once, and in vain, what the service would try for ever. */
async function isKeptOut(env: Record<string, string>): Promise<boolean> {
  const { nats } = parseConfig({ ...SHARED, ...env });
  if (nats.kind !== 'outside') throw new Error('not an outside server');
  const { servers, tls } = outsideOptions(nats, 'test');
  const nc = await connect({ servers: [servers].flat(), tls: tls ?? null, reconnect: false }).catch(
    () => null,
  );
  await nc?.close();
  return nc === null;
}

test('a server with TLS is known by NATS_TLS_CA, and knows the service by NATS_TLS_CERT and NATS_TLS_KEY', async () => {
  const folder = temporaryFolder();
  const trusted = authority();
  const [server, client] = [trusted.issue('server'), trusted.issue('client')];
  const stranger = authority('another authority').issue('client');
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const ca = file('ca.pem', trusted.cert);
  const tls = [
    `cert_file: "${file('server.pem', server.cert)}"`,
    `key_file: "${file('server.key', server.key)}"`,
    `ca_file: "${ca}"`,
    'verify: true',
  ];
  const port = await serving(`tls { ${tls.join('\n')} }`, join(folder, 'nats'));
  const address = { NATS_URL: `tls://127.0.0.1:${port}`, NATS_TLS_CA: ca };
  const own = {
    NATS_TLS_CERT: file('client.pem', client.cert),
    NATS_TLS_KEY: file('client.key', client.key),
  };
  expect(await connectedTo({ ...address, ...own })).toBe('tls with JetStream');

  const theirs = {
    NATS_TLS_CERT: file('stranger.pem', stranger.cert),
    NATS_TLS_KEY: file('stranger.key', stranger.key),
  };
  const { NATS_URL } = address;
  expect(await isKeptOut({ ...address, ...own })).toBe(false);
  const rows: [string, Record<string, string>][] = [
    ['a certificate of another authority', { ...address, ...theirs }],
    ['no certificate', address],
    [
      'a server that the authority does not vouch for',
      { ...address, ...own, NATS_TLS_CA: file('other.pem', authority().cert) },
    ],
    ['a server that the machine does not know', { NATS_URL, ...own }],
  ];
  for (const [what, env] of rows) expect([what, await isKeptOut(env)]).toEqual([what, true]);
});

test('an address with tls://, or any where there is a TLS file, is not spoken to without', async () => {
  const port = await serving('');
  const ca = join(temporaryFolder(), 'ca.pem');
  writeFileSync(ca, authority().cert);
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:${port}` })).toBe(false);
  expect(await isKeptOut({ NATS_URL: `tls://127.0.0.1:${port}` })).toBe(true);
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:1,tls://127.0.0.1:${port}` })).toBe(true);
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:${port}`, NATS_TLS_CA: ca })).toBe(true);
});

test('a cluster of accounts signed by an operator takes NATS_CREDS, and nothing else', async () => {
  const folder = temporaryFolder();
  const [ours, others] = [operator(), operator()];
  const creds = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const NATS_URL = `nats://127.0.0.1:${await serving(ours.config, join(folder, 'nats'))}`;
  expect(await connectedTo({ NATS_URL, NATS_CREDS: creds('ours.creds', ours.creds()) })).toBe(
    'plain with JetStream',
  );
  const refused = [
    { NATS_CREDS: creds('others.creds', others.creds()) },
    { NATS_USER: 'task-service', NATS_PASSWORD: 'x' },
    {},
  ];
  const tries = refused.map((credentials) =>
    expect(connectedTo({ NATS_URL, ...credentials })).rejects.toMatchObject({
      name: 'UnfitServer',
      reason: 'CREDENTIALS_REFUSED',
    }),
  );
  await Promise.all(tries);
});

test.each(['NATS_CREDS', 'NATS_TLS_CA'])(
  'a file that is not there is a fault of the configuration: %s',
  async (name) => {
    const env = { NATS_URL: 'tls://127.0.0.1:1', [name]: '/nowhere/file' };
    await expect(connectedTo(env)).rejects.toMatchObject({
      name: 'ConfigError',
      faults: [`${name}: /nowhere/file cannot be read (ENOENT)`],
    });
  },
);

test('a .creds file that is none is refused', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'x.creds'), 'nothing of use');
  const NATS_URL = `nats://127.0.0.1:${await serving(operator().config, join(folder, 'nats'))}`;
  const failure = connectedTo({ NATS_URL, NATS_CREDS: join(folder, 'x.creds') });
  await expect(failure).rejects.toThrow(/credentials/);
});

test('a server without an account for devices is told from one that is slow, by what it lacks', async () => {
  const servers = `127.0.0.1:${await serving('')}`;
  const nc = await connectNats({ servers, name: 'test' });
  onTestFinished(() => nc.close());
  const error = await provisionDevices(nc, { replicas: 1, patienceMs: 150 }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'UnfitServer', reason: 'DEVICES_MISSING' });
  expect((error as Error).message).toContain('docs/devices.md');
});

test('a seed for the logins of devices that was mistyped is said before anything is tried', async () => {
  const env = { NATS_URL: 'nats://127.0.0.1:1', NATS_CALLOUT_SEED: `SA${'A'.repeat(56)}` };
  const opened = openNats(parseConfig({ ...SHARED, ...env }), silent, 'test');
  await expect(opened).rejects.toThrow('NATS_CALLOUT_SEED is no seed: its checksum does not fit');
});
