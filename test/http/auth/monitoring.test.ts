import { describe, expect, it } from 'vitest';
import { isLoopback } from '../../../src/http/auth/monitoring.ts';
import { signed, stack } from '../../support/parts/stack.ts';

const TOKEN = 'a token of Prometheus alone';
const INSIDE = ['/health/detailed', '/metrics'];
const bearer = (token: string) => ({ user: null, headers: { Authorization: `Bearer ${token}` } });
const health = {
  live: () => true,
  ready: async () => ({ ready: false, reasons: ['The relay has stopped.'] }),
  detailed: async () => ({
    ready: false,
    reasons: ['The relay has stopped.'],
    warnings: [],
    components: {},
  }),
};

describe('how the service is inside', () => {
  it('is shown to administrators and by the token that is for that, where others reach its port', async () => {
    const monitoring = { isOpen: false, token: TOKEN.replaceAll(' ', '-') };
    const api = await stack({ replace: () => ({ monitoring }) });
    const admin = await signed({ sub: 'usr_root', roles: ['admin'] });
    const auditor = await signed({ sub: 'usr_look', roles: ['auditor'] });
    for (const path of INSIDE) {
      expect([path, (await api.call('GET', path, { user: null })).status]).toEqual([path, 401]);
      expect((await api.call('GET', path, bearer('a-token-of-nobody-at-all'))).status).toBe(401);
      expect((await api.call('GET', path)).body).toMatchObject({ status: 403, required: ['admin'] });
      expect((await api.call('GET', path, bearer(auditor))).status).toBe(403);
      expect((await api.call('GET', path, bearer(admin))).status).toBe(200);
      expect((await api.call('GET', path, bearer(monitoring.token))).status).toBe(200);
    }
    // It opens nothing else.
    expect((await api.call('GET', '/api/v1/tasks', bearer(monitoring.token))).status).toBe(401);
  });

  it('is not told by what stays open', async () => {
    const api = await stack({ replace: () => ({ health, monitoring: { isOpen: false, token: null } }) });
    for (const path of ['/health', '/health/live', '/health/ready', '/api/v1/tasks/health']) {
      const { status, body } = await api.call('GET', path, { user: null });
      expect([path, [200, 503].includes(status)]).toEqual([path, true]);
      expect(Object.keys(body).sort()).toEqual(['service', 'status', 'timestamp', 'version']);
    }
    expect((await api.call('GET', '/health/ready', { user: null })).status).toBe(503);
  });

  it('is everybody’s on loopback, where nobody else comes', async () => {
    const api = await stack({ replace: () => ({ health }) });
    for (const path of INSIDE)
      expect([200, 503]).toContain((await api.call('GET', path, { user: null })).status);
    const { body } = await api.call('GET', '/health/ready', { user: null });
    expect(body.reasons).toEqual(['The relay has stopped.']);
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'])
      expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example', 'example']) {
      expect(isLoopback(host)).toBe(false);
    }
  });
});
