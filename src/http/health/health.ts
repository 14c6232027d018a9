import type { JsonObject } from '../../domain/shared/json.ts';

/** How the process is; made by whoever knows its parts. */
export interface Health {
  /** False where only a restart helps. */
  live(): boolean;
  /** Whether requests make sense here now, and why not. */
  ready(): Promise<Readiness>;
  /** The parts by name (`nats`, `streams`, `projections`, `scheduler`, `workers`, …), each as it sees itself. */
  detailed(): Promise<DetailedHealth>;
}

export interface DetailedHealth extends Readiness {
  /** Short sentences: what needs somebody's attention, although requests make sense here. */
  readonly warnings: readonly string[];
  readonly components: JsonObject;
}

export interface Readiness {
  readonly ready: boolean;
  /** Short sentences; empty where it is ready. */
  readonly reasons: readonly string[];
}
