/** What the executors make of a config, for those who take and show tasks. */
import type { ConfigFault, TaskTypeCatalog } from '../application/ports.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { TaskType } from '../domain/task/status.ts';
import { valueAt } from './config-path.ts';
import type { Executors, SecretPath } from './executor.ts';
import { isJsonObject } from './foreign-json.ts';

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
      .map((path) => ({ path, msg: 'stands for a stored secret, and there is none', type: 'invalid_value' }));
    return parsed.ok ? masks : [...parsed.faults, ...masks];
  }

  masked(taskType: TaskType, config: JsonObject): JsonObject {
    return this.#executors[taskType].secretsIn(config).reduce((shown, path) => {
      const value = valueAt(shown, path);
      return value === undefined || value === null ? shown : withValue(shown, path, MASK);
    }, config);
  }

  unmasked(taskType: TaskType, updated: JsonObject, stored: JsonObject): JsonObject {
    return this.#executors[taskType].secretsIn(updated).reduce((kept, path) => {
      const value = valueAt(kept, path) === MASK ? valueAt(stored, path) : undefined;
      return value === undefined ? kept : withValue(kept, path, value);
    }, updated);
  }
}

function withValue(config: JsonObject, path: SecretPath, value: Json): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return config;
  // By entries and not by assignment: a header may be called `__proto__`.
  return Object.fromEntries(
    Object.entries(config).map(([key, inner]) => {
      if (key !== name) return [key, inner];
      return [key, rest.length > 0 && isJsonObject(inner) ? withValue(inner, rest, value) : value];
    }),
  );
}
