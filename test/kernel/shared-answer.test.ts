import { describe, expect, test } from 'vitest';
import { SharedAnswer } from '../../src/kernel/shared-answer.ts';

const KEPT_MS = 1_000;

function asked(answers: readonly (() => Promise<string>)[]) {
  let count = 0;
  let now = 0;
  const ask = () => (answers[count++] ?? (() => Promise.reject(new Error('asked too often'))))();
  const answer = new SharedAnswer(ask, KEPT_MS, () => now);
  return { answer, pass: (ms: number) => (now += ms), count: () => count };
}

describe('an answer that is kept', () => {
  test('is shared by whoever asks meanwhile, then asked for anew', async () => {
    const { answer, pass, count } = asked([async () => 'first', async () => 'second']);
    const together = Promise.all([answer.get(), answer.get()]);
    await expect(together).resolves.toEqual(['first', 'first']);
    pass(KEPT_MS - 1);
    await expect(answer.get()).resolves.toBe('first');
    expect(count()).toBe(1);
    pass(1);
    await expect(answer.get()).resolves.toBe('second');
  });

  test('is not kept where it failed', async () => {
    const { answer } = asked([() => Promise.reject(new Error('away')), async () => 'back']);
    await expect(answer.get()).rejects.toThrow('away');
    await expect(answer.get()).resolves.toBe('back');
  });
});
