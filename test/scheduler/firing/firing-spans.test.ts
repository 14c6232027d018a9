import { describe, expect, it } from 'vitest';
import type { Span, Traces } from '../../../src/application/ports/traces.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import { evolve } from '../../../src/domain/task/evolve/evolve.ts';
import type { TaskState } from '../../../src/domain/task/state.ts';
import { FiringSpans } from '../../../src/scheduler/firing/firing-spans.ts';
import { everyMinute, failure, play } from '../../support/histories/history.ts';

const CREATED = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const ASKED = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OWN = '00-11111111111111111111111111111111-2222222222222222-01';

interface Begun {
  readonly name: string;
  readonly parent: string | null;
  readonly links: string[];
  ended: boolean;
}

/** Records spans, as long as `isRecorded`, in a trace of its own. */
function recorder(isRecorded = true) {
  const begun: Begun[] = [];
  const traces: Traces = {
    begin: (name, _kind, parent): Span => {
      const span: Begun = { name, parent, links: [], ended: false };
      begun.push(span);
      const traceparent = parent ?? OWN;
      const end = () => {
        span.ended = true;
      };
      return { traceparent, isRecorded, set: () => {}, linkTo: (to) => span.links.push(to), end };
    },
  };
  return { traces, begun };
}

/** A task that is created in one trace and run by hand in another, up to so many events. */
function lived(events: number): {
  readonly state: TaskState;
  readonly history: readonly RecordedTaskEvent[];
} {
  const retry = { max_attempts: 3, initial_seconds: 1, multiplier: 1, max_seconds: 1 };
  const retried = { ...everyMinute, retry };
  const played = play({ schedule: retried }, [
    { after: 1, do: 'request' },
    { after: 1, do: 'start' },
    { after: 1, do: 'finish', outcome: failure },
    { after: 1, do: 'start' },
  ]);
  const carried: Record<string, string> = {
    'task.created': CREATED,
    'task.execution_requested': ASKED,
  };
  const history = played.events.slice(0, events).map((event) => ({
    ...event,
    meta: { ...event.meta, traceparent: carried[event.type] ?? null },
  })) as RecordedTaskEvent[];
  const state = history.reduce<TaskState | null>((before, event) => evolve(before, event), null);
  if (state === null) throw new Error('no task');
  return { state, history };
}

describe('an unfinished execution', () => {
  it('knows the trace of its request, through attempts and pauses', () => {
    const known = [2, 3, 4].map((events) => lived(events).state.execution);
    expect(known.map((execution) => execution?.state)).toEqual(['requested', 'running', 'requested']);
    expect(known.map((execution) => execution?.traceparent)).toEqual([ASKED, ASKED, ASKED]);
  });

  it('of a request in no trace has none', () => {
    const { history } = lived(2);
    const untraced = history.map((event) => ({ ...event, meta: { ...event.meta, traceparent: null } }));
    const state = untraced.reduce<TaskState | null>(
      (before, event) => evolve(before, event as RecordedTaskEvent),
      null,
    );
    expect(state?.execution).not.toHaveProperty('traceparent');
  });
});

describe('what the scheduler does', () => {
  const overdue = { type: 'task.overdue', data: { due_date: '2026-11-23T12:00:00.000Z' } } as never;

  it('begins a trace, linked to that of the creation', async () => {
    const { state, history } = lived(1);
    const { traces, begun } = recorder();
    const spans = new FiringSpans(traces, { readTask: async () => history.slice(0, 1) });
    expect(spans.begin(state, overdue)).toBe(OWN);
    await expect.poll(() => begun[0]?.ended).toBe(true);
    expect(begun).toEqual([{ name: 'fire task.overdue', parent: null, links: [CREATED], ended: true }]);
  });

  it('to end an execution belongs to the trace of that', () => {
    const { state, history } = lived(3);
    const { traces, begun } = recorder();
    const spans = new FiringSpans(traces, { readTask: () => Promise.reject(new Error('is not asked')) });
    const { execution_id } = state.execution as { execution_id: string };
    const lost = { type: 'task.execution_failed', data: { execution_id } } as never;
    expect(spans.begin(state, lost)).toBe(ASKED);
    expect(begun).toEqual([{ name: 'fire task.execution_failed', parent: ASKED, links: [], ended: true }]);
    expect(history).toHaveLength(3);
  });

  it('costs no reading where nobody records it, and a burst no more than 64 reads at once', () => {
    let reads = 0;
    const readTask = () => {
      reads += 1;
      return new Promise<never>(() => {});
    };
    const { state } = lived(1);
    const unseen = new FiringSpans(recorder(false).traces, { readTask });
    unseen.begin(state, overdue);
    expect(reads).toBe(0);
    const { traces, begun } = recorder();
    const spans = new FiringSpans(traces, { readTask });
    for (let n = 0; n < 200; n++) spans.begin(state, overdue);
    expect(reads).toBe(64);
    expect(begun.filter(({ ended }) => ended)).toHaveLength(200 - 64);
  });

  it('keeps its span also where the log does not say where the task comes from', async () => {
    const { traces, begun } = recorder();
    const spans = new FiringSpans(traces, { readTask: () => Promise.reject(new Error('away')) });
    spans.begin(lived(1).state, overdue);
    await expect.poll(() => begun[0]?.ended).toBe(true);
    expect(begun[0]?.links).toEqual([]);
  });
});
