import type { Logger } from 'pino';
import { NOT_TRACED, type Traces } from '../../application/ports/traces.ts';
import type { Config } from '../config/config.ts';
import { VERSION } from '../version.ts';

/** Loads what records spans only where they are to be sent somewhere. */
export async function openTraces(
  config: Config['traces'],
  instance: string,
  logger: Logger,
): Promise<{ readonly traces: Traces; readonly stop: () => Promise<void> }> {
  const { endpoint } = config;
  if (endpoint === null) return { traces: NOT_TRACED, stop: async () => {} };
  const { OtelTraces } = await import('../../observability/otel-traces.ts');
  const traces = new OtelTraces({
    config: { ...config, endpoint },
    version: VERSION,
    instance,
    logger: logger.child({ component: 'traces' }),
  });
  return { traces, stop: () => traces.stop() };
}
