/**
 * Data that an earlier build has stored is read as that build read it. `test/fixtures/stored-data` holds a data folder
 * and the answers that its build gave about it; `record.ts` there made both.
 */
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { mintToken } from '../../src/cli/mint-token.ts';
import { Caller, startService } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const STORED = join(import.meta.dirname, '..', 'fixtures', 'stored-data');

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

interface StoredFolder {
  readonly env: Record<string, string>;
  readonly jwtSecret: string;
}

function unpacked(): StoredFolder {
  const dataDir = temporaryFolder();
  execFileSync('tar', ['-xzf', join(STORED, 'data.tar.gz'), '-C', dataDir]);
  const [jwtSecret = '', secretsKey = ''] = ['jwt-secret', 'secrets-key'].map((name) =>
    readFileSync(join(dataDir, name), 'utf8').trim(),
  );
  return { jwtSecret, env: { DATA_DIR: dataDir, AUTH_JWT_SECRET: jwtSecret, SECRETS_KEY: secretsKey } };
}

async function callerOf({ url }: ServiceProcess, { jwtSecret }: StoredFolder, user: string): Promise<Caller> {
  const tier = user === 'ann' ? 'enterprise' : 'free';
  return new Caller(url, await mintToken(jwtSecret, { user, tier, expiresInSeconds: 3_600 }));
}

/** `task-service verify` as an operator types it; what it prints. */
async function verified({ env }: StoredFolder): Promise<string> {
  const program = join(ROOT, 'dist', 'cli', 'main.js');
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'verify'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  return stdout;
}

test('data that the build before has stored is answered as that build answered it, and goes on', {
  timeout: 120_000,
}, async () => {
  const folder = unpacked();
  // Nothing goes on: no slot is taken while it is asked.
  const reading = await startService({ ...folder.env, ROLES: 'api,projector' });
  const recorded: Record<string, Answered> = JSON.parse(
    gunzipSync(readFileSync(join(STORED, 'answers.json.gz'))).toString(),
  );
  expect(Object.keys(recorded).length).toBeGreaterThan(300);
  for (const [asked, answered] of Object.entries(recorded)) {
    const at = asked.lastIndexOf(' /');
    const caller = await callerOf(reading, folder, asked.slice(0, at));
    const { status, body } = await caller.call<unknown>('GET', asked.slice(at + 1));
    // Members may have come since; none may be lost or mean something else.
    expect(comparable(status, body), asked).toMatchObject(
      comparable(answered.status, answered.body) as object,
    );
  }
  expect(await reading.end('SIGTERM')).toBe(0);

  const going = await startService(folder.env);
  const ann = await callerOf(going, folder, 'ann');
  const { body: list } = await ann.call<{ tasks: { task_id: string; name: string; revision: number }[] }>(
    'GET',
    '/tasks?q=Done',
  );
  const done = list.tasks.find(({ name }) => name === 'Done before it is due');
  const run = await ann.call('POST', `/tasks/${done?.task_id}/execute`, {}, { prefer: 'wait=30' });
  expect(run.body).toMatchObject({ status: 'completed' });
  expect(await going.end('SIGTERM')).toBe(0);
  expect(await verified(folder)).toContain('the views are what the log says');
});

/** A refusal names its own request, and an event of an earlier version is shown as the current one has it. */
function comparable(status: number, body: unknown): unknown {
  const { trace_id: _, ...others } = (body ?? {}) as Record<string, unknown>;
  if (Array.isArray(others.events)) others.events = others.events.map(withoutVersion);
  // This build ships newer versions of the templates: they say what they said, and more.
  if (Array.isArray(body)) return { status, body: body.map(withoutUpdate) };
  return { status, body: 'template_id' in others && !('task_id' in others) ? withoutUpdate(others) : others };
}

function withoutUpdate(shown: object): object {
  const { updated_at: _, ...others } = shown as Record<string, unknown>;
  return others;
}

function withoutVersion({ event, ...place }: { event: { data: Record<string, unknown> } }): object {
  const { armed: _, ...data } = event.data;
  return { ...place, event: { ...event, dataschema: '', data } };
}
