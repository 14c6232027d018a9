import { describe, expect, it } from 'vitest';
import { backfillRange } from '../../../src/application/use-cases/backfill-range.ts';
import { requestCancellation } from '../../../src/application/use-cases/cancel-execution.ts';
import { changeMatching, foreseeChange } from '../../../src/application/use-cases/change-matching.ts';
import { type Write, WriteRefused } from '../../../src/application/use-cases/idempotent-writes.ts';
import { issueNewWebhook } from '../../../src/application/use-cases/issue-webhook.ts';
import { parseWebhookToken } from '../../../src/application/use-cases/webhook-token.ts';
import type { ExecutionState } from '../../../src/domain/execution/state.ts';
import type { ExecutionId, Revision } from '../../../src/domain/shared/ids.ts';
import { plusMs } from '../../../src/domain/shared/instant.ts';
import { newTask, START, TASK, USER } from '../../support/histories/history.ts';
import { memoryWrites, writeRequest } from './memory-writes.ts';

const done = (body: string) => ({ status: 200, headers: {}, body });
const create = (write: Write) => write.execute(TASK, { type: 'create', data: newTask({ now: START }) });

async function withTask() {
  const memory = memoryWrites();
  await memory.writes.perform(writeRequest(null), async (write) => {
    await create(write);
    return done('');
  });
  return memory;
}

describe('a write with an idempotency key', () => {
  it('is done once, and a repeat is given the same answer', async () => {
    const { writes, events } = memoryWrites();
    let worked = 0;
    const perform = () =>
      writes.perform(writeRequest('k'), async (write) => {
        worked += 1;
        await create(write);
        return done(`try ${worked}`);
      });
    expect(await perform()).toEqual({ answer: done('try 1'), isReplayed: false });
    expect(await perform()).toEqual({ answer: done('try 1'), isReplayed: true });
    expect([worked, events.size]).toEqual([1, 1]);
  });

  it('is refused where its key stands for another request', async () => {
    const { writes } = memoryWrites();
    await writes.perform(writeRequest('k', 'one'), async () => done(''));
    const other = writes.perform(writeRequest('k', 'two'), async () => done(''));
    await expect(other).rejects.toThrow(new WriteRefused({ code: 'IDEMPOTENCY_KEY_REUSED' }));
  });

  it('leaves its key unused where its input is bad', async () => {
    const { writes } = memoryWrites();
    const bad = { error: new Error('bad'), isBadInput: true };
    const first = writes.perform({ ...writeRequest('k'), refused: bad }, async () => done(''));
    await expect(first).rejects.toThrow('bad');
    const right = await writes.perform(writeRequest('k', 'put right'), async () => done('right'));
    expect(right).toEqual({ answer: done('right'), isReplayed: false });
  });

  it('keeps the answer of a refusal', async () => {
    const { writes } = memoryWrites();
    const refuse = () =>
      writes.perform(writeRequest('k'), async (write) => {
        await write.execute(TASK, { type: 'revoke_webhook', data: { if_match: 1 as Revision } });
        return done('');
      });
    expect((await refuse()).answer.body).toContain('TASK_NOT_FOUND');
    expect(await refuse()).toMatchObject({ isReplayed: true, answer: { status: 400 } });
  });
});

describe('a change of all tasks that a filter finds', () => {
  const change = {
    matches: () => true,
    asked: { type: 'pause', data: { if_match: null, reason: null } } as const,
  };

  it('changes none where it is only foreseen', async () => {
    const { tasks } = await withTask();
    const before = [...tasks.values()];
    expect(await foreseeChange(before, change, START)).toMatchObject({ matched: 1 });
    expect([...tasks.values()]).toEqual(before);
  });

  it('tells how many it changed, and why others were not', async () => {
    const { writes, tasks } = await withTask();
    let outcome: unknown;
    await writes.performMany(writeRequest(null), async (many) => {
      outcome = await changeMatching(async () => [...tasks.values()], many, {
        ...change,
        asked: { type: 'backfill', data: { from: START, to: START } },
      });
      return done('');
    });
    expect(outcome).toMatchObject({
      matched: 1,
      changed: 0,
      failed: [{ task_id: TASK, error_code: 'NO_SCHEDULE' }],
    });
  });
});

describe('an execution that is to be cancelled', () => {
  const executionId = 'exe_01JD0000000000000000000000' as ExecutionId;
  const request = { userId: USER, taskId: TASK, executionId, ifMatch: null, reason: null };
  const ended = async (status: string) => {
    const { tasks } = await withTask();
    const queries = {
      task: async () => tasks.get(TASK) ?? null,
      execution: async () => ({ status }) as ExecutionState,
    };
    const execute = () => Promise.reject(new WriteRefused({ code: 'EXECUTION_NOT_FOUND' }));
    return requestCancellation(queries, { execute }, request);
  };

  it('is as asked where it is cancelled already', async () => {
    await expect(ended('cancelled')).resolves.toMatchObject({
      execution: { status: 'cancelled' },
      sequence: 1,
    });
  });

  it('is refused where it has ended otherwise', async () => {
    const refusal = { code: 'EXECUTION_ALREADY_FINISHED', status: 'completed' };
    await expect(ended('completed')).rejects.toMatchObject({ rejection: refusal });
  });
});

it('a webhook is issued with the same token again where the request is repeated because its answer was lost', async () => {
  const { writes } = await withTask();
  const request = writeRequest('k');
  const tokens: string[] = [];
  const issue = (fails: boolean) =>
    writes.perform(
      {
        ...request,
        idempotency: request.idempotency && {
          ...request.idempotency,
          answerTo: (error) => {
            throw error;
          },
        },
      },
      async (write) => {
        const asked = { userId: USER, taskId: TASK, ifMatch: null, withHeaders: false, verify: null };
        tokens.push((await issueNewWebhook(write, asked)).token);
        if (fails) throw new Error('the answer was lost');
        return done('');
      },
    );
  await expect(issue(true)).rejects.toThrow('the answer was lost');
  await issue(false);
  expect(tokens[1]).toBe(tokens[0]);
  expect(parseWebhookToken(tokens[0] ?? '')).toMatchObject({ userId: USER, taskId: TASK });
});

it('a backfill of a task without a schedule is refused', async () => {
  const { writes } = await withTask();
  const backfill = writes.perform(writeRequest(null), async (write) => {
    await backfillRange(write, {
      taskId: TASK,
      ifMatch: null,
      schedule_id: null,
      from: plusMs(START, -1),
      to: START,
    });
    return done('');
  });
  await expect(backfill).rejects.toMatchObject({ rejection: { code: 'NO_SCHEDULE' } });
});
