import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { EventLog } from '../../../src/application/ports/log/log.ts';
import type { Views } from '../../../src/application/ports/views.ts';
import { evolveExecution } from '../../../src/domain/execution/evolve.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { RecordedTaskEvent, Snapshot } from '../../../src/domain/shared/event.ts';
import { executionNumberOf } from '../../../src/domain/task/events/event-accessors.ts';
import { messagesOf, needsTaskAtEvent } from '../../../src/relay/published/published-messages.ts';
import { PublishedTasks, type TaskAtEvent } from '../../../src/relay/published/published-tasks.ts';
import {
  creations,
  everyMinute,
  failure,
  History,
  play,
  steps,
  success,
} from '../../support/histories/history.ts';

/** The log of one task, and its view, which shows the first events of it, as many as one says. */
class OneTask {
  readonly #history: Pick<History, 'events' | 'states'>;
  shown = 0;
  away = false;
  /** The view moves on between two reads of it. */
  moves = false;
  /** It does not have the executions that it should. */
  incomplete = false;
  /** Events that were read from the log. */
  read = 0;

  constructor(history: Pick<History, 'events' | 'states'>) {
    this.#history = history;
  }

  readonly log: Pick<EventLog, 'readTask'> = {
    readTask: async (_user, _task, after, limit = 10_000) => {
      const from = typeof after === 'number' ? after : after.sequence;
      const page = this.#history.events.filter(({ meta }) => meta.sequence > from).slice(0, limit);
      this.read += page.length;
      return page;
    },
  };

  readonly views: { -readonly [Read in 'task' | 'executions']: Views[Read] } = {
    task: async () => {
      if (this.away) throw new LogUnavailable('away');
      const event = this.#history.events[this.shown - 1];
      const state = this.#history.states[this.shown - 1];
      if (event === undefined || state === undefined) return null;
      return { ...event.meta, state };
    },
    executions: async (_user, _task, numbers) => {
      if (this.moves) this.shown += 2;
      const values = new Map<number, Snapshot<ExecutionState>>();
      for (const event of this.#history.events.slice(0, this.shown)) {
        const number = executionNumberOf(event);
        if (number === null) continue;
        const state = evolveExecution(values.get(number % 5)?.state ?? null, event);
        values.set(number % 5, { ...event.meta, state });
      }
      const upTo = this.#history.events[this.shown - 1]?.meta.sequence ?? (0 as never);
      if (this.incomplete) values.clear();
      return { upTo, values: [...values.values()].filter(({ state }) => numbers.includes(state.number)) };
    },
  };
}

/** What is told of each event where everything is folded from the first one on. */
function toldByAll(history: Pick<History, 'events' | 'states'>): string[][] {
  let execution: ExecutionState | null = null;
  return history.events.map((event, at) => {
    if (executionNumberOf(event) !== null) execution = evolveExecution(execution, event);
    const standing = { task: history.states[at], execution } as TaskAtEvent;
    return messagesOf(event, needsTaskAtEvent(event) ? standing : null).map(({ body }) => body);
  });
}

const told = (events: readonly RecordedTaskEvent[], standings: readonly (TaskAtEvent | null)[]) =>
  events.map((event, at) =>
    messagesOf(event, needsTaskAtEvent(event) ? (standings[at] ?? null) : null).map(({ body }) => body),
  );

/** So many runs, one after another; of the first ones every third fails, of the last ten every one. */
function afterRuns(count: number): History {
  const history = new History().create({ schedule: everyMinute });
  for (let run = 0; run < count; run++) {
    history.after(60_000).takeAllDue();
    history.step({ do: 'start', after: 10 });
    history.step({ do: 'finish', after: 10, outcome: run % 3 === 0 || run > count - 10 ? failure : success });
  }
  return history;
}

describe('what is told of tasks', () => {
  test('is the same wherever a relay begins, and however far the views are meanwhile', async () => {
    const turns = fc.array(
      fc.record({ events: fc.integer({ min: 1, max: 9 }), ahead: fc.integer({ min: -9, max: 9 }) }),
      {
        minLength: 1,
      },
    );
    await fc.assert(
      fc.asyncProperty(creations, steps, fc.nat(), turns, async (creation, all, from, parts) => {
        const history = play(creation, all);
        const { events } = history;
        const expected = toldByAll(history);
        const task = new OneTask(history);
        const tasks = new PublishedTasks(task.log, task.views, 0);
        let at = from % events.length;
        for (let turn = 0; at < events.length; turn++) {
          const part = parts[turn % parts.length] as (typeof parts)[number];
          const some = events.slice(at, at + part.events);
          task.shown = Math.min(events.length, Math.max(0, at + part.ahead));
          const standings = await tasks.after(some, needsTaskAtEvent);
          expect(told(some, standings)).toEqual(expected.slice(at, at + some.length));
          at += some.length;
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['the views are at the event', 0],
    ['the views are a little behind', -2],
    ['the views are a little ahead', 3],
  ])('needs no more than the newest events of a long history, where %s', async (_, ahead) => {
    const history = afterRuns(400);
    const { events } = history;
    const last = events.length - 4;
    const task = new OneTask(history);
    task.shown = last + 1 + ahead;
    const tasks = new PublishedTasks(task.log, task.views);
    const some = events.slice(last, last + 1);
    expect(some[0]?.type).toMatch(/completed|failed/);
    expect(told(some, await tasks.after(some, needsTaskAtEvent))).toEqual([toldByAll(history)[last]]);
    expect(task.read).toBeLessThan(10);
  });

  test('is folded from a short history without a look at the view', async () => {
    const history = afterRuns(9);
    const { events } = history;
    const task = new OneTask(history);
    task.views.task = async () => expect.unreachable();
    const some = events.slice(-1);
    expect(told(some, await new PublishedTasks(task.log, task.views).after(some, needsTaskAtEvent))).toEqual([
      toldByAll(history).at(-1),
    ]);
  });

  test.each(['moves', 'incomplete'] as const)('is folded from the history where the view %s', async (how) => {
    const history = afterRuns(20);
    const expected = toldByAll(history);
    for (let at = 30; at < 40; at++) {
      const task = new OneTask(history);
      task.shown = at - 1;
      task[how] = true;
      const some = history.events.slice(at, at + 4);
      const standings = await new PublishedTasks(task.log, task.views).after(some, needsTaskAtEvent);
      expect(told(some, standings)).toEqual(expected.slice(at, at + 4));
    }
  });

  test('is folded from the history where the views are away or far ahead, and from then on from event to event', async () => {
    for (const away of [true, false]) {
      const history = afterRuns(300);
      const { events } = history;
      const expected = toldByAll(history);
      const task = new OneTask(history);
      task.shown = events.length;
      task.away = away;
      const tasks = new PublishedTasks(task.log, task.views);
      let read = 0;
      for (let at = 40; at < 70; at += 3) {
        const some = events.slice(at, at + 3);
        expect(told(some, await tasks.after(some, needsTaskAtEvent))).toEqual(expected.slice(at, at + 3));
        if (at > 40) expect(task.read).toBe(read);
        read = task.read;
      }
    }
  });
});
