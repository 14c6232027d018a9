/** A log checked by its tiles and entries, as a service serves them and as they were saved. */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { audit } from '../../src/cli/audit.ts';
import { signedCheckpoint } from '../../src/history/audit/checkpoint.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../src/history/audit/note.ts';
import { type HttpServer, startServer } from '../../src/http/server/server.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { sharedStack, signed } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Two full tiles, and one that is not. */
const EVENTS = 600;
const api = sharedStack();
let server: HttpServer;
let token: string;
let saved: string;
let held: string;

async function verified(log: string, ...more: string[]): Promise<{ ok: boolean; lines: string[] }> {
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
  const args = ['verify', '--log', log, '--vkey', AUDIT_SIGNER.vkey, ...more];
  const ok = await audit(args, () => parseConfig({}), { TASK_SERVICE_TOKEN: token }, io);
  return { ok, lines };
}

beforeAll(async () => {
  const { app, nc } = api();
  const fetch = (request: Request, env?: unknown) => app.fetch(request, env as never);
  server = await startServer({ fetch, host: '127.0.0.1', port: 0, corsOrigins: [] });
  token = await signed({ sub: 'auditor', roles: ['auditor'] });
  const append = async (count: number) => {
    for (let left = count; left > 0; left -= 50) {
      const some = Array.from({ length: Math.min(left, 50) }, (_, n) =>
        nc.request(`tasklog.u${n % 5}._user`, `{"n":${left + n}}`, { timeout: 30_000 }),
      );
      await Promise.all(some);
    }
  };
  await append(200);
  await signCheckpoint(api());
  const headers = { authorization: `Bearer ${token}` };
  held = (await api().call('GET', '/api/v1/audit/log/checkpoint', { user: null, headers })).text;
  await append(EVENTS - 201);
  await signCheckpoint(api());
  saved = mkdtempSync(join(tmpdir(), 'task-service-test-'));
});
afterAll(async () => {
  rmSync(saved, { recursive: true, force: true });
  await server.stop(0);
});

test('is what was signed, by the service and offline from what was saved of it', async () => {
  const whole = {
    ok: true,
    lines: [expect.stringMatching(/^what was signed: 600 entries in tiles, root \S{44}$/)],
  };
  expect(await verified(server.url, '--save', saved)).toEqual(whole);
  expect(await verified(`${server.url}/api/v1/audit/log/`)).toEqual(whole);
  expect(existsSync(join(saved, 'tile', 'entries', '002.p', '88'))).toBe(true);
  expect(existsSync(join(saved, 'tile', '1', '000.p', '2'))).toBe(true);
  const since = join(temporaryFolder(), 'held');
  writeFileSync(since, held);
  expect(await verified(saved, '--since', since)).toEqual(whole);
  expect(await verified(server.url, '--since', since, '--token', token)).toEqual(whole);
});

const forgedBy = (seed: number, name: string) =>
  signedCheckpoint(
    { size: EVENTS, root: Buffer.alloc(32) },
    parseSignerKey(signerKeyText(name, Buffer.alloc(32, seed))) as SignerKey,
  );

test('is not what was changed, dropped, cut or signed by another, and each is named', async () => {
  if (!existsSync(join(saved, 'checkpoint'))) await verified(server.url, '--save', saved);
  const tampered = async (tamper: (folder: string) => void, ...more: string[]) => {
    const folder = join(temporaryFolder(), 'log');
    cpSync(saved, folder, { recursive: true });
    tamper(folder);
    return verified(folder, ...more);
  };
  const edit = (path: string, change: (bytes: Buffer) => Buffer | string) => (folder: string) => {
    const file = join(folder, path);
    writeFileSync(file, change(readFileSync(file)));
  };
  const flip = (at: number) => (bytes: Buffer) => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };
  const cases: [(folder: string) => void, RegExp[]][] = [
    // A hash of an entry, and the tile that says so.
    [
      edit('tile/entries/001', (bytes) =>
        Buffer.from(bytes.toString('latin1').replace(/\n[0-9a-f]{64}\n/, `\n${'0'.repeat(64)}\n`), 'latin1'),
      ),
      [
        /^changed: tile\/0\/001: event 257$/,
        /^changed: tile\/1\/000\.p\/2: events 257 to 512$/,
        /^changed: the signed checkpoint is of other entries$/,
      ],
    ],
    [
      edit('tile/entries/000', (bytes) =>
        Buffer.from(bytes.toString('latin1').replace('tasklog.u0._user', 'tasklag.u0._user'), 'latin1'),
      ),
      [
        /^foreign-subject: event 1 \(tasklag\.u0\._user\)$/,
        /^changed: tile\/0\/000: event 1$/,
        /^changed/,
        /^changed/,
      ],
    ],
    [
      edit('tile/entries/000', (bytes) =>
        Buffer.from(bytes.toString('latin1').replace('/entry/v1', '/entry/v9'), 'latin1'),
      ),
      [/^changed: event 1 is no entry of this log$/, /^changed/, /^changed/, /^changed/],
    ],
    [edit('tile/0/000', flip(32 * 5)), [/^changed: tile\/0\/000: event 6$/]],
    [edit('tile/1/000.p/2', flip(0)), [/^changed: tile\/1\/000\.p\/2: events 1 to 256$/]],
    [
      edit('tile/0/002.p/88', (bytes) => bytes.subarray(0, 100)),
      [/^truncated: tile\/0\/002\.p\/88 has 100 bytes of 2816$/],
    ],
    [
      edit('tile/entries/001', (bytes) => bytes.subarray(0, bytes.length - 1)),
      [/^truncated: events 257 to 512: tile\/entries\/001 has no whole entries$/],
    ],
    [
      edit('tile/entries/002.p/88', (bytes) => bytes.subarray(0, 2 + bytes.readUInt16BE(0))),
      [/^truncated: events 513 to 600: .* has 1 whole entries$/],
    ],
    [
      (folder) => rmSync(join(folder, 'tile/entries/001')),
      [/^missing: events 257 to 512: there is no tile\/entries\/001$/],
    ],
    [(folder) => rmSync(join(folder, 'tile/0/001')), [/^missing: there is no tile\/0\/001$/]],
  ];
  for (const [tamper, faults] of cases) {
    const { ok, lines } = await tampered(tamper);
    expect(ok).toBe(false);
    expect(lines).toEqual([
      ...faults.map((fault) => expect.stringMatching(fault)),
      expect.stringMatching(/^NOT WHAT WAS SIGNED/),
    ]);
  }
  const refused: [(folder: string) => void, RegExp][] = [
    [(folder) => rmSync(join(folder, 'checkpoint')), /has no checkpoint/],
    [
      (folder) => writeFileSync(join(folder, 'checkpoint'), forgedBy(9, 'log.example')),
      /the checkpoint: UNKNOWN_SIGNER/,
    ],
    [
      (folder) => writeFileSync(join(folder, 'checkpoint'), forgedBy(9, 'other')),
      /the checkpoint: UNKNOWN_SIGNER/,
    ],
    [
      edit('checkpoint', (bytes) => bytes.toString().replaceAll('\n', '\r\n')),
      /the checkpoint: MALFORMED_NOTE/,
    ],
    [edit('tile/0/000', () => Buffer.alloc(17 * 1024 * 1024)), /is larger than any file/],
  ];
  for (const [tamper, message] of refused) await expect(tampered(tamper)).rejects.toThrow(message);
  const longer = join(temporaryFolder(), 'held');
  writeFileSync(longer, signedCheckpoint({ size: 700, root: Buffer.alloc(32) }, AUDIT_SIGNER));
  expect((await verified(saved, '--since', longer)).lines[0]).toMatch(
    /^truncated: the log ends at event 600/,
  );
  writeFileSync(longer, signedCheckpoint({ size: 300, root: Buffer.alloc(32) }, AUDIT_SIGNER));
  expect((await verified(saved, '--since', longer)).lines[0]).toBe(
    'changed: the checkpoint that is held is of other entries',
  );
});

test('that cannot be read is refused by name, and nothing is saved of it as if it were whole', async () => {
  await expect(verified(server.url, '--token', 'none')).rejects.toThrow(/checkpoint is refused with 401/);
  await expect(verified('http://127.0.0.1:9')).rejects.toThrow(/cannot be read: /);
  await expect(verified(join(temporaryFolder(), 'nothing'))).rejects.toThrow(/has no checkpoint/);
  await expect(verified(saved, 'file')).rejects.toMatchObject({ name: 'UsageError' });
  await expect(
    audit(
      ['verify', 'file', '--save', 'x', '--vkey', AUDIT_SIGNER.vkey],
      () => parseConfig({}),
      {},
      { print: () => {}, stdin: process.stdin },
    ),
  ).rejects.toThrow('--token and --save go with --log');
  const folder = join(temporaryFolder(), 'kept');
  const newer = join(temporaryFolder(), 'held');
  writeFileSync(newer, signedCheckpoint({ size: 300, root: Buffer.alloc(32) }, AUDIT_SIGNER));
  expect((await verified(server.url, '--save', folder, '--since', newer)).ok).toBe(false);
  expect(existsSync(join(folder, 'checkpoint'))).toBe(false);
});
