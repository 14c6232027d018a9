import type { TaskWorkers } from '../../application/ports/work/task-workers.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { Executor, ParsedConfig } from '../executor.ts';
import { natsWorker } from './nats-worker.ts';
import { webhook } from './webhook.ts';

interface Script {
  readonly executor: Executor;
  readonly config: unknown;
}

/** A script of the author's own, by `script_type`. */
export function custom(taskWorkers: TaskWorkers): Executor<Script> {
  const scripts: Readonly<Record<string, Executor>> = { webhook, nats: natsWorker(taskWorkers) };
  return {
    parseConfig(config): ParsedConfig<Script> {
      const executor = scriptOf(scripts, config);
      if (executor === null) {
        const isMissing = config.script_type === undefined;
        const said = isMissing
          ? says`is required`
          : says`must be one of ${{ allowed: Object.keys(scripts) }}`;
        return {
          ok: false,
          faults: [{ path: ['script_type'], type: isMissing ? 'missing' : 'invalid_value', ...said }],
        };
      }
      const parsed = executor.parseConfig(config);
      return parsed.ok ? { ok: true, config: { executor, config: parsed.config } } : parsed;
    },
    weaknessesOf: (config) => scriptOf(scripts, config)?.weaknessesOf?.(config) ?? [],
    // Secrets are masked whatever the script: a config may have changed its script and kept them.
    secretsIn: (config) => webhook.secretsIn(config),
    execute: (run) => run.config.executor.execute({ ...run, config: run.config.config }),
  };
}

function scriptOf(scripts: Readonly<Record<string, Executor>>, config: JsonObject): Executor | null {
  const name = config.script_type;
  return typeof name === 'string' && Object.hasOwn(scripts, name) ? (scripts[name] ?? null) : null;
}
