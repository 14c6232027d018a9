import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pino from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { findNatsServer } from '../../bootstrap/nats-server/nats-server.mjs';
import type { ServiceProcess } from '../../harness/service-process.ts';
import { connectNats } from '../../src/jetstream/connection/connection.ts';
import { startEmbeddedServer } from '../../src/jetstream/embedded-server/embedded-server.ts';
import { eventually } from '../support/eventually.ts';
import { expectSoundHistory, expectViewsEqualLog, readWholeLog } from '../support/log/inspect-log.ts';
import { Caller, startService, tokenFor } from '../support/processes/service.ts';
import { seededRandom } from '../support/random.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { httpReceiver } from '../support/world/http-receiver.ts';

/** Longest that a killed leader is waited for. */
const LEASE_MS = 2_500;
const KILLS = Number(process.env.KILLS ?? 6);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

interface Detailed {
  readonly components: {
    readonly log: { readonly last_sequence: number | null };
    readonly projector: { readonly checkpoint: number };
  };
}

interface Task {
  task_id: string;
  status: string;
}

/**
 * People keep creating tasks and running them while the service is killed, every second time together with its
 * nats-server. What was acknowledged is what a caller got a 201 or 202 for.
 */
test(`killed ${KILLS} times at random (SEED=${SEED}), it loses nothing and repeats nothing`, async () => {
  const random = seededRandom(SEED);
  console.info(`SEED=${SEED}`);
  const dataDir = temporaryFolder();
  const receiver = await httpReceiver((_request, response) => {
    setTimeout(() => response.end('{"ok":true}'), random() * 300);
  });
  const env = {
    DATA_DIR: dataDir,
    EGRESS_ALLOW: receiver.host,
    EXECUTION_TIMEOUT_SECONDS: '5',
  };
  const acknowledged = new Set<string>();
  const callers = [new Caller('', await tokenFor('ada')), new Caller('', await tokenFor('bob'))];
  let service: ServiceProcess | null = null;

  for (let kill = 0; kill < KILLS; kill++) {
    service = await startService(env);
    const busy = new AbortController();
    const people = callers.map((caller) => beBusy(caller, (service as ServiceProcess).url, busy.signal));
    // A scheduler leads only when the lease of the one before it is over: some lives are long enough to fire.
    await delay(200 + random() * 1_200 + (kill % 5 === 3 ? LEASE_MS : 0));
    if (kill % 2 === 1) process.kill(await natsServerPid(dataDir), 'SIGKILL');
    await service.end('SIGKILL');
    busy.abort();
    await Promise.all(people);
  }

  const lastLife = new Date().toISOString();
  service = await startService(env);
  for (const caller of callers) caller.url = service.url;
  await allEnded(callers);
  await projected(service);
  expect(await service.end('SIGTERM')).toBe(0);
  await inspect(lastLife);

  async function beBusy(caller: Caller, url: string, signal: AbortSignal): Promise<void> {
    caller.url = url;
    while (!signal.aborted) {
      const once = { type: 'once', run_time: new Date(Date.now() + random() * 1_500).toISOString() };
      const config = { script_type: 'webhook', url: `${receiver.url}/` };
      const task = {
        name: 'Call',
        task_type: 'custom',
        config,
        ...(random() < 0.7 ? { schedule: once } : {}),
      };
      const created = await acknowledgement<Task>(caller.call('POST', '/tasks', task));
      if (created === null) continue;
      acknowledged.add(created.task_id);
      if ('schedule' in task) continue;
      await acknowledgement(
        caller.call('POST', `/tasks/${created.task_id}/execute`, {}, { prefer: 'wait=0' }),
      );
    }
  }

  async function inspect(lastLife: string): Promise<void> {
    const { binary } = await findNatsServer();
    const server = await startEmbeddedServer({ binary, dataDir, logger: pino({ level: 'silent' }) });
    onTestFinished(() => server.stop());
    const { servers, user, pass } = server;
    const nc = await connectNats({ servers, user, pass, name: 'inspector' });
    const events = await readWholeLog(nc);
    expectSoundHistory(events);
    await expectViewsEqualLog(nc);
    const created = new Set(
      events.filter((e) => e.type === 'task.created').map((e) => e.meta.task_id as string),
    );
    expect([...acknowledged].filter((id) => !created.has(id))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(KILLS);
    const fired = events.filter(({ meta }) => meta.actor === 'scheduler' && meta.time < lastLife);
    expect(fired.length).toBeGreaterThan(0);
    await nc.close();
  }
}, 280_000);

/** The body of a 2xx answer; null where the service died before it answered or said that it could not. */
async function acknowledgement<Body>(call: Promise<{ status: number; body: unknown }>): Promise<Body | null> {
  try {
    const { status, body } = await call;
    return status < 300 ? (body as Body) : null;
  } catch {
    return null;
  }
}

async function allEnded(callers: readonly Caller[]): Promise<void> {
  for (const caller of callers) {
    for (;;) {
      const { body } = await caller.call<{
        tasks: { current_execution_id: string | null; status: string }[];
      }>('GET', '/tasks?status=running&status=scheduled&status=pending&limit=500');
      const open = body.tasks.filter(
        (task) => task.current_execution_id !== null || task.status === 'scheduled',
      );
      if (open.length === 0) break;
      await delay(250);
    }
  }
}

/** Resolves when the views hold the whole log: a stop drops the step that the projector has in hand. */
async function projected({ url }: ServiceProcess): Promise<void> {
  await eventually(async () => {
    const { components } = (await (await fetch(`${url}/health/detailed`)).json()) as Detailed;
    const { last_sequence } = components.log;
    return last_sequence !== null && components.projector.checkpoint >= last_sequence;
  });
}

async function natsServerPid(dataDir: string): Promise<number> {
  return Number(await readFile(join(dataDir, 'run', 'nats-server.pid'), 'utf8'));
}
