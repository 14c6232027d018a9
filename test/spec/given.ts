/**
 * The specification is told as: given what has happened, when something is asked, then this event is decided, or a
 * refusal, or nothing.
 */
import { expect } from 'vitest';
import {
  type Decision,
  decided,
  NOTHING,
  type Rejection,
  rejected,
} from '../../src/domain/shared/decision.ts';
import type { EventMeta, RecordedTaskEvent } from '../../src/domain/shared/event.ts';
import type { Revision, Sequence } from '../../src/domain/shared/ids.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import type { TaskEvent } from '../../src/domain/task/events/events.ts';
import { evolve } from '../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../src/domain/task/state.ts';
import { TASK, USER } from '../support/history.ts';

/** Something that has happened, and when. */
export type Happened = readonly [at: Instant, event: TaskEvent];

export interface Outcome {
  /** Of the event that was decided: all of it, or these members of its data. */
  yields(type: TaskEvent['type'], data: object): void;
  isRefused(rejection: Rejection): void;
  changesNothing(): void;
}

export function given(...happened: readonly Happened[]) {
  const events = happened.map(([time, event], index) => recorded(event, time, index + 1));
  const state = events.reduce<TaskState | null>(evolve, null);
  return {
    when(
      decide: (state: TaskState | null, events: readonly RecordedTaskEvent[]) => Decision<TaskEvent>,
    ): Outcome {
      const decision = decide(state, events);
      return {
        yields: (type, data) => expect(decision).toMatchObject(decided({ type, data })),
        isRefused: (rejection) => expect(decision).toEqual(rejected(rejection)),
        changesNothing: () => expect(decision).toEqual(NOTHING),
      };
    },
  };
}

function recorded(event: TaskEvent, time: Instant, revision: number): RecordedTaskEvent {
  const meta = {
    id: `01JD${String(revision).padStart(22, '0')}`,
    sequence: (10 * revision) as Sequence,
    revision: revision as Revision,
    time,
    user_id: USER,
    task_id: TASK,
    actor: `user:${USER}`,
    correlation_id: 'request',
    causation_id: null,
    traceparent: null,
    hash: revision.toString(16).padStart(64, '0'),
    prevhash: (revision - 1).toString(16).padStart(64, '0'),
  };
  return { ...event, meta: meta as EventMeta };
}
