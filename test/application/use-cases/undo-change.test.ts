import { expect, test } from 'vitest';
import { undoneEvent } from '../../../src/application/queries/history/undone-event.ts';
import { type Write, WriteRefused } from '../../../src/application/use-cases/idempotent-writes.ts';
import { undoOnce } from '../../../src/application/use-cases/undo-change.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import { advanceAll, type TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import { History, START, TASK, USER } from '../../support/histories/history.ts';

/** Edited once, and then as asked. */
function edited(...names: readonly string[]) {
  const history = new History().create();
  for (const name of ['Water the garden', ...names]) {
    history.step({ after: 1, do: 'update', changes: { name }, status: null });
  }
  return { events: history.events, task: advanceAll(null, history.events) as TaskSnapshot };
}

function logOf(events: readonly RecordedTaskEvent[]) {
  const reads: number[] = [];
  const readTask = async (_: unknown, __: unknown, after: unknown, limit = Infinity) => {
    const page = events.filter(({ meta }) => meta.sequence > (after as number)).slice(0, limit);
    reads.push(page.length);
    return page;
  };
  return { readTask, reads };
}

const past = (events: readonly RecordedTaskEvent[]) => ({
  asOf: async (_: unknown, asOf: object) =>
    'sequence' in asOf
      ? advanceAll(
          null,
          events.filter(({ meta }) => meta.sequence <= Number(asOf.sequence)),
        )
      : null,
});

test('To undo the last edit nothing is read of what came after it', async () => {
  const { events, task } = edited();
  const log = logOf(events);
  const undone = await undoneEvent(log, past(events), task, events[1]?.meta.sequence as Sequence);
  expect([undone?.before?.name, undone?.edited_since]).toEqual(['Water the plants', new Set()]);
  expect(log.reads).toEqual([1]);
});

test('Of an event with more behind it than is looked through, nobody says what was edited since', async () => {
  const { events, task } = edited('Water the roses');
  const [, first, last] = events as [RecordedTaskEvent, RecordedTaskEvent, RecordedTaskEvent];
  const overdue = { type: 'task.overdue', data: { due_date: START } } as const;
  const { sequence } = first.meta;
  const runs = Array.from({ length: 10_000 }, (_, n) => ({
    ...overdue,
    meta: { ...first.meta, sequence: (sequence + (n + 1) / 20_000) as Sequence },
  }));
  const all = [...events.slice(0, 2), ...runs, last];
  expect((await undoneEvent(logOf(all), past(events), task, sequence))?.edited_since).toBeNull();
  const fewer = [...events.slice(0, 2), ...runs.slice(1), last];
  const undone = await undoneEvent(logOf(fewer), past(events), task, sequence);
  expect(undone?.edited_since).toEqual(new Set(['name']));
});

test('An edit that comes while the history is read is never taken back, though it comes to the same', async () => {
  const { events, task } = edited();
  const sequence = events[1]?.meta.sequence as Sequence;
  const queries = {
    task: async () => task,
    undoneEvent: () => undoneEvent(logOf(events), past(events), task, sequence),
  };
  const since = edited('Water the roses', 'Water the garden').task;
  const write: Pick<Write, 'execute'> = {
    execute: async (_, asked) => {
      if (typeof asked === 'function') asked(since.state);
      throw new Error('decided');
    },
  };
  const request = {
    userId: USER,
    taskId: TASK,
    sequence,
    ifMatch: null,
    now: START,
    reason: null,
    refusalOf: async () => null,
  };
  await expect(undoOnce(queries, write, request)).rejects.toEqual(
    new WriteRefused({ code: 'CONCURRENT_UPDATE' }),
  );
});
