/** What task types there are, as commands and answers need to know them. */

import type { JsonObject } from '../../domain/shared/json.ts';
import type { Said } from '../../domain/shared/says.ts';
import type { TaskType } from '../../domain/task/status.ts';

export interface ConfigFault extends Said {
  readonly path: readonly (string | number)[];
  readonly type: string;
}

/** What a task type does and what it wants to know, for whoever has to choose and to fill in. */
export interface TaskTypeDescription {
  readonly title: string;
  readonly description: string;
  /** JSON Schema 2020-12 of `config`, in the dialect of templates, or a `oneOf` of such. */
  readonly config_schema: JsonObject;
  /** A config that a task of this type can have. */
  readonly example: JsonObject;
}

/** What the task types make of a task's `config`; implemented beside the executors. */
export interface TaskTypeCatalog {
  /** Every fault of the config for this type; empty where it fits. */
  faultsOf(taskType: TaskType, config: JsonObject): readonly ConfigFault[];
  /** Every fault of a config by the `config_schema` of a template, which has none itself (`schemaFaults`). */
  faultsBySchema(schema: JsonObject, config: JsonObject): readonly ConfigFault[];
  describe(taskType: TaskType): TaskTypeDescription;
  /** The config with secrets shown as `***`. */
  masked(taskType: TaskType, config: JsonObject): JsonObject;
  /** An updated config where `***` in a secret place keeps the stored value. */
  unmasked(taskType: TaskType, updated: JsonObject, stored: JsonObject): JsonObject;
}

/** What can be known of a config only by asking somebody outside: a place that a weather service must know. */
export interface OutsideChecks {
  /**
   * Its faults, where whoever must be asked answers in time; none where they do not, for then only a run can tell. The
   * config is one that `TaskTypeCatalog.faultsOf` has nothing against. Never throws.
   */
  faultsOf(taskType: TaskType, config: JsonObject): Promise<readonly ConfigFault[]>;
}
