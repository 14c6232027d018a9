import { expect, test, vi } from 'vitest';
import { FairTurns, THREAD_CLOCK, TooMuchWaiting, type TurnInHand } from '../../src/kernel/fair-turns.ts';
import { Newcomers } from '../../src/kernel/newcomers.ts';

/** A thread whose work is told: nothing passes by itself. */
function thread() {
  let nowMs = 10_000;
  let busyMs = 0;
  return {
    turns: new FairTurns({ nowMs: () => nowMs, busyMs: () => busyMs }, new Newcomers()),
    work: (ms: number) => {
      nowMs += ms;
      busyMs += ms;
    },
    rest: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** Takes turns of one lane; those that began are in `begun`, in order. */
function asker(turns: FairTurns, lane: string, kind = 'list', isLarge = false) {
  const begun: TurnInHand[] = [];
  const refused: unknown[] = [];
  const ask = async (isWanted = () => true) => {
    void turns.take({ lane, kind, isWanted, isLarge }).then(
      (turn) => begun.push(turn),
      (reason: unknown) => refused.push(reason),
    );
    await settled();
  };
  const end = async () => {
    begun.shift()?.end();
    await settled();
  };
  return { begun, refused, ask, end };
}

async function settled(): Promise<void> {
  for (let tick = 0; tick < 5; tick++) await Promise.resolve();
}

/** What a lane's piece of a kind costs, learned by one. */
async function taught(lane: ReturnType<typeof asker>, work: (ms: number) => void, ms: number) {
  await lane.ask();
  work(ms);
  await lane.end();
}

test('who is alone is never held back', async () => {
  const { turns, work } = thread();
  const one = asker(turns, 'one');
  await taught(one, work, 500);
  for (let count = 0; count < 100; count++) await one.ask();
  expect(one.begun).toHaveLength(100);
});

test('beside others a lane has only so much in hand: what is dear one at a time, what is cheap together', async () => {
  const { turns, work } = thread();
  const [dear, cheap] = [asker(turns, 'dear'), asker(turns, 'cheap')];
  await taught(dear, work, 50);
  await taught(cheap, work, 1);
  for (let count = 0; count < 30; count++) {
    await dear.ask();
    await cheap.ask();
  }
  expect([dear.begun.length, cheap.begun.length]).toEqual([1, 20]);
  await dear.end();
  expect(dear.begun).toHaveLength(1);
});

test('beside others a lane has one large piece in hand, however little such a one has cost; alone as many as it asks for', async () => {
  const { turns, work, rest } = thread();
  const [large, small] = [asker(turns, 'one', 'save', true), asker(turns, 'other')];
  for (let count = 0; count < 3; count++) await large.ask();
  expect(large.begun).toHaveLength(3);
  await small.ask();
  expect(small.begun).toHaveLength(1);
  await large.ask();
  expect(large.begun).toHaveLength(3);
  for (const left of [2, 1, 1]) {
    work(1);
    await large.end();
    expect(large.begun).toHaveLength(left);
  }
  rest(5_000);
  await large.ask();
  expect(large.begun).toHaveLength(2);
});

test('what waits goes on when the others have gone', async () => {
  const { turns, work, rest } = thread();
  const [dear, other] = [asker(turns, 'dear'), asker(turns, 'other')];
  await taught(dear, work, 50);
  await other.ask();
  for (let count = 0; count < 7; count++) await dear.ask();
  expect(dear.begun).toHaveLength(1);
  rest(2_001);
  await dear.end();
  expect(dear.begun).toHaveLength(6);
});

test('what a kind costs is learned anew, of each lane by itself', async () => {
  const { turns, work } = thread();
  const [slots, other] = [asker(turns, 'one', 'slots'), asker(turns, 'two', 'slots')];
  await taught(slots, work, 100);
  await taught(other, work, 1);
  for (const lane of [other, slots]) for (let count = 0; count < 6; count++) await lane.ask();
  expect([other.begun.length, slots.begun.length]).toEqual([6, 1]);
  for (let count = 0; count < 6; count++) await slots.end();
  for (let count = 0; count < 20; count++) await taught(slots, work, 1);
  for (let count = 0; count < 6; count++) await slots.ask();
  expect(slots.begun).toHaveLength(6);
});

test('what is cheap waits for nothing dear of its own lane', async () => {
  const { turns, work } = thread();
  const [list, read, other] = [
    asker(turns, 'one', 'list'),
    asker(turns, 'one', 'read'),
    asker(turns, 'other'),
  ];
  await taught(list, work, 50);
  await taught(read, work, 1);
  await other.ask();
  for (let count = 0; count < 3; count++) await list.ask();
  for (let count = 0; count < 3; count++) await read.ask();
  expect([list.begun.length, read.begun.length]).toEqual([1, 3]);
});

test('what is cheap is not charged for what is dear beside it, however long that goes on', async () => {
  const { turns, work } = thread();
  const [dear, cheap] = [asker(turns, 'dear'), asker(turns, 'cheap')];
  await taught(dear, work, 50);
  await taught(cheap, work, 1);
  await dear.ask();
  for (let count = 0; count < 100; count++) {
    await cheap.ask();
    work(8);
    await cheap.end();
  }
  for (let count = 0; count < 10; count++) await cheap.ask();
  expect(cheap.begun).toHaveLength(10);
});

test('what the thread is busy is divided among those who have something in hand', async () => {
  const { turns, work } = thread();
  const [one, two] = [asker(turns, 'one'), asker(turns, 'two')];
  await one.ask();
  await two.ask();
  work(6);
  await one.end();
  await two.end();
  // 3 ms each: of 8 no more fit into what a lane may have in hand.
  for (const lane of [one, two]) {
    for (let count = 0; count < 8; count++) await lane.ask();
    expect(lane.begun).toHaveLength(6);
  }
});

test('who has too much waiting is told when to come back, and nobody else is', async () => {
  const { turns, work } = thread();
  const [dear, other] = [asker(turns, 'dear'), asker(turns, 'other')];
  await taught(dear, work, 100);
  await other.ask();
  for (let count = 0; count < 60; count++) await dear.ask();
  expect([dear.begun.length, dear.refused.length]).toEqual([1, 9]);
  expect(dear.refused[0]).toBeInstanceOf(TooMuchWaiting);
  expect((dear.refused[0] as TooMuchWaiting).retryAfterMs).toBe(5_100);
  await other.ask();
  expect(other.refused).toEqual([]);
});

test('who would wait too long is refused', async () => {
  vi.useFakeTimers();
  try {
    const { turns, work } = thread();
    const [dear, other] = [asker(turns, 'dear'), asker(turns, 'other')];
    await taught(dear, work, 100);
    await other.ask();
    for (let count = 0; count < 2; count++) await dear.ask();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(dear.refused).toHaveLength(1);
    await dear.end();
    expect(dear.begun).toHaveLength(0);
  } finally {
    vi.useRealTimers();
  }
});

test('what nobody wants any more when its turn comes is given up', async () => {
  const { turns, work } = thread();
  const [dear, other] = [asker(turns, 'dear'), asker(turns, 'other')];
  await taught(dear, work, 100);
  await other.ask();
  await dear.ask();
  await dear.ask(() => false);
  await dear.ask();
  await dear.end();
  expect([dear.begun.length, dear.refused.length]).toEqual([1, 1]);
});

test('what waits aside lets the next of its lane have its turn, costs nothing meanwhile, and comes back before others', async () => {
  const { turns, work } = thread();
  const [dear, other] = [asker(turns, 'dear'), asker(turns, 'other')];
  await taught(dear, work, 100);
  await other.ask();
  for (let count = 0; count < 3; count++) await dear.ask();
  const [first] = dear.begun;
  let answer = (_: string) => {};
  const waited = vi.fn();
  void first?.aside(() => new Promise<string>((resolve) => (answer = resolve))).then(waited);
  await settled();
  expect(dear.begun).toHaveLength(2);
  answer('ended');
  await settled();
  expect(waited).not.toHaveBeenCalled();
  dear.begun[1]?.end();
  await settled();
  expect(waited).toHaveBeenCalledWith('ended');
  expect(dear.begun).toHaveLength(2);
  first?.end();
  await settled();
  expect(dear.begun).toHaveLength(3);
});

test('what fails aside fails, and ends as usual', async () => {
  const { turns } = thread();
  const turn = await turns.take({ lane: 'one', kind: 'list' });
  await expect(turn.aside(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  turn.end();
  turn.end();
  const [one, other] = [asker(turns, 'one'), asker(turns, 'other')];
  await other.ask();
  await one.ask();
  expect(one.begun).toHaveLength(1);
});

test('a thread is as busy as it works, and not while it waits', async () => {
  const { busyMs, nowMs } = THREAD_CLOCK;
  const [from, busy] = [nowMs(), busyMs()];
  await new Promise((resolve) => setTimeout(resolve, 50));
  const until = nowMs() + 50;
  while (nowMs() < until);
  expect(busyMs() - busy).toBeGreaterThanOrEqual(50);
  expect(busyMs() - busy).toBeLessThan(nowMs() - from);
});
