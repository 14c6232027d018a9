import { TASK_TYPES } from '../src/domain/task/status.ts';

/** Everybody may have every task type, for nothing: what types cost has tests of its own. */
export const FREE_TERMS = JSON.stringify(
  Object.fromEntries(TASK_TYPES.map((type) => [type, { tier: 'free', credits_per_run: 0 }])),
);
