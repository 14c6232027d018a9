/**
 * How this process is, told from its parts. Ready means: requests make sense here. Lag and a missing leader are
 * shown, but make nothing unready: reads and writes work without them.
 */
import type { Clock } from '../../application/ports/clock.ts';
import type { LogFollower } from '../../application/ports/log/following.ts';
import type { LogGuard } from '../../application/ports/log/log-guard.ts';
import type { ExecutionCommandQueue } from '../../application/ports/work/execution-commands.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { Priority } from '../../domain/task/status.ts';
import type { DetailedHealth, Health, Readiness } from '../../http/health/health.ts';
import type { StreamFigures } from '../../jetstream/provisioning/stream-figures.ts';
import { SharedAnswer } from '../../kernel/shared-answer.ts';
import type { StorageStatus } from '../../observability/storage-watch.ts';
import type { RoleName } from '../config/schemas.ts';
import type { ProcessStatus, RolesStatus } from './process-status.ts';

/** Executions that wait for so long while none starts are worth a warning. */
const STANDSTILL_SECONDS = 10;
/** A checkpoint that has waited for so long for its witnesses is worth a warning, and no more: nothing waits for them. */
const UNCOSIGNED_MS = 600_000;
/** A log that takes longer than this to say where it ends does not answer, nor does the record of the views. */
const LOG_ANSWERS_WITHIN_MS = 2_000;
/** Every stream and consumer is asked for them, some thirty questions: whoever asks often does not ask the server as often. */
const STREAMS_KEPT_MS = 1_000;

export interface HealthDeps {
  readonly guard: Pick<LogGuard, 'loss'>;
  readonly follower: Pick<LogFollower, 'lastSequence'>;
  readonly queue: Pick<ExecutionCommandQueue, 'depth'>;
  readonly streams: () => Promise<readonly StreamFigures[]>;
  /** Whether there are views of this build's version that may be read. */
  readonly areViewsBuilt: () => Promise<boolean>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Of the roles that this process is to have. */
  readonly names: ReadonlySet<RoleName>;
  readonly process: AskProcess;
}

/** `look`: at the store anew, first. Never rejects; null: the thread that knows does not answer. */
export type AskProcess = (look: boolean) => Promise<ProcessStatus | null>;

/** What one look at NATS tells; null where it does not answer. */
interface Figures {
  readonly ready: boolean;
  readonly end: number | null;
  readonly queue: Record<Priority, number> | null;
  readonly streams: readonly StreamFigures[] | null;
  readonly storage: { readonly used: number; readonly limit: number | null } | null;
  readonly process: ProcessStatus | null;
}

const NO_ROLES: RolesStatus = {
  projector: null,
  scheduler: null,
  triggers: null,
  worker: null,
  relay: null,
  devices: null,
  audit: null,
};

export class ServiceHealth implements Health {
  readonly #deps: HealthDeps;
  readonly #depth: SharedAnswer<Record<Priority, number>>;
  readonly #streams: SharedAnswer<readonly StreamFigures[]>;

  constructor(deps: HealthDeps) {
    this.#deps = deps;
    const { queue, streams, clock } = deps;
    const nowMs = () => clock.monotonicMs();
    this.#depth = new SharedAnswer(() => queue.depth(), STREAMS_KEPT_MS, nowMs);
    this.#streams = new SharedAnswer(streams, STREAMS_KEPT_MS, nowMs);
  }

  /** Whatever can fail here mends itself or says `failed`, and a restart mends neither. */
  live(): boolean {
    return true;
  }

  async ready(): Promise<Readiness> {
    const [end, process, areViewsBuilt] = await Promise.all([
      this.#end(),
      this.#deps.process(false),
      this.#areViewsBuilt(),
    ]);
    return this.#readiness(end, process, areViewsBuilt);
  }

  /** The reasons name nobody: what went wrong with whose task stands with the part, and in the log. */
  #readiness(end: number | null, process: ProcessStatus | null, areViewsBuilt: boolean): Readiness {
    const reasons: string[] = [];
    const loss = this.#deps.guard.loss();
    if (loss !== null) reasons.push(loss);
    if (end === null) reasons.push('The event log does not answer.');
    if (process === null) reasons.push('The thread beside that of REST does not answer.');
    // Every answer is right without them, and slow: whoever has views goes on answering.
    if (!areViewsBuilt) reasons.push('The views of this version are being built.');
    if (process?.storage.state === 'full') reasons.push('The store is full: writes are refused.');
    const { projector, scheduler, triggers, relay, devices } = process?.roles ?? NO_ROLES;
    if (projector?.state === 'failed') reasons.push('The projector has stopped.');
    if (scheduler?.state === 'failed') reasons.push('The scheduler has stopped.');
    if (scheduler?.state === 'loading') reasons.push('The scheduler loads its timers.');
    if (triggers?.state === 'failed') reasons.push('The event triggers have stopped.');
    if (relay?.state === 'failed') reasons.push('The relay has stopped.');
    if (devices?.state === 'failed') reasons.push('Devices are told nothing any more.');
    return { ready: reasons.length === 0, reasons };
  }

  async detailed(): Promise<DetailedHealth> {
    const began = this.#deps.clock.monotonicMs();
    const end = await this.#end();
    const round_trip_ms = Math.round((this.#deps.clock.monotonicMs() - began) * 100) / 100;
    const process = await this.#deps.process(false);
    const readiness = this.#readiness(end, process, await this.#areViewsBuilt());
    const answered = end !== null;
    const [depth, streams] = await Promise.all([
      answered ? this.#depth.get().catch(() => null) : null,
      answered ? this.#streams.get().catch(() => null) : null,
    ]);
    const statuses = process?.roles ?? NO_ROLES;
    const { scheduler } = statuses;
    const components = {
      roles: [...this.#deps.names],
      log: { answers: answered, round_trip_ms: answered ? round_trip_ms : null, last_sequence: end },
      clock: process && { steady: process.leap === null, ...process.leap },
      streams,
      storage: process && storageComponent(process.storage),
      ...statuses,
      scheduler: scheduler && { ...scheduler, lag: lagBehind(end, scheduler.position) },
      execution_commands: depth,
    };
    // Plain figures throughout: what cannot be said in JSON is no figure.
    return {
      ...readiness,
      warnings: warningsOf(statuses),
      components: JSON.parse(JSON.stringify(components)) as JsonObject,
    };
  }

  /** Never rejects. */
  async figures(): Promise<Figures> {
    const end = await this.#end();
    const process = await this.#deps.process(end !== null);
    const { ready } = this.#readiness(end, process, await this.#areViewsBuilt());
    if (end === null) return { ready, end, queue: null, streams: null, storage: null, process };
    const [queue, streams] = await Promise.all([
      this.#depth.get().catch(() => null),
      this.#streams.get().catch(() => null),
    ]);
    const { used = null, limit = null } = process?.storage ?? {};
    return { ready, end, queue, streams, storage: used === null ? null : { used, limit }, process };
  }

  #end(): Promise<number | null> {
    return within(this.#deps.follower.lastSequence(), null);
  }

  /** A server that does not say is a reason of its own. */
  #areViewsBuilt(): Promise<boolean> {
    return within(this.#deps.areViewsBuilt(), true);
  }
}

/** `otherwise` where there is no answer in time. Never rejects. */
function within<Answer, Otherwise>(
  answer: Promise<Answer>,
  otherwise: Otherwise,
): Promise<Answer | Otherwise> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Otherwise>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), LOG_ANSWERS_WITHIN_MS);
  });
  return Promise.race([answer.catch(() => otherwise), late]).finally(() => clearTimeout(timer));
}

/** Null where it is not known how far the log goes. */
export function lagBehind(end: number | null, position: number): number | null {
  return end === null ? null : Math.max(0, end - position);
}

function warningsOf({ worker, audit }: RolesStatus): readonly string[] {
  const seconds = worker?.nothing_started_seconds ?? 0;
  const warnings: string[] = [];
  if (seconds >= STANDSTILL_SECONDS) {
    warnings.push(`Executions wait here for a place, and none has started for ${seconds} s.`);
  }
  if (audit?.state === 'forked' || audit?.state === 'failed') {
    warnings.push(`Checkpoints of the log are not signed: ${audit.failure}.`);
  }
  const { waiting_ms = null, witnesses = [] } = audit?.witnessing ?? {};
  for (const { name, fault } of witnesses) {
    if (fault === 'AHEAD' || fault === 'INCONSISTENT') {
      warnings.push(`The witness ${name} has cosigned another log than this one (${fault}).`);
    }
  }
  if (waiting_ms !== null && waiting_ms >= UNCOSIGNED_MS) {
    warnings.push(`Not enough witnesses have cosigned the log for ${Math.round(waiting_ms / 1_000)} s.`);
  }
  return warnings;
}

function storageComponent({ state, used, limit }: StorageStatus) {
  return { state, used_bytes: used, limit_bytes: limit };
}
