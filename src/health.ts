/**
 * How this process is, told from its parts. Ready means: requests make sense here. Lag and a missing leader are
 * shown, but make nothing unready: reads and writes work without them.
 */
import type { Clock, ExecutionCommandQueue, LogFollower } from './application/ports.ts';
import type { Role } from './config.ts';
import type { JsonObject } from './domain/json.ts';
import type { Health, Readiness } from './http/health/health.ts';
import type { StreamFigures } from './jetstream/stream-figures.ts';
import type { Relay } from './platform/relay.ts';
import type { ProjectorHost } from './projector-host.ts';
import type { Scheduler } from './scheduler/scheduler.ts';
import type { Worker } from './worker/worker.ts';

/** A log that takes longer than this to say where it ends does not answer. */
const LOG_ANSWERS_WITHIN_MS = 2_000;

export interface HealthDeps {
  readonly follower: Pick<LogFollower, 'lastSequence'>;
  readonly queue: Pick<ExecutionCommandQueue, 'depth'>;
  readonly streams: () => Promise<readonly StreamFigures[]>;
  readonly clock: Clock;
  readonly roles: ReadonlySet<Role>;
}

export class ServiceHealth implements Health {
  readonly #deps: HealthDeps;
  projector: ProjectorHost | null = null;
  scheduler: Scheduler | null = null;
  worker: Worker | null = null;
  relay: Relay | null = null;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
  }

  /** Whatever can fail here mends itself or says `failed`, and a restart mends neither. */
  live(): boolean {
    return true;
  }

  async ready(): Promise<Readiness> {
    const reasons: string[] = [];
    if ((await this.#end()) === null) reasons.push('The event log does not answer.');
    const projector = this.projector?.status();
    if (projector?.state === 'failed') reasons.push(`The projector has stopped: ${projector.error}`);
    const scheduler = this.scheduler?.status();
    if (scheduler?.state === 'failed') reasons.push(`The scheduler has stopped: ${scheduler.failure}`);
    if (scheduler?.state === 'loading') reasons.push('The scheduler loads its timers.');
    const relay = this.relay?.status();
    if (relay?.state === 'failed') reasons.push(`The relay has stopped: ${relay.failure}`);
    return { ready: reasons.length === 0, reasons };
  }

  async detailed(): Promise<Readiness & { readonly components: JsonObject }> {
    const began = this.#deps.clock.monotonicMs();
    const [end, readiness] = await Promise.all([this.#end(), this.ready()]);
    const answered = end !== null;
    const round_trip_ms = Math.round((this.#deps.clock.monotonicMs() - began) * 100) / 100;
    const [depth, streams] = await Promise.all([
      answered ? this.#deps.queue.depth().catch(() => null) : null,
      answered ? this.#deps.streams().catch(() => null) : null,
    ]);
    const scheduler = this.scheduler?.status();
    const components = {
      roles: [...this.#deps.roles],
      log: { answers: answered, round_trip_ms: answered ? round_trip_ms : null, last_sequence: end },
      streams,
      projector: this.projector?.status() ?? null,
      scheduler:
        scheduler === undefined
          ? null
          : { ...scheduler, lag: end === null ? null : Math.max(0, end - scheduler.position) },
      worker: this.worker?.status() ?? null,
      relay: this.relay?.status() ?? null,
      execution_commands: depth,
    };
    // Plain figures throughout: what cannot be said in JSON is no figure.
    return { ...readiness, components: JSON.parse(JSON.stringify(components)) as JsonObject };
  }

  async #end(): Promise<number | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), LOG_ANSWERS_WITHIN_MS);
    });
    const end = this.#deps.follower.lastSequence().catch(() => null);
    return Promise.race([end, late]).finally(() => clearTimeout(timer));
  }
}
