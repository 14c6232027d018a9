/** How the parts of a process are that run in its first thread; plain data, for whoever asks may be in another. */
import type { StorageStatus, StorageWatch } from '../../observability/storage-watch.ts';
import type { RoleStatuses, RunningRoles } from '../roles/role.ts';
import type { ClockLeap, SteadyClock } from '../steady-clock.ts';

export interface ProcessStatus {
  readonly roles: RolesStatus;
  readonly storage: StorageStatus;
  /** Null while wall time is believed. */
  readonly leap: ClockLeap | null;
}

/** Of what runs in this process; null for what does not. */
export interface RolesStatus {
  readonly projector: RoleStatuses['projector'] | null;
  readonly scheduler: RoleStatuses['scheduler']['scheduler'] | null;
  readonly triggers: RoleStatuses['scheduler']['triggers'] | null;
  readonly worker: RoleStatuses['worker'] | null;
  readonly relay: RoleStatuses['relay']['relay'] | null;
  readonly devices: RoleStatuses['relay']['devices'];
  readonly audit: ReturnType<NonNullable<RunningRoles['audit']>['status']>;
}

export function processStatus(
  { projector, scheduler, worker, relay, audit }: Readonly<RunningRoles>,
  storage: Pick<StorageWatch, 'status'>,
  clock: Pick<SteadyClock, 'leap'>,
): ProcessStatus {
  const scheduling = scheduler?.status();
  const relaying = relay?.status();
  const roles = {
    projector: projector?.status() ?? null,
    scheduler: scheduling?.scheduler ?? null,
    triggers: scheduling?.triggers ?? null,
    worker: worker?.status() ?? null,
    relay: relaying?.relay ?? null,
    devices: relaying?.devices ?? null,
    audit: audit?.status() ?? null,
  };
  return { roles, storage: storage.status(), leap: clock.leap() };
}
