import { describe, expect, test } from 'vitest';
import { DEFAULT_TIER_LIMITS } from '../../../src/domain/user/limits.ts';
import { makeDestination } from '../../support/parts/destinations.ts';
import { type ALICE, BOB, sharedStack } from '../../support/parts/stack.ts';

const PATH = '/api/v1/event-destinations';
const URL_OF_MINE = 'https://mine.example/events';
const five = { ...DEFAULT_TIER_LIMITS.free, event_destinations: 5 };
const shared = sharedStack({ limits: { ...DEFAULT_TIER_LIMITS, free: five } });

let users = 0;
const newUser = () => `usr_hooks_${users++}` as typeof ALICE;

describe('an event destination over REST', () => {
  test('is made with a secret that is never shown again, changed, turned off and on, and deleted', async () => {
    const api = shared();
    const user = newUser();
    const body = { url: URL_OF_MINE, types: ['task.created'] };
    const made = await api.call('POST', PATH, { body, user });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect(Buffer.from(made.body.secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
    const { secret: _, ...shown } = made.body;
    expect(shown).toMatchObject({ url: URL_OF_MINE, types: ['task.created'], task_ids: null, enabled: true });
    const path = `${PATH}/${shown.destination_id}`;
    expect((await api.call('GET', path, { user })).body).toEqual(shown);
    expect((await api.call('GET', PATH, { user })).body).toEqual({
      event_destinations: [shown],
      count: 1,
      limit: 5,
    });
    const off = await api.call('PUT', path, { body: { url: URL_OF_MINE, enabled: false }, user });
    expect(off.body).toMatchObject({ enabled: false, types: null, off: { reason: 'by_hand' } });
    expect(off.headers.get('event-sequence')).toMatch(/^\d+$/);
    const again = await api.call('PUT', path, { body: { url: URL_OF_MINE, enabled: false }, user });
    expect(again.headers.get('event-sequence')).toBeNull();
    const replay = await api.call('POST', `${path}/replay`, { body: { from: 0 }, user });
    expect(replay.body.error_code).toBe('DESTINATION_OFF');
    const on = await api.call('PUT', path, { body: { url: URL_OF_MINE }, user });
    expect(on.body).toMatchObject({ enabled: true, off: null });
    expect((await api.call('DELETE', path, { user })).status).toBe(204);
    expect((await api.call('DELETE', path, { user })).status).toBe(204);
    expect((await api.call('GET', path, { user })).status).toBe(404);
  });

  test('is stored without its URL and secret in clear', async () => {
    const api = shared();
    const user = newUser();
    const { secret } = await makeDestination(api, 'https://planted.example/word', {}, user);
    const stream = await (await import('@nats-io/jetstream')).jetstreamManager(api.nc);
    const stored = await stream.streams.getMessage('TASK_LOG', {
      last_by_subj: `tasklog.${user}._destinations`,
    });
    const text = stored?.string() ?? '';
    expect(text).toContain('user.event_destination_created');
    expect(text).not.toContain('planted');
    expect(text).not.toContain(secret.slice(6));
  });

  test('is nobody else’s', async () => {
    const api = shared();
    const { path } = await makeDestination(api, URL_OF_MINE, {}, newUser());
    const calls = [
      ['GET', path],
      ['PUT', path, { url: URL_OF_MINE }],
      ['GET', `${path}/deliveries`],
      ['POST', `${path}/deliveries/01KAWZ6Q8PZ3N5V7X9B1D2F4H0/resend`, {}],
      ['POST', `${path}/replay`, { from: 0 }],
      ['DELETE', `${path}/replay`],
    ] as const;
    for (const [method, at, body] of calls) {
      const answer = await api.call(method, at, { user: BOB, body });
      expect([method, at, answer.body.error_code]).toEqual([method, at, 'DESTINATION_NOT_FOUND']);
    }
    expect((await api.call('DELETE', path, { user: BOB })).status).toBe(204);
    expect((await api.call('GET', PATH, { user: BOB })).body.event_destinations).toEqual([]);
  });

  test('counts against the tier', async () => {
    const api = shared();
    const user = newUser();
    for (let n = 0; n < 5; n++) await makeDestination(api, URL_OF_MINE, {}, user);
    const sixth = await api.call('POST', PATH, { body: { url: URL_OF_MINE }, user });
    expect(sixth.status).toBe(429);
    expect(sixth.body).toMatchObject({
      error_code: 'DESTINATION_LIMIT_EXCEEDED',
      limit_type: 'event_destinations',
      limit: 5,
      used: 5,
    });
  });

  test('is made once under an Idempotency-Key, with one secret', async () => {
    const api = shared();
    const user = newUser();
    const how = { body: { url: URL_OF_MINE }, user, headers: { 'Idempotency-Key': 'k' } };
    const [first, second] = [await api.call('POST', PATH, how), await api.call('POST', PATH, how)];
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect((await api.call('GET', PATH, { user })).body.count).toBe(1);
  });
});

describe('what is wrong is named, and nothing is appended', () => {
  test.each([
    [{}, ['body', 'url'], 'missing'],
    [{ url: 7 }, ['body', 'url'], 'invalid_type'],
    [{ url: 'nonsense' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'ftp://example.com/' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'https://me:secret@example.com/' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'http://10.0.0.1/' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'http://169.254.169.254/latest' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'http://[::1]:8080/' }, ['body', 'url'], 'egress_refused'],
    [{ url: 'http://0x7f000002/' }, ['body', 'url'], 'egress_refused'],
    [{ url: `https://example.com/${'a'.repeat(2_100)}` }, ['body', 'url'], 'too_big'],
    [{ url: URL_OF_MINE, types: ['task.nothing'] }, ['body', 'types', 0], 'invalid_value'],
    [{ url: URL_OF_MINE, types: [] }, ['body', 'types'], 'too_small'],
    [{ url: URL_OF_MINE, task_ids: ['tsk_1'] }, ['body', 'task_ids', 0], 'invalid_format'],
    [{ url: URL_OF_MINE, from: -1 }, ['body', 'from'], 'too_small'],
    [{ url: URL_OF_MINE, from: 1.5 }, ['body', 'from'], 'invalid_union'],
    [{ url: URL_OF_MINE, from: '1e3' }, ['body', 'from'], 'invalid_union'],
    [{ url: URL_OF_MINE, secret: 'mine' }, ['body', 'secret'], 'unknown_field'],
  ])('making one of %j', async (body, loc, type) => {
    const api = shared();
    const before = await api.lastSequence();
    const answer = await api.call('POST', PATH, { body });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ loc, type }]]);
    expect(await api.lastSequence()).toBe(before);
  });

  test('a place that no number can say for certain', async () => {
    const answer = await shared().call('POST', PATH, { body: { url: URL_OF_MINE, from: 2 ** 53 } });
    expect([answer.status, answer.body.errors[0].type]).toEqual([422, 'number_out_of_range']);
  });

  test('beginning behind the end of the log', async () => {
    const answer = await shared().call('POST', PATH, { body: { url: URL_OF_MINE, from: 10_000_000 } });
    expect([answer.status, answer.body.error_code]).toEqual([409, 'CURSOR_AHEAD']);
  });

  test.each([
    [{}, ['body', 'from']],
    [{ from: 'yesterday' }, ['body', 'from']],
    [{ from: -1 }, ['body', 'from']],
    [{ from: 5, to: 4 }, ['body', 'from']],
    [{ from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' }, ['body', 'from']],
    [{ from: 0, only: 'some' }, ['body', 'only']],
  ])('replaying %j', async (body, loc) => {
    const api = shared();
    const user = newUser();
    const { path } = await makeDestination(api, URL_OF_MINE, {}, user);
    const before = await api.lastSequence();
    const answer = await api.call('POST', `${path}/replay`, { body, user });
    expect([answer.status, answer.body.errors]).toMatchObject([422, [{ loc }]]);
    expect(await api.lastSequence()).toBe(before);
  });

  test('listing with a cursor of another list, resending what is not listed', async () => {
    const api = shared();
    const user = newUser();
    const { path } = await makeDestination(api, URL_OF_MINE, {}, user);
    const cursor = await api.call('GET', `${path}/deliveries?cursor=abc`, { user });
    expect(cursor.body.errors).toMatchObject([{ loc: ['query', 'cursor'], type: 'invalid_cursor' }]);
    for (const query of ['limit=0', 'limit=101', 'status=lost', 'order=asc']) {
      expect((await api.call('GET', `${path}/deliveries?${query}`, { user })).status).toBe(422);
    }
    const resent = await api.call('POST', `${path}/deliveries/${'0'.repeat(26)}/resend`, { body: {}, user });
    expect(resent.body.error_code).toBe('DELIVERY_NOT_FOUND');
  });
});
