import { expect, test } from 'vitest';
import type { Admitted } from '../../../src/application/commands/admissions.ts';
import { SlotAdmission, type SlotRequest } from '../../../src/scheduler/firing/slot-admission.ts';
import { ALICE } from '../../support/parts/stack.ts';

test('who stays unknown, because others keep appending facts of theirs, is asked for at once all the same', async () => {
  let admitted = 0;
  let learnt = 0;
  const retries: number[] = [];
  const admission = new SlotAdmission({
    admissions: {
      mayAppendUnadmitted: () => false,
      isUnknown: () => true,
      learn: async () => void learnt++,
      admit: async (_user, _standing, asked): Promise<readonly Admitted[]> => {
        admitted += asked.length;
        return asked.map(() => ({ kind: 'conflict' }));
      },
      refusalOnceEnded: () => expect.unreachable('no run is to end'),
    },
    onStored: () => {},
    onAlone: async () => {},
    onFailed: (_requests, error) => expect.unreachable(String(error)),
  });
  const request = {
    row: 0,
    entry: { state: { user_id: ALICE, execution: null } },
    append: { userId: ALICE, taskId: 'tsk_1', event: { type: 'task.execution_requested', data: {} } },
    retryIn: (ms: number) => void retries.push(ms),
  } as unknown as SlotRequest;
  admission.gather(request);
  await Promise.all(admission.sendAll());
  expect({ learnt, admitted }).toEqual({ learnt: 1, admitted: 1 });
  // After a lost lock, and not at once again and again.
  expect(retries).toEqual([50]);
});
