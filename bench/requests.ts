/** What requests over REST take: creates, reads and lists, each beside plain JetStream. */
import type { NatsConnection } from '@nats-io/transport-node';
import { lists } from './lists.ts';
import { load } from './load/http-load.ts';
import { tokenFor } from './load/service.ts';
import { type Processes, watchProcessorTime } from './measuring/cores.ts';
import { rawPublishes, rawReads } from './measuring/raw.ts';
import type { Report } from './measuring/report.ts';
import { each, ms, shown, whole } from './measuring/shown.ts';

export interface Bench {
  readonly nc: NatsConnection;
  /** Of the service. */
  readonly url: string;
  readonly processes: Processes;
  readonly report: Report;
  /** Resolves when the views hold what the log holds: that costs processor time too. */
  readonly projected: () => Promise<void>;
}

export async function requests({ nc, url, processes, report, projected }: Bench): Promise<void> {
  const token = await tokenFor('bench');
  const body = JSON.stringify({
    name: 'Buy milk',
    task_type: 'todo',
    tags: ['home'],
    metadata: { aisle: 7 },
  });
  const create = {
    url,
    method: 'POST',
    path: () => '/api/v1/tasks',
    token,
    body,
    expect: 201,
  } as const;
  await load(create, 64, 2_000);
  for (const [inFlight, amount] of [
    [1, 1_000],
    [64, 12_000],
    [256, 12_000],
  ] as const) {
    const raw = await rawPublishes(nc, inFlight, amount);
    const spent = watchProcessorTime(processes);
    const made = await load(create, inFlight, amount);
    await projected();
    report.add(
      `create over REST, ${inFlight} in flight`,
      shown(made),
      `${whole(raw)} publishes / s`,
      made.perSecond / raw,
      each(spent(), amount),
    );
  }

  const reader = await tokenFor('reader');
  const taskIds = await createTasks(url, reader, 1_000);
  const rawRead = await rawReads(nc, 16, 5_000);
  let at = 0;
  const read = { url, method: 'GET', token: reader, expect: 200 } as const;
  const spentReading = watchProcessorTime(processes);
  const one = await load(
    { ...read, path: () => `/api/v1/tasks/${taskIds[at++ % taskIds.length]}` },
    16,
    8_000,
  );
  report.add(
    'read a task, 16 in flight',
    shown(one),
    `p95 ${ms(rawRead)} a read`,
    rawRead / one.p95Ms,
    each(spentReading(), 8_000),
  );
  const spentListing = watchProcessorTime(processes);
  const list = await load({ ...read, path: () => '/api/v1/tasks?limit=100' }, 16, 2_000);
  report.add(
    'list 100 of 1,000 tasks, 16 in flight',
    shown(list),
    `p95 ${ms(rawRead)} a read`,
    rawRead / list.p95Ms,
    each(spentListing(), 2_000),
  );
}

export async function listsOfMany({ nc, url, report }: Bench): Promise<void> {
  const raw = await rawReads(nc, 4, 2_000);
  const { still, changing, firstMs, bulkMs } = await lists(url, await tokenFor('many'));
  const beside = `p95 ${ms(raw)} a read`;
  report.add('any page and filter of 10,000 tasks, 4 in flight', shown(still), beside, raw / still.p95Ms);
  report.add('the same while 10 a second change', shown(changing), beside, raw / changing.p95Ms);
  report.add('the first list of 10,000 tasks in a process', ms(firstMs), beside, raw / firstMs);
  const rawWrites = await rawPublishes(nc, 64, 10_000);
  report.add(
    '10,000 tasks paused in one request',
    ms(bulkMs),
    `${whole(rawWrites)} publishes / s`,
    10_000_000 / bulkMs / rawWrites,
  );
}

async function createTasks(url: string, token: string, amount: number): Promise<string[]> {
  const made: string[] = [];
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      while (made.length < amount) {
        const response = await fetch(`${url}/api/v1/tasks`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ name: 'Water the plants', task_type: 'todo' }),
        });
        made.push(((await response.json()) as { task_id: string }).task_id);
      }
    }),
  );
  return made;
}
