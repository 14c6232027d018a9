/** Archives of all that a user has: what a `data_backup` asks for, wherever they are kept. */
import type { ExecutionId, Sequence, TaskId, UserId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';

export const BACKUP_PARTS = ['tasks', 'executions', 'events'] as const;
export type BackupPart = (typeof BACKUP_PARTS)[number];

/** The most archives that one task keeps. */
export const MAX_BACKUPS_KEPT = 1_000;

export interface BackupOrder {
  readonly userId: UserId;
  /** The `data_backup` task: each keeps archives of its own. */
  readonly taskId: TaskId;
  /** An order repeated under the same id replaces the archive of the first. */
  readonly executionId: ExecutionId;
  /** At least one. Only an archive with the events can be restored. */
  readonly scope: readonly BackupPart[];
  /** How many archives of the task there are afterwards at most, 1 to MAX_BACKUPS_KEPT; the oldest go. */
  readonly keep: number;
  readonly now: Instant;
}

export interface BackupMade {
  readonly name: string;
  /** Of the compressed archive. */
  readonly bytes: number;
  /** Lower-case hex, of the compressed archive. */
  readonly sha256: string;
  /** What is in it; 0 for what is out of scope. */
  readonly counts: Readonly<Record<BackupPart, number>>;
  /** Of the user's events in it, or that it was folded from. */
  readonly first_sequence: Sequence;
  readonly last_sequence: Sequence;
  /** Archives of the task now, this one too. */
  readonly kept: number;
}

export interface UserBackups {
  /**
   * Stores an archive, whole or not at all, and only then removes what is too many. Rejects with the reason of
   * `signal` once it aborts. Throws LogUnavailable, and LogRefused where there is no room.
   */
  make(order: BackupOrder, signal: AbortSignal): Promise<BackupMade>;
}
