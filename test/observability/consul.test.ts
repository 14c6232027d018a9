import { Writable } from 'node:stream';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ConsulOptions, ConsulRegistration } from '../../src/observability/consul.ts';
import { type ConsulAgent, consulAgent, text } from '../support/world/consul-agent.ts';

const ID = 'task-service-10.0.0.7-8211';
const REST = { host: '10.0.0.7', port: 8211 };

function registrationAt(agent: Pick<ConsulAgent, 'url'>, given: Partial<ConsulOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(line, _encoding, done) {
      lines.push(JSON.parse(String(line)));
      done();
    },
  });
  const registration = new ConsulRegistration({
    url: agent.url,
    token: null,
    serviceId: ID,
    rest: REST,
    roles: ['api', 'worker'],
    version: '1.2.3',
    ready: async () => ({ ready: true, reasons: [] }),
    logger: pino(sink),
    timing: { look: 20, firstRetry: 10 },
    ...given,
  });
  onTestFinished(() => registration.stop());
  return { registration, lines, said: () => lines.map(({ msg }) => msg) };
}

describe('an instance', () => {
  it('registers with a check of its readiness, with its version and roles, and is taken out at a clean stop', async () => {
    const agent = await consulAgent('a token');
    const { registration } = registrationAt(agent, { token: 'a token' });
    await registration.runOnce();
    await registration.runOnce();
    expect(agent.services.get(ID)).toEqual({
      ID,
      Name: 'task-service',
      Address: '10.0.0.7',
      Port: 8211,
      Tags: ['api', 'worker'],
      Meta: { version: '1.2.3', roles: 'api,worker' },
      Check: {
        CheckID: `service:${ID}`,
        Name: 'Whether REST is ready',
        HTTP: 'http://10.0.0.7:8211/health/ready',
        Method: 'GET',
        Interval: '5s',
        Timeout: '2s',
        DeregisterCriticalServiceAfter: '10m',
      },
    });
    await registration.stop();
    expect(agent.services.size).toBe(0);
    expect(agent.asked()).toEqual([
      `GET /v1/agent/service/${ID}`,
      'PUT /v1/agent/service/register',
      `GET /v1/agent/service/${ID}`,
      `PUT /v1/agent/service/deregister/${ID}`,
    ]);
    expect(new Set(agent.requests.map(({ headers }) => headers['x-consul-token']))).toEqual(
      new Set(['a token']),
    );
  });

  it('takes the place of what a crashed one of its address left, with what it is itself', async () => {
    const agent = await consulAgent();
    agent.services.set(ID, { ID, Check: {}, Meta: { version: '1.2.2' } });
    await registrationAt(agent).registration.runOnce();
    expect(agent.services.get(ID)?.Meta).toMatchObject({ version: '1.2.3' });
  });

  it('without REST says itself how it is', async () => {
    const agent = await consulAgent();
    let ready = true;
    const { registration } = registrationAt(agent, {
      rest: null,
      ready: async () => ({ ready, reasons: ready ? [] : ['the log does not answer'] }),
    });
    await registration.runOnce();
    const registered = agent.services.get(ID);
    expect([registered?.Port, registered?.Check.TTL]).toEqual([undefined, '30s']);
    expect(agent.checks.get(`service:${ID}`)).toEqual({ Status: 'passing', Output: '' });
    ready = false;
    await registration.runOnce();
    const said = agent.checks.get(`service:${ID}`);
    expect(said).toEqual({ Status: 'critical', Output: 'the log does not answer' });
  });
});

describe('an agent that', () => {
  it('forgot the instance is told again, without anybody asking', async () => {
    const agent = await consulAgent();
    const { registration } = registrationAt(agent);
    registration.start();
    await expect.poll(() => agent.services.size, { interval: 5 }).toBe(1);
    agent.services.clear();
    await expect.poll(() => agent.services.size, { interval: 5 }).toBe(1);
  });

  it.each<[string, (agent: ConsulAgent) => void, RegExp]>([
    ['finds the request bad', (agent) => agent.refuse((r) => text(r, 400, 'Request decode failed')), /400/],
    ['wants another token', (agent) => agent.refuse((r) => text(r, 403, 'Permission denied')), /403: Perm/],
    ['fails', (agent) => agent.refuse((r) => text(r, 500, 'No cluster leader')), /500: No cluster leader/],
    ['hangs', (agent) => agent.refuse(() => {}), /did not answer in time/],
    ['is none', (agent) => agent.refuse((r) => text(r, 404, 'nothing here')), /no agent/],
  ])('%s is complained of once, and tried again until it does not', async (name, spoil, reason) => {
    const agent = await consulAgent();
    spoil(agent);
    // Only what hangs is waited for in vain.
    const timeout = name === 'hangs' ? 100 : 5_000;
    const timing = { look: 20, firstRetry: 10, timeout };
    const { registration, lines, said } = registrationAt(agent, { timing });
    const pauses = [await registration.runOnce(), await registration.runOnce(), await registration.runOnce()];
    expect(pauses).toEqual([10, 20, 40]);
    expect(said()).toEqual(['not registered with Consul; trying on']);
    expect(lines[0]?.reason).toMatch(reason);
    agent.refuse(null);
    await registration.runOnce();
    expect(agent.services.has(ID)).toBe(true);
    expect(said().slice(1)).toEqual(['registered with Consul', 'Consul answers again']);
  });

  it('is down at the start holds nothing up, and one that hangs holds up no stop', async () => {
    const agent = await consulAgent();
    await agent.stop();
    const down = registrationAt(agent);
    down.registration.start();
    await expect.poll(down.said, { interval: 5 }).toEqual(['not registered with Consul; trying on']);
    await down.registration.stop();

    const hanging = await consulAgent();
    hanging.refuse(() => {});
    const { registration } = registrationAt(hanging, { timing: { timeout: 60_000 } });
    registration.start();
    await hanging.received(1);
    const began = performance.now();
    await registration.stop();
    expect(performance.now() - began).toBeLessThan(1_500);
  });
});
