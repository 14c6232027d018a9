import { describe, expect, test } from 'vitest';
import { type Transaction, transact } from '../../../src/application/commands/transact.ts';
import { type Decision, decided, NOTHING, rejected } from '../../../src/domain/shared/decision.ts';

const REFUSED = { code: 'TASK_NOT_FOUND' } as const;

/** A counter in a log that others raise too: each lost lock is one that somebody else has raised. */
function counter(given: {
  seen?: number;
  log: number;
  lost?: number;
  decide: (n: number) => Decision<'raised'>;
}) {
  const seenBy: number[] = [];
  let { log, lost = 0 } = given;
  let loads = 0;
  let tries = 0;
  const transaction: Transaction<number, 'raised', number> = {
    seen: given.seen,
    load: async () => {
      loads++;
      return log;
    },
    decide: (n) => {
      seenBy.push(n);
      return given.decide(n);
    },
    append: async (n) => {
      tries++;
      if (lost-- > 0) log++;
      if (n !== log) return { kind: 'conflict' };
      log++;
      return { kind: 'stored', stored: log };
    },
    mayRetry: () => tries < 5,
  };
  return { transaction, seenBy, loads: () => loads };
}

describe('a transaction', () => {
  test('decides on what was last seen, and appends without a read', async () => {
    const { transaction, seenBy, loads } = counter({ seen: 3, log: 3, decide: () => decided('raised') });
    expect(await transact(transaction)).toEqual({ kind: 'stored', stored: 4 });
    expect([seenBy, loads()]).toEqual([[3], 0]);
  });

  test('decides anew on what the log has each time that its lock is lost', async () => {
    const { transaction, seenBy } = counter({ seen: 3, log: 3, lost: 2, decide: () => decided('raised') });
    expect(await transact(transaction)).toEqual({ kind: 'stored', stored: 6 });
    expect(seenBy).toEqual([3, 4, 5]);
  });

  test('gives up where others take the lock for as long as it may try', async () => {
    const { transaction, seenBy } = counter({ seen: 3, log: 3, lost: 9, decide: () => decided('raised') });
    expect(await transact(transaction)).toEqual({ kind: 'conflict' });
    expect(seenBy).toEqual([3, 4, 5, 6, 7]);
  });

  test.each([
    ['nothing to do', NOTHING, { kind: 'nothing', known: 5 }],
    ['a refusal', rejected(REFUSED), { kind: 'rejected', rejection: REFUSED, known: 5 }],
  ])('answers %s only on what the log has', async (_, decision, answer) => {
    const stale = counter({ seen: 3, log: 5, decide: () => decision });
    expect(await transact(stale.transaction)).toEqual(answer);
    expect(stale.seenBy).toEqual([3, 5]);
    const read = counter({ log: 5, decide: () => decision });
    expect(await transact(read.transaction)).toEqual(answer);
    expect(read.seenBy).toEqual([5]);
  });

  test('of which an earlier try was stored is answered with that, and decides nothing', async () => {
    const { transaction, seenBy } = counter({ seen: 3, log: 4, decide: () => decided('raised') });
    expect(await transact({ ...transaction, earlier: async () => 4 })).toEqual({ kind: 'stored', stored: 4 });
    expect(seenBy).toEqual([]);
  });

  test('that is refused as it is appended is not tried again', async () => {
    const { transaction, seenBy } = counter({ seen: 3, log: 3, decide: () => decided('raised') });
    const append = async () => ({ kind: 'rejected', rejection: REFUSED }) as const;
    expect(await transact({ ...transaction, append })).toEqual({
      kind: 'rejected',
      rejection: REFUSED,
      known: 3,
    });
    expect(seenBy).toEqual([3]);
  });
});
