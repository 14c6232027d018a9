/** What task types there are, as commands and answers need to know them. */

import type { JsonObject } from '../../domain/shared/json.ts';
import type { TaskType } from '../../domain/task/status.ts';

export interface ConfigFault {
  readonly path: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** What the task types make of a task's `config`; implemented beside the executors. */
export interface TaskTypeCatalog {
  /** Every fault of the config for this type; empty where it fits. */
  faultsOf(taskType: TaskType, config: JsonObject): readonly ConfigFault[];
  /** The config with secrets shown as `***`. */
  masked(taskType: TaskType, config: JsonObject): JsonObject;
  /** An updated config where `***` in a secret place keeps the stored value. */
  unmasked(taskType: TaskType, updated: JsonObject, stored: JsonObject): JsonObject;
}
