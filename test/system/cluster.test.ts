import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { Caller } from '../support/processes/service.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { device } from '../support/world/device.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface State {
  readonly instances: readonly { readonly pid: number | null }[];
}

function tokenBy(secret: string): Promise<string> {
  const claims = new SignJWT({ sub: 'ann', subscription_level: 'enterprise' }).setProtectedHeader({
    alg: 'HS256',
  });
  return claims.setExpirationTime('1h').sign(new TextEncoder().encode(secret));
}

test('three servers and two instances start without containers, work as one, start again what dies, and leave nothing behind', async () => {
  const folder = temporaryFolder();
  const script = spawn(process.execPath, [join(ROOT, 'deploy', 'cluster.mjs')], {
    env: { ...process.env, CLUSTER_DIR: folder, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => script.once('exit', resolve));
  onTestFinished(async () => {
    script.kill('SIGTERM');
    await ended;
  });
  const urls: string[] = [];
  let mqttPort = 0;
  for await (const line of createInterface({ input: script.stdout })) {
    const [, url] = / is ready at (\S+)$/.exec(line) ?? [];
    if (url !== undefined) urls.push(url);
    mqttPort ||= Number(/devices connect to 127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? 0);
    if (urls.length === 2) break;
  }
  const { jwt } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as { jwt: string };
  const [one, other] = await Promise.all(urls.map(async (url) => new Caller(url, await tokenBy(jwt))));
  const phone = await device(mqttPort, { clientId: 'ann:phone', password: await tokenBy(jwt) });
  expect(await phone.listensTo('users/ann/tasks/+')).toBe(true);
  const created = await one?.call<{ task_id: string }>('POST', '/tasks', {
    name: 'Shared',
    task_type: 'todo',
  });
  expect(created?.status).toBe(201);
  const read = await other?.call('GET', `/tasks/${created?.body.task_id}`);
  expect(read).toMatchObject({ status: 200, body: { name: 'Shared' } });
  // Twenty gigabytes on each server: without a limit nothing would warn before they are full.
  const figures = await (await fetch(`${urls[0]}/metrics`)).text();
  expect(figures).toMatch(/^task_service_storage_limit_bytes 64424509440$/m);
  const [told] = await phone.hears(1);
  expect(JSON.parse(told?.text ?? '').data.task_id).toBe(created?.body.task_id);
  for (const server of ['nats-1', 'nats-2', 'nats-3']) {
    const streams = readdirSync(join(folder, server, 'jetstream', 'SERVICE', 'streams'));
    expect(streams).toContain('TASK_LOG');
  }
  const pidOfOne = () => {
    const { instances } = JSON.parse(readFileSync(join(folder, 'cluster.json'), 'utf8')) as State;
    return instances[0]?.pid ?? 0;
  };
  const killed = pidOfOne();
  process.kill(killed, 'SIGKILL');
  await eventually(async () => pidOfOne() !== 0 && pidOfOne() !== killed);
  expect(await one?.call('GET', `/tasks/${created?.body.task_id}`)).toMatchObject({ status: 200 });
  script.kill('SIGTERM');
  expect(await ended).toBe(0);
  for (const url of urls) await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
}, 60_000);
