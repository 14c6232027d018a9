import type { Ids } from '../src/application/ports.ts';
import type { CreditMicros } from '../src/domain/credits.ts';
import { NO_HASH, NO_REVISION, NO_SEQUENCE, type UserId } from '../src/domain/ids.ts';
import { type Instant, instantOf } from '../src/domain/instant.ts';
import { DEFAULT_OPTIONS } from '../src/domain/schedule/options.ts';
import type { Schedule } from '../src/domain/schedule/types.ts';
import { createTask } from '../src/domain/task/decide.ts';
import type { JetStreamEventLog } from '../src/jetstream/event-log.ts';

const AT_ONCE = 1_000;

/** Appends `task.created` for tasks that are due once, each at its instant, straight to the log. */
export async function seedOnceTasks(
  log: JetStreamEventLog,
  ids: Ids,
  users: number,
  prefix: string,
  runTimes: readonly Instant[],
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, runTimes.length) }, async () => {
      for (;;) {
        const index = next++;
        const runTime = runTimes[index];
        if (runTime === undefined) return;
        await seedOne(log, ids, `${prefix}${index % users}` as UserId, runTime);
      }
    }),
  );
}

async function seedOne(log: JetStreamEventLog, ids: Ids, userId: UserId, run_time: Instant): Promise<void> {
  const now = instantOf(Date.now());
  const decision = createTask(null, {
    now,
    task_type: 'todo',
    name: 'Nothing to do',
    description: null,
    priority: 'medium',
    config: {},
    schedule: once(run_time),
    credits_per_run_micros: 0 as CreditMicros,
    tags: [],
    metadata: {},
    due_date: null,
    reminder_time: null,
    remind_before: null,
    template_id: null,
  });
  if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
  const appended = await log.append({
    userId,
    taskId: ids.taskId(now),
    eventId: ids.eventId(now),
    time: now,
    event: decision.event,
    context: { actor: `user:${userId}`, correlation_id: 'bench', causation_id: null, traceparent: null },
    after: { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH },
  });
  if (appended.kind !== 'appended') throw new Error('a seeded task was there already');
}

function once(run_time: Instant): Schedule {
  return { ...DEFAULT_OPTIONS, type: 'once', run_time };
}
