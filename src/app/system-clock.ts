import type { Clock } from '../application/ports/clock.ts';
import { instantOf } from '../domain/shared/instant.ts';

export const systemClock: Clock = {
  now: () => instantOf(Date.now()),
  monotonicMs: () => performance.now(),
};
