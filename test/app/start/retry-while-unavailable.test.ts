import { expect, test } from 'vitest';
import { retryWhileUnavailable } from '../../../src/app/start/retry-while-unavailable.ts';
import { LogRefused, LogUnavailable, OutcomeUnknown } from '../../../src/application/ports/failures.ts';

/** Fails so, one after another, and then answers. */
function failing(...failures: readonly Error[]) {
  const left = [...failures];
  return async () => {
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return 'done';
  };
}

test('a step of the start is done again while the log does not answer', async () => {
  const step = failing(new LogUnavailable('no leader yet'), new OutcomeUnknown('no answer'));
  expect(await retryWhileUnavailable(step, { retryMs: 1 })).toBe('done');
});

test('it is given up after a time, and at once where it would be refused again', async () => {
  const silent = async () => Promise.reject(new LogUnavailable('nobody'));
  await expect(retryWhileUnavailable(silent, { patienceMs: 20, retryMs: 1 })).rejects.toThrow('nobody');
  const refused = failing(new LogRefused('LOG_FULL', 'full'));
  await expect(retryWhileUnavailable(refused, { retryMs: 1 })).rejects.toThrow('full');
  await expect(retryWhileUnavailable(failing(new Error('a fault')), { retryMs: 1 })).rejects.toThrow(
    'a fault',
  );
});
