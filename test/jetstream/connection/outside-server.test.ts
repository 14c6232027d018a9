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

/** As Kubernetes and cert-manager write it. */
function tlsFolder(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

test('a server with TLS is known by ca.crt in NATS_TLS_DIR, and knows the service by tls.crt and tls.key', async () => {
  const folder = temporaryFolder();
  const trusted = authority();
  const [server, client] = [trusted.issue('server'), trusted.issue('client')];
  const stranger = authority('another authority').issue('client');
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const tls = [
    `cert_file: "${file('server.pem', server.cert)}"`,
    `key_file: "${file('server.key', server.key)}"`,
    `ca_file: "${file('ca.pem', trusted.cert)}"`,
    'verify: true',
  ];
  const port = await serving(`tls { ${tls.join('\n')} }`, join(folder, 'nats'));
  const NATS_URL = `tls://127.0.0.1:${port}`;
  const ca = { 'ca.crt': trusted.cert };
  const own = { 'tls.crt': client.cert, 'tls.key': client.key };
  const theirs = { 'tls.crt': stranger.cert, 'tls.key': stranger.key };
  const withFiles = (files: Readonly<Record<string, string>>) => ({
    NATS_URL,
    NATS_TLS_DIR: tlsFolder(files),
  });
  expect(await connectedTo(withFiles({ ...ca, ...own }))).toBe('tls with JetStream');
  expect(await isKeptOut(withFiles({ ...ca, ...own }))).toBe(false);
  const rows: [string, Record<string, string>][] = [
    ['a certificate of another authority', { ...ca, ...theirs }],
    ['no certificate', ca],
    ['a server that the authority does not vouch for', { ...own, 'ca.crt': authority().cert }],
    ['a server that the machine does not know', own],
  ];
  for (const [what, files] of rows) expect([what, await isKeptOut(withFiles(files))]).toEqual([what, true]);
});

test('an address with tls://, or any where there is a folder of TLS files, is not spoken to without', async () => {
  const port = await serving('');
  const NATS_TLS_DIR = tlsFolder({ 'ca.crt': authority().cert });
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:${port}` })).toBe(false);
  expect(await isKeptOut({ NATS_URL: `tls://127.0.0.1:${port}` })).toBe(true);
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:1,tls://127.0.0.1:${port}` })).toBe(true);
  expect(await isKeptOut({ NATS_URL: `nats://127.0.0.1:${port}`, NATS_TLS_DIR })).toBe(true);
});

test('a folder of TLS files that has none, or half a pair, is a fault of the configuration', async () => {
  const [empty, half] = [tlsFolder({}), tlsFolder({ 'ca.crt': 'a', 'tls.crt': 'b' })];
  const faultOf = (NATS_TLS_DIR: string) =>
    connectedTo({ NATS_URL: 'nats://127.0.0.1:1', NATS_TLS_DIR }).then(
      () => [],
      (error: unknown) => (error as { faults: string[] }).faults,
    );
  expect(await faultOf(empty)).toEqual([`NATS_TLS_DIR: ${empty} has neither ca.crt nor tls.crt and tls.key`]);
  expect(await faultOf(half)).toEqual([`NATS_TLS_DIR: of tls.crt and tls.key, ${half} has one alone`]);
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

test('a file that is not there is a fault of the configuration', async () => {
  const env = { NATS_URL: 'tls://127.0.0.1:1', NATS_CREDS: '/nowhere/file' };
  await expect(connectedTo(env)).rejects.toMatchObject({
    name: 'ConfigError',
    faults: ['NATS_CREDS: /nowhere/file cannot be read (ENOENT)'],
  });
});

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
