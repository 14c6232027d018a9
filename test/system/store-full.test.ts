import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startNatsServer } from '../support/nats/nats-server.ts';
import { Caller, SECRET, SECRETS_KEY, startService, tokenFor } from '../support/processes/service.ts';

const LARGE = { name: 'Large', task_type: 'todo', metadata: { text: 'x'.repeat(60_000) } };

test('a full store refuses writes by 503 STORAGE_FULL, answers reads, also after a start, is not ready and says so in its metrics', async () => {
  const server = await startNatsServer({ maxFileStore: '12MB' });
  const settings = {
    NATS_URL: `nats://${server.servers}`,
    NATS_USER: server.user,
    NATS_PASSWORD: server.pass,
    AUTH_JWT_SECRET: SECRET,
    SECRETS_KEY,
  };
  const service = await startService(settings);
  try {
    const ann = new Caller(service.url, await tokenFor('ann'));
    const figures = async () => (await fetch(`${service.url}/metrics`)).text();
    expect(await figures()).toMatch(/^task_service_ready 1$/m);

    const created: string[] = [];
    let refused = await ann.call('POST', '/tasks', LARGE);
    while (refused.status === 201) {
      created.push(String(refused.body.task_id));
      refused = await ann.call('POST', '/tasks', LARGE);
    }
    expect(refused).toMatchObject({ status: 503, body: { error_code: 'STORAGE_FULL' } });
    expect(refused.headers.get('retry-after')).toBe('60');
    const keyed = await ann.call('POST', '/tasks', LARGE, { 'idempotency-key': 'once' });
    expect(keyed).toMatchObject({ status: 503, body: { error_code: 'STORAGE_FULL' } });
    const newcomer = new Caller(service.url, await tokenFor('bob'));
    expect((await newcomer.call('POST', '/tasks', LARGE)).body).toMatchObject({ error_code: 'STORAGE_FULL' });

    expect(created.length).toBeGreaterThan(10);
    const read = await ann.call('GET', `/tasks/${created.at(-1)}`);
    expect(read).toMatchObject({ status: 200, body: { name: 'Large' } });
    const ready = await fetch(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reasons: ['The store is full: writes are refused.'] });
    const alert = await service.logged(({ msg }) => msg?.startsWith('the store is') === true);
    expect(alert).toMatchObject({ limit: 12 * 1024 * 1024 });

    // Gauges may be a second old: from before the store was full.
    const text = await eventually(async () => {
      const now = await figures();
      return /^task_service_ready 0$/m.test(now) && now;
    });
    expect(text).toMatch(/^task_service_append_seconds_count\{outcome="full"\} [1-9]/m);
    expect(text).toContain(
      `task_service_http_request_seconds_count{method="POST",route="/api/v1/tasks",status="201"} ${created.length}`,
    );
    for (const secret of ['ann', created[0] ?? '', SECRET]) expect(text).not.toContain(secret);

    expect(await service.end('SIGTERM')).toBe(0);
    const again = await startService(settings);
    const later = await new Caller(again.url, await tokenFor('ann')).call('GET', `/tasks/${created.at(-1)}`);
    expect(later).toMatchObject({ status: 200, body: { name: 'Large' } });
    expect(await again.end('SIGTERM')).toBe(0);
  } finally {
    await service.end('SIGTERM');
    await server.stop();
  }
});
