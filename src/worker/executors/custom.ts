import type { JsonObject } from '../../domain/json.ts';
import type { Executor, ParsedConfig } from '../executor.ts';
import { natsWorker } from './not-available.ts';
import { webhook } from './webhook.ts';

const SCRIPTS: Readonly<Record<string, Executor>> = { webhook, nats: natsWorker };

interface Script {
  readonly executor: Executor;
  readonly config: unknown;
}

/** A script of the author's own, by `script_type`. */
export const custom: Executor<Script> = {
  parseConfig(config): ParsedConfig<Script> {
    const executor = scriptOf(config);
    if (executor === null) {
      const isMissing = config.script_type === undefined;
      const msg = isMissing ? 'required' : `one of ${Object.keys(SCRIPTS).join(', ')}`;
      return {
        ok: false,
        faults: [{ path: ['script_type'], msg, type: isMissing ? 'missing' : 'invalid_value' }],
      };
    }
    const parsed = executor.parseConfig(config);
    return parsed.ok ? { ok: true, config: { executor, config: parsed.config } } : parsed;
  },
  // Secrets are masked whatever the script: a config may have changed its script and kept them.
  secretsIn: (config) => webhook.secretsIn(config),
  execute: (run) => run.config.executor.execute({ ...run, config: run.config.config }),
};

function scriptOf(config: JsonObject): Executor | null {
  const name = config.script_type;
  return typeof name === 'string' && Object.hasOwn(SCRIPTS, name) ? (SCRIPTS[name] ?? null) : null;
}
