/**
 * Runs that need nothing from outside: their outcome is known as soon as they start. The scheduler stores request, start
 * and outcome of such a run as one unit (docs/adr/0021).
 */
import type { Logger } from 'pino';
import type { Clock } from '../../application/ports/clock.ts';
import type { ConfigFault } from '../../application/ports/task-types.ts';
import type { AttemptOutcome } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { ExecutionFailure, type Executor } from '../../task-types/executor.ts';
import { maskedOutcome } from '../../task-types/masked-outcome.ts';
import { completed, failed } from './outcome.ts';

export function concludedRun(
  executor: Executor,
  state: TaskState,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): AttemptOutcome {
  const { config, task_id } = state;
  try {
    const parsed = executor.parseConfig(config);
    if (!parsed.ok) throw invalidConfig(parsed.faults);
    if (executor.conclude === undefined) throw new Error('this type needs something from outside');
    const done = executor.conclude({ config: parsed.config, task: state, clock });
    return maskedOutcome(completed(done, 0), config, executor.secretsIn(config));
  } catch (error) {
    const { outcome, unexpected } = failed(error, 0);
    if (unexpected) logger.error({ err: error, task_id }, 'an executor broke down');
    return outcome;
  }
}

/** A stored config that does not fit its type (any more). */
export function invalidConfig(faults: readonly ConfigFault[]): ExecutionFailure {
  return new ExecutionFailure('INVALID_CONFIG', 'the config of the task does not fit its type', {
    retryable: false,
    details: {
      errors: faults.map(({ path, type, msg, params }) => ({ path: [...path], type, msg, params })),
    },
  });
}
