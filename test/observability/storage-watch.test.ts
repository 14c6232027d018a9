import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { StorageFigures } from '../../src/application/ports/measures.ts';
import { StorageWatch } from '../../src/observability/storage-watch.ts';
import { testClock } from '../support/clock.ts';

const GB = 1024 ** 3;

function watched(first: StorageFigures) {
  const is = { figures: first, ms: 0 };
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
  const clock = { ...testClock, monotonicMs: () => is.ms };
  return { is, lines, watch: new StorageWatch({ figures: async () => is.figures, clock, logger }) };
}

test('the store alerts once from 80 % on, is full at its limit, and says when there is room again', async () => {
  const { is, lines, watch } = watched({ used: 0.79 * GB, limit: GB });
  const states: string[] = [];
  for (const part of [0.79, 0.81, 0.9, 1, 0.5]) {
    is.figures = { used: part * GB, limit: GB };
    await watch.look();
    states.push(watch.status().state);
  }
  expect(states).toEqual(['ok', 'alert', 'alert', 'full', 'ok']);
  expect(lines).toEqual([
    'the store is more than 80 % full: make room',
    'the store is full: writes are refused, reads go on',
    'the store has room',
  ]);
});

test('a refused append makes it full without any limit known, until one is stored or half a minute is over', async () => {
  const { is, watch } = watched({ used: 5, limit: null });
  await watch.look();
  watch.appended('full');
  expect(watch.status().state).toBe('full');
  watch.appended('conflict');
  expect(watch.status().state).toBe('full');
  watch.appended('stored');
  expect(watch.status().state).toBe('ok');
  watch.appended('full');
  is.ms = 30_000;
  expect(watch.status().state).toBe('ok');
});

test('while the server does not answer, what it said last counts', async () => {
  const { is, watch } = watched({ used: GB, limit: GB });
  await watch.look();
  Object.defineProperty(is, 'figures', {
    get: () => {
      throw new Error('away');
    },
  });
  await watch.look();
  expect(watch.status()).toEqual({ state: 'full', used: GB, limit: GB });
});
