import { expect, test } from 'vitest';
import { ApiProblem } from '../../../src/console/api/problems.ts';
import { writeOnce } from '../../../src/console/compose/write-once.ts';

const tooMany = (seconds: string) =>
  new ApiProblem(new Response(null, { status: 429, headers: { 'Retry-After': seconds } }), {
    error_code: 'RATE_LIMITED',
  });

/** Refused by these, one after the other, before it is done. Answers the keys that it was asked with. */
async function keysOf(refusals: ApiProblem[]): Promise<string[]> {
  const keys: string[] = [];
  await writeOnce(
    async (key) => {
      keys.push(key);
      const refusal = refusals.shift();
      if (refusal !== undefined) throw refusal;
    },
    () => expect.unreachable('it is known that it was not done'),
  );
  return keys;
}

test('a write that was one too many is sent again by the same key when it is told to', async () => {
  const keys = await keysOf([tooMany('0'), tooMany('0')]);
  expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
});

test('who is to wait long, or for no known time, is told so at once', async () => {
  await expect(keysOf([tooMany('60')])).rejects.toMatchObject({ retryAfter: 60 });
  const limit = new ApiProblem(new Response(null, { status: 429 }), { error_code: 'TASK_LIMIT_EXCEEDED' });
  await expect(keysOf([limit])).rejects.toBe(limit);
});
