/** What a scrape of the metrics asks the parts of this process. */
import type { GaugeValues } from '../../observability/gauges.ts';
import { lagBehind, type ServiceHealth } from './health.ts';

/** Never rejects, and answers within some seconds: what cannot be had is left out. */
export async function gaugeValuesFrom(health: ServiceHealth): Promise<GaugeValues> {
  const { ready, end, queue, streams, storage, process } = await health.figures();
  const { projector = null, scheduler = null, worker = null, audit = null } = process?.roles ?? {};
  return {
    log_answers: end !== null,
    ready,
    clock_leap_ms: process?.leap?.ahead_ms ?? 0,
    projector: projector && { lag: projector.lag, projecting: projector.state === 'projecting' },
    scheduler: scheduler && { ...scheduler, lag: lagBehind(end, scheduler.position) },
    worker,
    audit: audit && {
      size: audit.size,
      forked: audit.state === 'forked',
      cosigned: audit.witnessing?.size ?? null,
      witnesses: audit.witnessing?.witnesses ?? [],
    },
    queue,
    streams: streams ?? [],
    storage,
  };
}
