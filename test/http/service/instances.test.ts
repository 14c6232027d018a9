import { describe, expect, it, onTestFinished } from 'vitest';
import { JetStreamInstances } from '../../../src/jetstream/leases/instances.ts';
import { JetStreamLease } from '../../../src/jetstream/leases/lease.ts';
import { testClock } from '../../support/clock.ts';
import { DOOR_SECRET, sharedStack, signed } from '../../support/parts/stack.ts';

const INSTANCES = '/api/v1/instances';
const DOOR = { 'X-Internal-Service': 'true', 'X-Internal-Service-Secret': DOOR_SECRET };
const shared = sharedStack();

describe('GET /instances', () => {
  it('tells admins and other services which instances there are, and who leads what', async () => {
    const api = shared();
    const stop = new AbortController();
    const started_at = testClock.now();
    const { known, ended } = new JetStreamInstances(api.nc, { logger: api.deps.logger }).announce(
      { instance: 'one', roles: ['api', 'scheduler'], version: '1.2.3', started_at },
      stop.signal,
    );
    const lease = new JetStreamLease(api.nc, testClock, { name: 'scheduler', holder: 'one' });
    let led: Promise<void> = Promise.resolve();
    onTestFinished(async () => {
      stop.abort();
      await Promise.all([led, ended]);
    });
    const term = await new Promise<number>((lead) => {
      led = lease.run(async (leadership) => {
        lead(leadership.term);
        await new Promise((over) => leadership.signal.addEventListener('abort', over));
      }, stop.signal);
    });
    await known;
    const admin = { Authorization: `Bearer ${await signed({ sub: 'usr_operator', roles: ['admin'] })}` };
    const time = expect.any(String);
    for (const headers of [admin, DOOR]) {
      const { status, body } = await api.call('GET', INSTANCES, { user: null, headers });
      expect(status).toBe(200);
      expect(body).toEqual({
        instances: [
          {
            instance: 'one',
            roles: ['api', 'scheduler'],
            version: '1.2.3',
            started_at,
            seen_at: time,
            leads: ['scheduler'],
          },
        ],
        leases: [{ lease: 'scheduler', leader: 'one', term, since: time, renewed_at: time }],
      });
    }
  });

  it('is refused to everybody else', async () => {
    expect((await shared().call('GET', INSTANCES)).body).toMatchObject({
      status: 403,
      error_code: 'FORBIDDEN',
    });
    expect((await shared().call('GET', INSTANCES, { user: null })).status).toBe(401);
  });
});
