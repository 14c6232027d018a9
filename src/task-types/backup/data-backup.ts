import { z } from 'zod';
import { LogRefused, LogUnavailable } from '../../application/ports/failures.ts';
import {
  BACKUP_PARTS,
  type BackupMade,
  MAX_BACKUPS_KEPT,
  type UserBackups,
} from '../../application/ports/user-backups.ts';
import { parseBySchema } from '../config-schema.ts';
import { ExecutionFailure, type Executor } from '../executor.ts';

const part = z.enum(BACKUP_PARTS);

const schema = z.strictObject({
  /** What is in the archive; one without events cannot be restored. */
  scope: z
    .union(
      [
        z.literal('all').transform(() => [...BACKUP_PARTS]),
        part.transform((one) => [one]),
        z
          .array(part)
          .min(1)
          .transform((several) => BACKUP_PARTS.filter((one) => several.includes(one))),
      ],
      'must be all, tasks, executions, events, or a list of the last three',
    )
    .default([...BACKUP_PARTS]),
  keep: z.int().min(1).max(MAX_BACKUPS_KEPT).default(7),
});

/** Puts all that the task's owner has into one archive, and keeps the newest `keep` of this task. */
export function dataBackup(backups: UserBackups): Executor<z.output<typeof schema>> {
  return {
    parseConfig: (config) => parseBySchema(schema, config),
    secretsIn: () => [],
    async execute({ config, task, execution, clock, signal }) {
      const order = {
        userId: task.user_id,
        taskId: task.task_id,
        executionId: execution.execution_id,
        scope: config.scope,
        keep: config.keep,
        now: clock.now(),
      };
      const made = await backups.make(order, signal).catch((error: unknown) => {
        throw asFailure(error);
      });
      const { name, bytes, sha256, counts, first_sequence, last_sequence, kept } = made;
      return {
        result: {
          archive: name,
          created_at: order.now,
          bytes,
          sha256,
          counts: { ...counts },
          first_sequence,
          last_sequence,
          kept,
        },
        summary: `Backed up ${amounts(made, config.scope)}.`,
      };
    },
  };
}

function amounts({ counts }: BackupMade, scope: readonly (keyof BackupMade['counts'])[]): string {
  const each = scope.map((one) => `${counts[one]} ${counts[one] === 1 ? one.slice(0, -1) : one}`);
  return each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`;
}

function asFailure(cause: unknown): unknown {
  if (cause instanceof LogUnavailable) {
    return new ExecutionFailure('STORE_UNAVAILABLE', 'the store of backups did not answer', {
      retryable: true,
      cause,
    });
  }
  if (cause instanceof LogRefused) {
    return new ExecutionFailure('STORE_FULL', 'there is no room for the backup', { retryable: true, cause });
  }
  return cause;
}
