/** What a scrape of the metrics asks the parts of this process. */

import type { GaugeValues } from '../../observability/metrics.ts';
import type { ServiceHealth } from './health.ts';

/** Never rejects, and answers within some seconds: what cannot be had is left out. */
export async function gaugeValuesFrom(health: ServiceHealth): Promise<GaugeValues> {
  const { ready, end, queue, streams, storage } = await health.figures();
  const projector = health.projector?.status();
  const scheduler = health.scheduler?.status();
  const worker = health.worker?.status();
  return {
    log_answers: end !== null,
    ready,
    projector:
      projector === undefined ? null : { lag: projector.lag, projecting: projector.state === 'projecting' },
    scheduler:
      scheduler === undefined
        ? null
        : { ...scheduler, lag: end === null ? null : Math.max(0, end - scheduler.position) },
    worker: worker === undefined ? null : { running: worker.running },
    queue,
    streams: streams ?? [],
    storage,
  };
}
