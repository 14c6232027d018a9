/** Readers of `/events/stream`: how long an event takes from the request that made it to all who follow, and what that costs. */
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { tokenFor } from './load/service.ts';
import { type Processes, type Spent, watchProcessorTime } from './measuring/cores.ts';

/** As many as a user may have on an instance. */
const STREAMS_A_USER = 10;
const CREATES_A_SECOND = 20;
const ARRIVES_WITHIN_MS = 30_000;

export interface FollowerFigures {
  readonly readers: number;
  readonly events: number;
  /** From the request that was sent to the frame, of each reader and event. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From the request that was sent to its answer. */
  readonly answerP50Ms: number;
  readonly answerP99Ms: number;
  /** While the events came; of both processes. */
  readonly spent: Spent | null;
}

/** `readers` streams of a tenth as many users, who by turns create `events` tasks. */
export async function followerFigures(
  url: string,
  processes: Processes,
  readers: number,
  events: number,
): Promise<FollowerFigures> {
  const users = Array.from(
    { length: Math.ceil(readers / STREAMS_A_USER) },
    (_, n) => `reader-${readers}-${n}`,
  );
  const tokens = await Promise.all(users.map((user) => tokenFor(user)));
  /** When each task's event reached each of its readers. */
  const arrived = new Map<string, number[]>();
  const streams: IncomingMessage[] = [];
  for (let n = 0; n < readers; n++) {
    streams.push(await follow(url, tokens[n % tokens.length] as string, addressOf(n), arrived));
  }
  const spentSince = watchProcessorTime(processes);
  const sent = new Map<string, { readonly at: number; readonly answeredMs: number }>();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: events }, async (_, n) => {
      await delay(Math.max(0, began + (n * 1_000) / CREATES_A_SECOND - performance.now()));
      const at = performance.now();
      const id = await create(url, tokens[n % tokens.length] as string);
      sent.set(id, { at, answeredMs: performance.now() - at });
    }),
  );
  const perEvent = Math.min(STREAMS_A_USER, readers);
  for (const until = performance.now() + ARRIVES_WITHIN_MS; ; await delay(50)) {
    const missing = [...sent.keys()].filter((id) => (arrived.get(id)?.length ?? 0) < perEvent);
    if (missing.length === 0) break;
    if (performance.now() > until)
      throw new Error(`${missing.length} events did not reach all their readers`);
  }
  const spent = spentSince();
  for (const stream of streams) stream.destroy();
  const took = [...sent].flatMap(([id, { at }]) => (arrived.get(id) ?? []).map((came) => came - at));
  const answered = [...sent.values()].map(({ answeredMs }) => answeredMs);
  return {
    readers,
    events,
    p50Ms: quantile(took, 0.5),
    p99Ms: quantile(took, 0.99),
    answerP50Ms: quantile(answered, 0.5),
    answerP99Ms: quantile(answered, 0.99),
    spent,
  };
}

/** The service takes 1,000 connections of one address, and there are writers beside the readers. */
function addressOf(reader: number): string {
  return `127.0.0.${2 + (reader % 4)}`;
}

/** Resolves once the stream has caught up. */
function follow(
  url: string,
  token: string,
  localAddress: string,
  arrived: Map<string, number[]>,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(
      `${url}/api/v1/events/stream?types=task.created`,
      { headers: { authorization: `Bearer ${token}` }, agent: false, localAddress },
      (response) => {
        if (response.statusCode !== 200)
          return reject(new Error(`a stream is refused with ${response.statusCode}`));
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          const frames = text.split('\n\n');
          text = frames.pop() ?? '';
          for (const frame of frames) {
            if (frame.includes('event: caught-up')) resolve(response);
            const [, id] = /"subject":"(tsk_[0-9A-Z]{26})"/.exec(frame) ?? [];
            if (id === undefined) continue;
            const times = arrived.get(id) ?? [];
            times.push(performance.now());
            arrived.set(id, times);
          }
        });
        response.on('error', () => {});
      },
    );
    request.on('error', reject);
  });
}

async function create(url: string, token: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Buy milk', task_type: 'todo' }),
  });
  if (answer.status !== 201) throw new Error(`a task is refused with ${answer.status}`);
  return ((await answer.json()) as { task_id: string }).task_id;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
