import { expect, it } from 'vitest';
import type { EventLog, Views } from '../../src/application/ports.ts';
import { TaskRepository } from '../../src/application/task-repository.ts';
import type { RecordedTaskEvent } from '../../src/domain/event.ts';
import { advanceAll, type TaskSnapshot } from '../../src/domain/task/snapshot.ts';
import { everyMinute, play, type Step, success, TASK, USER } from '../support/history.ts';

/** Of a task whose first two slots have run. */
const events: readonly RecordedTaskEvent[] = twoRuns();

/** A repository whose view holds the first `inView` events and whose log holds all, and what it asked of both. */
function repositoryOver(inView: number) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const views: Pick<Views, 'task'> = {
    task: () => {
      asked.push('view');
      return new Promise((resolve) => answers.push(() => resolve(snapshotAfter(inView))));
    },
  };
  const log = {
    readTask: async (_user: unknown, _task: unknown, after: number) => {
      asked.push('log');
      return events.filter(({ meta }) => meta.sequence > after);
    },
  } as unknown as EventLog;
  return { repository: new TaskRepository({ log, views }), asked, answer: () => answers.shift()?.() };
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
  expect(await repository.load(USER, TASK)).toEqual(snapshotAfter(events.length));
});

it('an event of a task that nobody has asked for is not kept', () => {
  const { repository } = repositoryOver(2);
  repository.fold(eventAt(0));
  expect(repository.lastSeen(USER, TASK)).toBeNull();
});

function eventAt(index: number): RecordedTaskEvent {
  const event = events[index];
  if (event === undefined) throw new RangeError(`no event ${index}`);
  return event;
}

function snapshotAfter(count: number): TaskSnapshot {
  const snapshot = advanceAll(null, events.slice(0, count));
  if (snapshot === null) throw new RangeError('no events');
  return snapshot;
}

function twoRuns(): readonly RecordedTaskEvent[] {
  const run: Step[] = [
    { after: 60_000, do: 'due' },
    { after: 5, do: 'start' },
    { after: 5, do: 'finish', outcome: success },
  ];
  return play({ schedule: everyMinute }, [...run, ...run]).events;
}
