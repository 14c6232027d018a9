/** Undo over REST. What comes back is held against the caller's tier, as where the caller sends it. */
import { undoOnce } from '../../application/use-cases/undo-change.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { UndoneEvent } from '../../domain/task/commands.ts';
import { editedFields } from '../../domain/task/decide/undo.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { LimitsOf } from '../auth/tier.ts';
import { taskIdOf } from '../router/paths.ts';
import { etagOf, ifMatchOf } from '../router/preconditions.ts';
import type { Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { json } from '../server/answer.ts';
import { invalid, type Problem } from '../server/problem.ts';
import { taskOf } from '../tasks/representation.ts';
import { tierFaults } from '../tasks/tier-faults.ts';
import type { HistoryHandlersDeps } from './handlers.ts';
import { undoRoute } from './routes.ts';

export interface UndoDeps extends Pick<HistoryHandlersDeps, 'catalog'> {
  readonly queries: Parameters<typeof undoOnce>[0];
  readonly writes: Pick<Writes, 'perform'>;
  readonly limitsOf: LimitsOf;
}

export function mountUndo(router: Router, { queries, writes, limitsOf, catalog }: UndoDeps): void {
  router.user(undoRoute, {
    handle: (call, { body }) => {
      const request = {
        userId: call.caller.userId,
        taskId: taskIdOf(call),
        sequence: body.sequence as Sequence,
        ifMatch: ifMatchOf(call.request.headers.get('if-match')),
        now: call.now,
        reason: body.reason ?? null,
        refusalOf: (undone: UndoneEvent, task: TaskState) => beyondTierNow(limitsOf, call, undone, task),
      };
      return writes.perform(
        call,
        async (write) => {
          const { snapshot } = await undoOnce(queries, write, request);
          const { revision, sequence } = snapshot;
          const headers = { ETag: etagOf(revision), 'Event-Sequence': String(sequence) };
          return json(200, taskOf(snapshot, catalog), headers);
        },
        BY_EVENT,
      );
    },
  });
}

/** The task after an event is told by its history up to there. */
const BY_EVENT = true;

async function beyondTierNow(
  limitsOf: LimitsOf,
  call: UserCall,
  { event, before }: UndoneEvent,
  task: TaskState,
): Promise<Problem | null> {
  if (before === null || !editedFields(event).includes('schedule')) return null;
  const faults = await tierFaults(limitsOf, call.caller, before.schedule, task.schedule);
  return faults.length === 0
    ? null
    : invalid(faults.map((fault) => ({ ...fault, loc: ['body', 'sequence'] })));
}
