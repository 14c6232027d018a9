/** What the executors make of a config, for those who take and show tasks. */

import type { ConfigFault, TaskTypeCatalog, TaskTypeDescription } from '../application/ports/task-types.ts';
import type { Json, JsonObject } from '../domain/shared/json.ts';
import { says } from '../domain/shared/says.ts';
import type { TaskType } from '../domain/task/status.ts';
import { valueAt } from './config-path.ts';
import { TASK_TYPE_DESCRIPTIONS } from './descriptions.ts';
import type { Executors, SecretPath } from './executor.ts';
import { isJsonObject } from './foreign/foreign-json.ts';
import { faultsBySchema } from './template-schema.ts';

const MASK = '***';

export class ExecutorCatalog implements TaskTypeCatalog {
  readonly #executors: Executors;

  constructor(executors: Executors) {
    this.#executors = executors;
  }

  faultsOf(taskType: TaskType, config: JsonObject): readonly ConfigFault[] {
    const executor = this.#executors[taskType];
    const parsed = executor.parseConfig(config);
    const masks = executor
      .secretsIn(config)
      .filter((path) => valueAt(config, path) === MASK)
      .map((path) => ({
        path,
        type: 'invalid_value',
        ...says`stands for a stored secret, and there is none`,
      }));
    return [...(parsed.ok ? (executor.weaknessesOf?.(config) ?? []) : parsed.faults), ...masks];
  }

  faultsBySchema(schema: JsonObject, config: JsonObject): readonly ConfigFault[] {
    return faultsBySchema(schema, config);
  }

  describe(taskType: TaskType): TaskTypeDescription {
    return TASK_TYPE_DESCRIPTIONS[taskType];
  }

  masked(taskType: TaskType, config: JsonObject): JsonObject {
    return withValues(
      config,
      this.#executors[taskType].secretsIn(config).flatMap((path) => {
        const value = valueAt(config, path);
        return value === undefined || value === null ? [] : [{ path, value: MASK }];
      }),
    );
  }

  unmasked(taskType: TaskType, updated: JsonObject, stored: JsonObject): JsonObject {
    return withValues(
      updated,
      this.#executors[taskType].secretsIn(updated).flatMap((path) => {
        const value = valueAt(updated, path) === MASK ? valueAt(stored, path) : undefined;
        return value === undefined ? [] : [{ path, value }];
      }),
    );
  }
}

interface Placed {
  readonly path: SecretPath;
  readonly value: Json;
}

/** The config with the values in the places of those at their paths; each object on the way is copied once. */
function withValues(config: JsonObject, placed: readonly Placed[]): JsonObject {
  if (placed.length === 0) return config;
  const byName = new Map<string, Placed[]>();
  for (const { path, value } of placed) {
    const [name = '', ...rest] = path;
    const known = byName.get(name);
    if (known === undefined) byName.set(name, [{ path: rest, value }]);
    else known.push({ path: rest, value });
  }
  // By entries and not by assignment: a header may be called `__proto__`.
  return Object.fromEntries(
    Object.entries(config).map(([key, inner]) => [key, withInner(inner, byName.get(key) ?? [])]),
  );
}

function withInner(inner: Json, placed: readonly Placed[]): Json {
  const whole = placed.find(({ path }) => path.length === 0);
  if (whole !== undefined) return whole.value;
  return isJsonObject(inner) ? withValues(inner, placed) : inner;
}
