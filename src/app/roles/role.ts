import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import type { AuditSignerStatus } from '../../history/audit/signer.ts';
import type { ProjectorStatus } from '../../projector/projector-status.ts';
import type { RelayStatus } from '../../relay/relay.ts';
import type { SchedulerStatus } from '../../scheduler/scheduler.ts';
import type { EventTriggersStatus } from '../../scheduler/triggers/event-triggers.ts';
import type { WorkerStatus } from '../../worker/worker.ts';
import type { RoleName } from '../config/schemas.ts';

/** One way in which a process takes part in the service. It is started once and stopped once. */
export interface Role<Status> {
  /** Resolves when it has begun; what it waits for afterwards, its status tells. */
  start(): Promise<void>;
  /** Also after a start that failed: whatever had begun ends. */
  stop(): Promise<void>;
  status(): Status;
}

export interface RoleStatuses {
  readonly api: ApiStatus;
  readonly projector: ProjectorStatus;
  readonly scheduler: { readonly scheduler: SchedulerStatus; readonly triggers: EventTriggersStatus };
  readonly worker: WorkerStatus;
  /** `devices` null: there are none. */
  readonly relay: { readonly relay: RelayStatus; readonly devices: RelayStatus | null };
}

/** Both null until it listens. */
export interface ApiStatus {
  readonly url: string | null;
  readonly port: number | null;
}

/** The roles of this process that have started. */
export type RunningRoles = {
  [Name in RoleName]: RunningRole<Name> | null;
} & {
  api: (RunningRole<'api'> & RestAddress) | null;
  /** The scheduler of this process gives it work. */
  worker: (RunningRole<'worker'> & { readonly local: LocalWorker }) | null;
  /** Runs where the role `relay` does. */
  audit: Pick<Role<AuditSignerStatus | null>, 'status'> | null;
};

/** Of REST, to whoever started it. */
export interface RestAddress {
  /** Whoever starts it may be shown the console. */
  signInLink(token: string): Promise<string>;
  /** Resolves when REST cannot be served any more, with why; absent: that is seen by whoever runs the process. */
  readonly lost?: Promise<Error>;
}

type RunningRole<Name extends RoleName> = Pick<Role<RoleStatuses[Name]>, 'status'>;

export function noRoles(): RunningRoles {
  return { api: null, projector: null, scheduler: null, worker: null, relay: null, audit: null };
}
