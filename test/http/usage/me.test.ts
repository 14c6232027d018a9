import { describe, expect, it } from 'vitest';
import { TASK_TYPES } from '../../../src/domain/task/status.ts';
import { DEFAULT_TASK_TYPE_TERMS } from '../../../src/domain/task/type-terms.ts';
import { BOB, DOOR_SECRET, sharedStack, signed } from '../../support/parts/stack.ts';

const shared = sharedStack({ taskTypeTerms: DEFAULT_TASK_TYPE_TERMS });
const as = async (claims: Record<string, unknown>) => ({
  user: null,
  headers: { Authorization: `Bearer ${await signed({ sub: 'usr_carol', ...claims })}` },
});

describe('who the caller is', () => {
  it('is told with tier, roles and limits', async () => {
    const { status, body } = await shared().call(
      'GET',
      '/api/v1/me',
      await as({ subscription_level: 'basic', roles: ['auditor'] }),
    );
    expect([status, body]).toEqual([
      200,
      {
        user_id: 'usr_carol',
        actor: 'user:usr_carol',
        tier: 'basic',
        roles: ['auditor'],
        limits: {
          tasks: 20,
          executions_per_day: 100,
          credits_per_month: 1_000,
          timeout_seconds: 300,
          retry_attempts: 10,
        },
      },
    ]);
    const { body: above } = await shared().call(
      'GET',
      '/api/v1/me',
      await as({ subscription_level: 'enterprise' }),
    );
    expect(Object.values(above.limits)).toEqual([null, null, null, null, null]);
  });

  it('of a service is whom it acts for, and that it is one', async () => {
    const headers = {
      'X-Internal-Service': 'true',
      'X-Internal-Service-Secret': DOOR_SECRET,
      'X-User-ID': BOB,
    };
    const { body } = await shared().call('GET', '/api/v1/me', { user: null, headers });
    expect(body).toMatchObject({ user_id: BOB, actor: 'service:internal', roles: ['service'], tier: 'pro' });
    expect(await shared().call('GET', '/api/v1/me', { user: null })).toMatchObject({ status: 401 });
  });
});

describe('the types of tasks', () => {
  it('are all shown, those above the tier as locked, each with its schema, an example and its price', async () => {
    const { body } = await shared().call(
      'GET',
      '/api/v1/task-types',
      await as({ subscription_level: 'basic' }),
    );
    const shown = body as {
      task_type: keyof typeof DEFAULT_TASK_TYPE_TERMS;
      locked: boolean;
      credits_per_run: number;
    }[];
    expect(shown.map(({ task_type }) => task_type)).toEqual([...TASK_TYPES]);
    for (const { task_type, locked, credits_per_run } of shown) {
      const { tier, credits_per_run_micros } = DEFAULT_TASK_TYPE_TERMS[task_type];
      const expected = [task_type, tier === 'pro' || tier === 'enterprise', credits_per_run_micros / 1e6];
      expect([task_type, locked, credits_per_run]).toEqual(expected);
    }
    expect(body.find(({ task_type }: { task_type: string }) => task_type === 'reminder')).toMatchObject({
      title: 'Reminder',
      required_subscription_level: 'free',
      config_schema: {
        properties: { reminder_message: { title: 'Message' } },
        required: ['reminder_message'],
      },
      example: { reminder_message: 'Call the dentist' },
    });
  });

  it('have examples that make tasks', async () => {
    const who = await as({ subscription_level: 'enterprise' });
    const { body } = await shared().call('GET', '/api/v1/task-types', who);
    for (const { task_type, title, example } of body) {
      const made = await shared().call('POST', '/api/v1/tasks', {
        ...who,
        body: { name: title, task_type, config: example },
      });
      expect([task_type, made.status]).toEqual([task_type, 201]);
    }
  });
});
