import { MessageChannel } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { ThreadCalls, ThreadSilent } from '../../../src/kernel/threads/thread-calls.ts';

type Sums = {
  sum: (of: readonly number[]) => number;
  fail: (why: string) => never;
  never: (of: null) => Promise<void>;
};
type Names = { heard: (name: string) => void };

function bothSides() {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const heard: string[] = [];
  const asker = new ThreadCalls<Sums, Names>(port1, { heard: (name) => void heard.push(name) });
  const answerer = new ThreadCalls<Names, Sums>(port2, {
    sum: (numbers) => numbers.reduce((sum, each) => sum + each, 0),
    fail: (why) => {
      throw new Error(why);
    },
    never: () => new Promise(() => {}),
  });
  return { asker, answerer, heard };
}

test('a thread answers what another asks, each question by its own answer', async () => {
  const { asker } = bothSides();
  const answers = [[1, 2], [3], []].map((numbers) => asker.ask('sum', numbers, 5_000));
  expect(await Promise.all(answers)).toEqual([3, 3, 0]);
});

test('what is told comes in order, before the answer to what is asked later', async () => {
  const { asker, answerer, heard } = bothSides();
  for (const name of ['one', 'two', 'three']) answerer.tell('heard', name);
  await asker.ask('sum', [], 5_000);
  expect(heard).toEqual(['one', 'two', 'three']);
});

test('who fails, is silent or gone is an error to whoever asked', async () => {
  const { asker } = bothSides();
  await expect(asker.ask('fail', 'no such sum', 5_000)).rejects.toThrow(/no such sum/);
  await expect(asker.ask('never', null, 20)).rejects.toThrow(ThreadSilent);
  const waiting = expect(asker.ask('never', null, 60_000)).rejects.toThrow(/it has ended/);
  asker.end('it has ended');
  await waiting;
  await expect(asker.ask('sum', [1], 5_000)).rejects.toThrow(/it has ended/);
});
