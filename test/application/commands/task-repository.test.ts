import { expect, it } from 'vitest';
import { TaskRepository } from '../../../src/application/commands/task-repository.ts';
import type { EventLog } from '../../../src/application/ports/log/log.ts';
import type { Views } from '../../../src/application/ports/views.ts';
import type { Position, RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Hash, Sequence } from '../../../src/domain/shared/ids.ts';
import { advanceAll, type TaskSnapshot } from '../../../src/domain/task/evolve/snapshot.ts';
import { everyMinute, play, type Step, success, TASK, USER } from '../../support/histories/history.ts';

/** Of a task whose first two slots have run. */
const EVENTS: readonly RecordedTaskEvent[] = runs(2);

/** A repository whose view holds the first `inView` events and whose log holds all, and what it asked of both. */
function repositoryOver(inView: number, events = EVENTS) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const pages: number[] = [];
  const views: Pick<Views, 'task'> = {
    task: () => {
      asked.push('view');
      return new Promise((resolve) =>
        answers.push(() => resolve(inView === 0 ? null : snapshotAfter(inView))),
      );
    },
  };
  const log = {
    readTask: async (_user: unknown, _task: unknown, after: Sequence | Position, limit = Infinity) => {
      const from = typeof after === 'number' ? after : after.sequence;
      asked.push('log');
      const page = events.filter(({ meta }) => meta.sequence > from).slice(0, limit);
      pages.push(page.length);
      return page;
    },
  } as unknown as EventLog;
  return { repository: new TaskRepository({ log, views }), asked, pages, answer: () => answers.shift()?.() };
}

it('a task read ahead goes on with what this process appends, also while it is still being read', async () => {
  const { repository, asked, answer } = repositoryOver(2);
  repository.readAhead(USER, TASK);
  repository.readAhead(USER, TASK);
  repository.fold(eventAt(2));
  answer();
  await expect.poll(() => repository.lastSeen(USER, TASK)).toEqual(snapshotAfter(3));
  repository.fold(eventAt(3));
  expect(repository.lastSeen(USER, TASK)).toEqual(snapshotAfter(4));
  repository.readAhead(USER, TASK);
  expect(asked).toEqual(['view']);
});

it('an event that does not follow what is known is left to the next load', async () => {
  const { repository, answer } = repositoryOver(2);
  repository.readAhead(USER, TASK);
  repository.fold(eventAt(4));
  repository.fold(eventAt(1));
  answer();
  await expect.poll(() => repository.lastSeen(USER, TASK)).toEqual(snapshotAfter(2));
  expect(await repository.load(USER, TASK)).toEqual(snapshotAfter(EVENTS.length));
});

it('an event of a task that nobody has asked for is not kept', () => {
  const { repository } = repositoryOver(2);
  repository.fold(eventAt(0));
  expect(repository.lastSeen(USER, TASK)).toBeNull();
});

it('a long history without a view is read and folded page by page', async () => {
  const history = runs(500);
  const { repository, pages, answer } = repositoryOver(0, history);
  const loading = repository.load(USER, TASK);
  answer();
  expect(await loading).toEqual(advanceAll(null, history));
  expect(pages).toEqual([1_000, history.length - 1_000]);
});

it('a history in which an event does not follow by its hash is refused by name; a view that it does not follow is passed by', async () => {
  const [first, second, ...more] = EVENTS as [RecordedTaskEvent, RecordedTaskEvent, ...RecordedTaskEvent[]];
  const meta = { ...second.meta, prevhash: 'f'.repeat(64) as Hash };
  for (const inView of [0, 1]) {
    const { repository, answer } = repositoryOver(inView, [
      first,
      { ...second, meta } as RecordedTaskEvent,
      ...more,
    ]);
    const loading = repository.load(USER, TASK);
    answer();
    await expect(loading).rejects.toThrow(`event ${meta.sequence} of task ${TASK}`);
  }
  const other = repositoryOver(1, EVENTS);
  const wrong = { ...snapshotAfter(1), hash: 'e'.repeat(64) as Hash };
  other.repository.keep(wrong);
  expect(await other.repository.load(USER, TASK)).toEqual(snapshotAfter(EVENTS.length));
});

function eventAt(index: number): RecordedTaskEvent {
  const event = EVENTS[index];
  if (event === undefined) throw new RangeError(`no event ${index}`);
  return event;
}

function snapshotAfter(count: number): TaskSnapshot {
  const snapshot = advanceAll(null, EVENTS.slice(0, count));
  if (snapshot === null) throw new RangeError('no events');
  return snapshot;
}

/** Of a task whose first `count` slots have run. */
function runs(count: number): readonly RecordedTaskEvent[] {
  const run: Step[] = [
    { after: 60_000, do: 'due' },
    { after: 5, do: 'start' },
    { after: 5, do: 'finish', outcome: success },
  ];
  return play({ schedule: everyMinute }, Array.from({ length: count }, () => run).flat()).events;
}
