/** A read model of a subscriber's own, killed again and again while it reads. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, startServer } from '../../src/http/server/server.ts';
import { ALICE, sharedStack, tokenOf } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startExample } from './running-example.ts';

const TASKS = 4;
const EDITS = 60;
const api = sharedStack();
let server: HttpServer;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly edits: number;
  readonly runs: number;
}

// node:sqlite from Node 22.13 on; the package has its interface.
const { DatabaseSync } = await import('@photostructure/sqlite');

beforeAll(async () => {
  const { app } = api();
  server = await startServer({
    fetch: (request, env) => app.fetch(request, env),
    host: '127.0.0.1',
    port: 0,
    corsOrigins: [],
  });
});
afterAll(() => server.stop(0));

const readModel = async (file: string) =>
  startExample('read-model.mjs', [file], {
    TASK_SERVICE_URL: server.url,
    TASK_SERVICE_TOKEN: await tokenOf(ALICE),
  });

function stored(file: string): { readonly rows: readonly Row[]; readonly place: number } {
  const db = new DatabaseSync(file);
  try {
    const rows = db.prepare('SELECT id, name, edits, runs FROM tasks ORDER BY id').all() as unknown as Row[];
    const { id } = db.prepare('SELECT id FROM place').get() as { id: string };
    return { rows, place: Number(id) };
  } finally {
    db.close();
  }
}

async function edited(id: string, name: string): Promise<void> {
  expect((await api().call('PATCH', `/api/v1/tasks/${id}`, { body: { name } })).status).toBe(200);
}

test('a read model in SQLite counts each event once, wherever it is killed, and goes on with what happens then', async () => {
  const ids: string[] = [];
  for (let n = 0; n < TASKS; n++) {
    const { body } = await api().call('POST', '/api/v1/tasks', { body: { name: 'x', task_type: 'todo' } });
    ids.push(body.task_id);
  }
  for (let n = 1; n <= EDITS; n++) await Promise.all(ids.map((id) => edited(id, `edit ${n}`)));
  const end = Number(await api().lastSequence());
  const file = join(temporaryFolder(), 'tasks.db');

  const places: number[] = [];
  for (let commits = 1; (places.at(-1) ?? 0) < end; commits *= 4) {
    const running = await readModel(file);
    let left = commits;
    await running.until((line) => --left === 0 || Number(line.split(' ')[0]) >= end);
    await running.kill();
    const { rows, place } = stored(file);
    places.push(place);
    // In the middle: the rows are those of that place, to the last edit.
    const { body } = await api().call('GET', `/api/v1/tasks/${ids[0]}/events?limit=500`);
    const seen = body.events.filter(
      ({ sequence, event }: { sequence: number; event: { type: string } }) =>
        sequence <= place && event.type === 'task.updated',
    );
    expect(rows.find(({ id }) => id === ids[0])?.edits ?? 0).toBe(seen.length);
  }
  expect(places.length).toBeGreaterThan(1);
  expect(places).toEqual(places.toSorted((a, b) => a - b));

  const again = await readModel(file);
  await again.lines(1);
  await edited(ids[0] as string, 'while it looks');
  const last = Number(await api().lastSequence());
  await again.until((line) => Number(line.split(' ')[0]) >= last);
  await again.kill();
  const expected = ids.map((id, at) => ({
    id,
    name: at === 0 ? 'while it looks' : `edit ${EDITS}`,
    edits: at === 0 ? EDITS + 1 : EDITS,
    runs: 0,
  }));
  expect(stored(file).rows).toEqual(expected.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
});
