import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { ForecastSchema, HoursSchema, TaskFiguresSchema } from '../../../src/http/analytics/schemas.ts';
import { ALICE, BOB, DOOR_SECRET, type Stack, signed, stack } from '../../support/parts/stack.ts';

const PATHS = ['/api/v1/analytics', '/api/v1/tasks/analytics'];
const [ANALYTICS = ''] = PATHS;
const STATS = '/api/v1/service/stats';

async function run(api: Stack, given: object = {}): Promise<TaskId> {
  const body = { name: 'Buy milk', task_type: 'todo', credits_per_run: 1.5, ...given };
  const { task_id } = (await api.call('POST', '/api/v1/tasks', { body })).body;
  const headers = { Prefer: 'wait=0' };
  const asked = await api.call('POST', `/api/v1/tasks/${task_id}/execute`, { body: {}, headers });
  await api.work(ALICE, task_id, asked.body.execution_id);
  return task_id;
}

describe('hours and credits ahead', () => {
  it('are in the zone that is asked for, of the caller only', async () => {
    const api = await stack();
    await run(api);
    const schedule = { type: 'interval', interval_minutes: 60 };
    await run(api, { schedule });
    const zone = 'timezone=Europe%2FZurich';
    const hours = await api.call('GET', `${ANALYTICS}/hours?days=7&${zone}`);
    expect(HoursSchema.parse(hours.body)).toEqual(hours.body);
    expect(hours.body.executions.flat().reduce((sum: number, count: number) => sum + count)).toBe(2);
    const { body } = await api.call('GET', `${ANALYTICS}/forecast?days=3&${zone}`);
    expect(ForecastSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ timezone: 'Europe/Zurich', is_complete: true });
    expect(body.daily).toHaveLength(3);
    expect(body.total_runs).toBeGreaterThanOrEqual(47);
    expect(body.total_credits).toBe(body.total_runs * 1.5);
    const other = await api.call('GET', `${ANALYTICS}/forecast`, { user: BOB });
    expect([other.body.total_runs, other.body.daily.length]).toEqual([0, 30]);
    const refused = await api.call('GET', `${ANALYTICS}/hours?timezone=Mars&days=0`);
    expect(refused.body.errors.map(({ loc }: { loc: string[] }) => loc[1]).sort()).toEqual([
      'days',
      'timezone',
    ]);
  });
});

describe('the tasks that stand out', () => {
  it('are the caller’s own, by what is asked for, without those that never ran', async () => {
    const api = await stack();
    const [often, dear, gone] = [await run(api), await run(api, { credits_per_run: 5 }), await run(api)];
    const headers = { Prefer: 'wait=0' };
    const again = await api.call('POST', `/api/v1/tasks/${often}/execute`, { body: {}, headers });
    await api.work(ALICE, often, again.body.execution_id);
    await api.call('DELETE', `/api/v1/tasks/${gone}`);
    await api.call('POST', '/api/v1/tasks', { body: { name: 'Rest', task_type: 'todo' } });
    const top = async (query: string) => (await api.call('GET', `${ANALYTICS}/tasks?${query}`)).body;
    const byRuns = await top('order=runs');
    expect(TaskFiguresSchema.parse(byRuns)).toEqual(byRuns);
    expect(byRuns.total_tasks).toBe(2);
    expect(byRuns.tasks).toMatchObject([
      { task_id: often, name: 'Buy milk', runs: 2, successes: 2, failures: 0, success_rate: 100, credits: 3 },
      { task_id: dear, runs: 1, credits: 5 },
    ]);
    expect((await top('order=credits&limit=1')).tasks).toMatchObject([{ task_id: dear }]);
    // Nothing failed: the one that ran last comes first.
    expect((await top('')).tasks.map(({ task_id }: { task_id: string }) => task_id)).toEqual([often, dear]);
    expect((await api.call('GET', `${ANALYTICS}/tasks`, { user: BOB })).body).toEqual({
      tasks: [],
      total_tasks: 0,
    });
    for (const [query, field] of [
      ['order=name', 'order'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['days=7', 'days'],
    ]) {
      const { status, body } = await api.call('GET', `${ANALYTICS}/tasks?${query}`);
      expect([status, body.errors?.[0]?.loc]).toEqual([422, ['query', field]]);
    }
  });
});

describe('analytics over REST', () => {
  it('are by the days of a zone, each with a tag of its own', async () => {
    const api = await stack();
    await run(api);
    const tags = new Set<string | null>();
    for (const timezone of ['UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      const path = `${ANALYTICS}?days=2&timezone=${encodeURIComponent(timezone)}`;
      const { body, headers } = await api.call('GET', path);
      const today = new Date(body.created_at).toLocaleDateString('en-CA', { timeZone: timezone });
      expect(body).toMatchObject({ timezone, total_executions: 1, busiest_hours: [expect.any(Number)] });
      expect(body.daily.map(({ executions }: { executions: number }) => executions)).toEqual([0, 1]);
      expect(body.daily.at(-1).date).toBe(today);
      expect([body.execution_time_p50, body.execution_time_p95]).toEqual([0.005, 0.005]);
      tags.add(headers.get('etag'));
      const again = await api.call('GET', path, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
      expect(again.status).toBe(304);
    }
    expect(tags.size).toBe(3);
    const refused = await api.call('GET', `${ANALYTICS}?timezone=Mars`);
    expect([refused.status, refused.body.errors[0].loc]).toEqual([422, ['query', 'timezone']]);
  });

  it('are current with and without a projector, under both paths, of one user, over 30 days, and revalidate for nothing (BR-ANA-001, BR-ANA-002)', async () => {
    const api = await stack();
    const first = await run(api);
    const tags = new Set<string | null>();
    for (const expected of [1, 2]) {
      if (expected === 2) await run(api, { task_type: 'reminder', config: { reminder_message: 'Now' } });
      for (const path of PATHS) {
        const { status, body, headers } = await api.call('GET', path);
        expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
        expect(body).toMatchObject({
          user_id: ALICE,
          time_period: 'Last 30 days',
          total_tasks: expected,
          completed_tasks: expected,
          total_executions: expected,
          successful_executions: expected,
          success_rate: 100,
          average_execution_time: 0.005,
          total_credits_consumed: 1.5 * expected,
          total_tokens_used: 3 * expected,
          schedule_accuracy: null,
        });
        expect(body.daily).toHaveLength(30);
        const tag = headers.get('etag');
        tags.add(tag);
        const again = await api.call('GET', path, { headers: { 'If-None-Match': tag ?? '' } });
        expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
      }
      await api.projector.runOnce();
      expect((await api.call('GET', ANALYTICS)).body.total_executions).toBe(expected);
    }
    expect(tags.size).toBe(2);

    await api.call('DELETE', `/api/v1/tasks/${first}`);
    const { body } = await api.call('GET', `${ANALYTICS}?days=1`);
    expect(body).toMatchObject({
      time_period: 'Last 1 day',
      total_tasks: 1,
      task_types_distribution: { reminder: 1 },
      total_executions: 2,
      by_type: { reminder: { executions: 1 }, todo: { executions: 1, credits: 1.5 } },
    });
    expect(body.storage_bytes).toBeGreaterThan(500);
    const bob = await api.call('GET', ANALYTICS, { user: BOB });
    expect(bob.body).toMatchObject({ user_id: BOB, total_tasks: 0, total_executions: 0 });
  });

  it('take 1 to 365 days', async () => {
    const api = await stack();
    for (const days of ['1', '365']) {
      const { body } = await api.call('GET', `${ANALYTICS}?days=${days}`);
      expect(body.daily).toHaveLength(Number(days));
    }
    for (const days of ['0', '366', '-1', '1.5', 'ten', '', '1e2']) {
      for (const path of [...PATHS, STATS]) {
        const { status, body } = await api.call('GET', `${path}?days=${days}`);
        expect([days, status, body.errors?.[0]?.loc]).toEqual([days, 422, ['query', 'days']]);
      }
    }
    expect((await api.call('GET', `${ANALYTICS}?weeks=1`)).status).toBe(422);
    expect((await api.call('GET', ANALYTICS, { user: null })).status).toBe(401);
  });
});

describe('the figures of the service', () => {
  /** Every success metric, by its name and with its target. */
  const METRICS = {
    'Task Creation Success Rate': '>99%',
    'Execution Success Rate': '>95%',
    'Schedule Accuracy': '>99%',
    'Template Usage Rate': null,
    'Task Creation Latency': '<200ms',
    'Execution Start Latency': '<5s',
    'Average Execution Duration': null,
    'API Response Time': '<100ms',
    'Credits Consumed': null,
    'Tokens Used': null,
    'API Calls Made': null,
    'Storage Used': null,
    'Daily Active Tasks': null,
    'User Task Count': null,
    'Task Diversity': null,
    'Retention Rate': null,
  };

  it('are for admins and other services; everybody is told the name and the version', async () => {
    const api = await stack();
    const named = { service: 'task-service', version: '0.0.0-test' };
    for (const user of [null, ALICE]) {
      const { status, body } = await api.call('GET', STATS, { user });
      expect([status, body]).toEqual([200, named]);
    }
    const forged = {
      Authorization: `Bearer ${await signed({ sub: 'a', roles: ['admin'] }, 'x'.repeat(40))}`,
    };
    expect((await api.call('GET', STATS, { user: null, headers: forged })).status).toBe(401);
    const wrong = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': 'guessed' };
    expect((await api.call('GET', STATS, { user: null, headers: wrong })).status).toBe(401);

    const admin = { Authorization: `Bearer ${await signed({ sub: 'root', roles: ['admin'] })}` };
    const door = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };
    for (const headers of [admin, door]) {
      const { status, body } = await api.call('GET', STATS, { user: null, headers });
      expect([status, body.service, Object.keys(body.metrics).length]).toEqual([200, named.service, 16]);
    }
  });

  it('hold each success metric by its name with its target, counted or null for a reason', async () => {
    const api = await stack();
    await run(api);
    const second = await run(api, { task_type: 'reminder', config: { reminder_message: 'Now' } });
    await api.call('DELETE', `/api/v1/tasks/${second}`);
    await api.call('POST', '/api/v1/tasks', { user: BOB, body: { name: 'Rest', task_type: 'todo' } });
    const upTo = await api.projector.runOnce();
    const headers = { Authorization: `Bearer ${await signed({ sub: 'root', roles: ['admin'] })}` };
    const { body } = await api.call('GET', `${STATS}?days=1`, { user: null, headers });
    expect(body).toMatchObject({ time_period: 'Last 1 day', up_to_sequence: upTo });
    const metrics = Object.values(body.metrics) as {
      name: string;
      target: string;
      value: unknown;
      reason: string;
    }[];
    expect(Object.fromEntries(metrics.map(({ name, target }) => [name, target]))).toEqual(METRICS);
    for (const { value, reason } of metrics) expect(value === null).toBe(reason !== null);
    const values = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({
      'Task Creation Success Rate': null,
      'Execution Success Rate': 100,
      'Schedule Accuracy': null,
      'Template Usage Rate': 0,
      'API Response Time': null,
      'Average Execution Duration': { todo: 0.005, reminder: 0.005 },
      'Credits Consumed': { total: 3, per_user: 1.5 },
      'Tokens Used': { todo: 3, reminder: 3 },
      'API Calls Made': 1,
      'Daily Active Tasks': 2,
      'User Task Count': 1,
      'Task Diversity': { todo: 100 },
      'Retention Rate': null,
    });
    expect((values['Storage Used'] as { total: number }).total).toBeGreaterThan(1_000);
  });
});
