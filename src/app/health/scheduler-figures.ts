/** The scheduler for operators: who leads, as the lease has it, and how the one in this process is. */
import type { LogFollower } from '../../application/ports/log/following.ts';
import type { SchedulerFigures } from '../../http/scheduler/handlers.ts';
import type { JetStreamLease } from '../../jetstream/leases/lease.ts';
import type { SchedulerStatus } from '../../scheduler/scheduler.ts';

/** `status` null: this process has none. Throws LogUnavailable. */
export async function schedulerFigures(
  lease: Pick<JetStreamLease, 'look'>,
  follower: Pick<LogFollower, 'lastSequence'>,
  status: SchedulerStatus | null,
): Promise<SchedulerFigures> {
  const [holder, end] = await Promise.all([lease.look(), follower.lastSequence()]);
  return {
    leader: holder?.holder ?? null,
    term: holder?.term ?? null,
    state: status?.state ?? null,
    tasks: status?.tasks ?? null,
    armed_timers: status?.armed_timers ?? null,
    held_back: status?.held_back ?? null,
    overdue_ms: status === null ? null : Math.round(status.overdue_ms),
    lateness_ms: status?.lateness_ms ?? null,
    position: status?.position ?? null,
    lag: status === null ? null : Math.max(0, end - status.position),
  };
}
