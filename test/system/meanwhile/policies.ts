import { expect, test } from 'vitest';
import { Caller, startService, tokenFor } from '../../support/processes/service.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type Answer, httpReceiver, type ReceivedRequest } from '../../support/world/http-receiver.ts';

interface Execution {
  execution_id: string;
  status: string;
  trigger_type: string;
  scheduled_for: string;
  attempt: number;
  error_message: string | null;
}
interface Slot {
  at: string;
  fate: string;
  execution_id: string | null;
}

const webhook = (url: string, more: object = {}) => ({
  name: 'Call',
  task_type: 'custom',
  config: { script_type: 'webhook', url },
  ...more,
});
const idOf = ({ headers }: ReceivedRequest) => headers['webhook-id'];

test('retries, backfills, the slot ledger and the limit of one user, through the built service', async () => {
  const held: (() => void)[] = [];
  let failures = 2;
  const answer: Answer = ({ path }, response) => {
    if (path === '/flaky' && failures-- > 0) response.writeHead(503).end();
    else if (path === '/slow') held.push(() => response.writeHead(200).end('{}'));
    else response.writeHead(200).end('{}');
  };
  const receiver = await httpReceiver(answer);
  const service = await startService({
    DATA_DIR: temporaryFolder(),
    EGRESS_ALLOW: receiver.host,
    USER_CONCURRENCY: '2',
  });
  const caller = new Caller(service.url, await tokenFor('paula'));
  const create = async (body: object) => {
    const created = await caller.call<{ task_id: string }>('POST', '/tasks', body);
    expect(created.status).toBe(201);
    return `/tasks/${created.body.task_id}`;
  };
  const run = (path: string) => caller.call('POST', `${path}/execute`, {}, { prefer: 'wait=0' });
  const executionsOf = (path: string, count: number) =>
    until(
      () => caller.call<Execution[]>('GET', `${path}/executions`),
      ({ body }) => body.length === count && body.every((execution) => execution.status === 'completed'),
    );

  // Fails twice, and is the same execution to its receiver each time.
  const retry = { max_attempts: 3, initial_seconds: 1, multiplier: 1, max_seconds: 1 };
  const anchor = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 10 * 3_600_000).toISOString();
  const hourly = { type: 'interval', every: 'PT1H', anchor, retry };
  const flaky = await create(webhook(`${receiver.url}/flaky`, { schedule: hourly }));
  expect((await run(flaky)).status).toBe(202);
  const [ran] = (await executionsOf(flaky, 1)).body;
  expect(ran).toMatchObject({ status: 'completed', attempt: 3, trigger_type: 'manual', error_message: null });
  expect(receiver.requests.map(idOf)).toEqual(new Array(3).fill(ran?.execution_id));

  // The hours from eight to six hours ago, one after another; what they were is not changed by it.
  const hoursAgo = (hours: number) => new Date(Date.parse(anchor) + (10 - hours) * 3_600_000).toISOString();
  const range = { from: hoursAgo(8), to: hoursAgo(6) };
  const backfill = await caller.call<{ slots: string[] }>('POST', `${flaky}/schedule/backfill`, range);
  expect(backfill.status).toBe(202);
  expect(backfill.body.slots).toEqual([8, 7, 6].map(hoursAgo));
  await receiver.received(6);
  const executions = await executionsOf(flaky, 4);
  const backfilled = executions.body.filter((execution) => execution.trigger_type === 'backfill');
  expect(backfilled.map((execution) => execution.scheduled_for).sort()).toEqual(backfill.body.slots);
  const ledger = await caller.call<{ slots: Slot[] }>('GET', `${flaky}/slots`);
  expect(ledger.body.slots).toMatchObject([{ at: hoursAgo(-1), fate: 'due' }]);
  const why = await caller.call<{ why: string }>('GET', `${flaky}/why?at=${hoursAgo(7)}`);
  expect(why.body.why).toContain('did not exist');

  // Four runs that take their time: two at once, the others as soon as those have ended.
  const slow = await Promise.all([1, 2, 3, 4].map(() => create(webhook(`${receiver.url}/slow`))));
  await Promise.all(slow.map((path) => run(path)));
  await receiver.received(8);
  for (let ended = 0; ended < 4; ended++) {
    expect(held.length).toBeLessThanOrEqual(2);
    held.shift()?.();
    await receiver.received(Math.min(10, 9 + ended));
  }
  await until(
    () => caller.call<{ tasks: { status: string; run_count: number }[] }>('GET', '/tasks?q=Call&limit=10'),
    ({ body }) => body.tasks.every((task) => task.run_count > 0),
  );
  expect(receiver.requests).toHaveLength(10);
  expect(await service.end('SIGTERM')).toBe(0);
}, 60_000);

/** Asks until the answer fits: what happens in the service has no signal out here. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > end) throw new Error(`not in time: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
