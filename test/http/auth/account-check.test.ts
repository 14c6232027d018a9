import { describe, expect, it } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { ALICE, AUTH, BOB, DOOR_SECRET, stack } from '../../support/parts/stack.ts';
import { type Answer, httpReceiver, json } from '../../support/world/http-receiver.ts';
import { standingClock } from './issuer.ts';

const TASK = { name: 'A task', task_type: 'todo' };

/** The API of a platform with an account service that knows everybody but Bob, and Carl as one who has left. */
async function withAccounts() {
  const accounts = await httpReceiver(knowing);
  const clock = standingClock();
  const replace = () => ({ accountServiceUrl: accounts.url, auth: AUTH });
  const api = await stack({ clock, replace });
  const create = (user: UserId, headers: Record<string, string> = {}) =>
    api.call('POST', '/api/v1/tasks', { user, body: TASK, headers });
  return { accounts, clock, api, create };
}

const CARL = 'usr carl/..' as UserId;
const knowing: Answer = ({ path }, response) => {
  const user_id = decodeURIComponent(path.split('/').at(-1) ?? '');
  if (user_id === BOB) json(response, 404, { detail: 'not found' });
  else json(response, 200, { user_id, is_active: user_id !== CARL, email: null });
};

describe('BR-TSK-002: a task is made only for a user with an account', () => {
  it('who is asked about once in a while, by a service that says which it is', async () => {
    const { accounts, clock, create, api } = await withAccounts();
    expect((await create(ALICE)).status).toBe(201);
    expect((await create(ALICE)).status).toBe(201);
    expect(accounts.requests).toHaveLength(1);
    expect(accounts.requests[0]).toMatchObject({
      method: 'GET',
      path: `/api/v1/accounts/profile/${ALICE}`,
      headers: { 'x-internal-service': 'true', 'x-internal-service-secret': DOOR_SECRET },
    });
    clock.pass(60_000);
    expect((await create(ALICE)).status).toBe(201);
    expect(accounts.requests).toHaveLength(2);
    // Reading is nobody's business but the reader's.
    expect((await api.call('GET', '/api/v1/tasks', { user: BOB })).status).toBe(200);
  });

  it('and for nobody else: 403, and nothing is appended', async () => {
    const { accounts, api, create } = await withAccounts();
    const before = await api.lastSequence();
    for (const user of [BOB, CARL]) {
      expect(await create(user)).toMatchObject({
        status: 403,
        body: { error_code: 'ACCOUNT_NOT_FOUND', status: 403 },
      });
    }
    expect(accounts.requests.map(({ path }) => path)).toContain('/api/v1/accounts/profile/usr%20carl%2F..');
    expect(await api.lastSequence()).toBe(before);
  });

  it('and where the service does not say so, not at all: 503, nothing appended, and the repeat is the one task', async () => {
    const { accounts, api, create } = await withAccounts();
    const answers: [string, Answer][] = [
      ['an error', (_, response) => json(response, 500, { user_id: ALICE })],
      ['somebody else', (_, response) => json(response, 200, { user_id: BOB })],
      ['no JSON', (_, response) => void response.end('ok')],
      ['no profile', (_, response) => json(response, 200, {})],
      ['forbidden', (_, response) => json(response, 403, { user_id: ALICE })],
      ['cut off', (_, response) => void response.destroy()],
    ];
    const before = await api.lastSequence();
    const headers = { 'Idempotency-Key': 'one' };
    for (const [what, answer] of answers) {
      accounts.answer(answer);
      const refused = await create(ALICE, headers);
      expect([what, refused]).toMatchObject([
        what,
        { status: 503, body: { error_code: 'ACCOUNT_UNAVAILABLE' } },
      ]);
    }
    expect(await api.lastSequence()).toBe(before);
    accounts.answer(knowing);
    const { status, body } = await create(ALICE, headers);
    expect(status).toBe(201);
    await accounts.stop();
    expect((await create(ALICE, headers)).body.task_id).toBe(body.task_id);
    expect((await api.call('GET', '/api/v1/tasks')).body.count).toBe(1);
  });

  it('but a service that acts for itself needs none', async () => {
    const { accounts, api } = await withAccounts();
    const headers = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };
    expect((await api.call('POST', '/api/v1/tasks', { user: null, body: TASK, headers })).status).toBe(201);
    expect(accounts.requests).toHaveLength(0);
  });
});
