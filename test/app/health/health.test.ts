import { expect, test } from 'vitest';
import { ServiceHealth } from '../../../src/app/health/health.ts';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';

test('whoever asks often for details does not ask every stream and consumer as often', async () => {
  let now = 0;
  const asked = { depth: 0, streams: 0 };
  const health = new ServiceHealth({
    guard: { loss: () => null },
    follower: { lastSequence: async () => NO_SEQUENCE },
    queue: {
      depth: async () => {
        asked.depth++;
        return { urgent: asked.depth, high: 0, medium: 0, low: 0 };
      },
    },
    streams: async () => {
      asked.streams++;
      return [];
    },
    areViewsBuilt: async () => true,
    clock: { monotonicMs: () => now },
    names: new Set(),
    process: async () => null,
  });
  for (now = 0; now < 1_000; now += 20) await Promise.all([health.detailed(), health.figures()]);
  expect(asked).toEqual({ depth: 1, streams: 1 });
  const { components } = await health.detailed();
  expect(components).toMatchObject({ execution_commands: { urgent: 2 } });
});
