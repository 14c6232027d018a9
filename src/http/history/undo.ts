/** Undo over REST. What comes back is held against the rules of today, as where the caller sends it. */

import { undoOnce } from '../../application/use-cases/undo-change.ts';
import { creditsOf } from '../../domain/shared/credits.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { sameJson } from '../../domain/shared/json.ts';
import { saidOf } from '../../domain/shared/says.ts';
import type { UndoneEvent } from '../../domain/task/commands.ts';
import { editedFields } from '../../domain/task/decide/undo.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { TaskTypeTerms } from '../../domain/task/type-terms.ts';
import type { LimitsOf } from '../auth/tier.ts';
import { taskIdOf } from '../router/paths.ts';
import { etagOf, ifMatchOf } from '../router/preconditions.ts';
import type { Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { json } from '../server/answer.ts';
import { type Fault, invalid, type Problem } from '../server/problem.ts';
import { askedAs, updateFaults } from '../tasks/inspect.ts';
import { taskOf } from '../tasks/representation.ts';
import { tierFaults } from '../tasks/tier-faults.ts';
import type { HistoryHandlersDeps } from './handlers.ts';
import { undoRoute } from './routes.ts';

export interface UndoDeps extends Pick<HistoryHandlersDeps, 'catalog'> {
  readonly queries: Parameters<typeof undoOnce>[0];
  readonly writes: Pick<Writes, 'perform'>;
  readonly limitsOf: LimitsOf;
  readonly taskTypeTerms: TaskTypeTerms;
}

export function mountUndo(router: Router, deps: UndoDeps): void {
  const { queries, writes, catalog } = deps;
  router.user(undoRoute, {
    handle: (call, { body }) => {
      const request = {
        userId: call.caller.userId,
        taskId: taskIdOf(call),
        sequence: body.sequence as Sequence,
        ifMatch: ifMatchOf(call.request.headers.get('if-match')),
        now: call.now,
        reason: body.reason ?? null,
        refusalOf: (undone: UndoneEvent, task: TaskState) => refusalOf(deps, call, undone, task),
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

/** As if the caller had sent it: what a tier, a price or a config may be today. What is so now already stays allowed. */
async function refusalOf(
  { limitsOf, catalog, taskTypeTerms }: UndoDeps,
  call: UserCall,
  { event, before }: UndoneEvent,
  task: TaskState,
): Promise<Problem | null> {
  if (before === null) return null;
  const fields = editedFields(event);
  const isBack = (field: 'config' | 'credits_per_run_micros') => sameJson(before[field], task[field]);
  const schedule = fields.includes('schedule') && before.schedule !== null ? askedAs(before.schedule) : null;
  const sent = {
    ...(fields.includes('config') && !isBack('config') ? { config: before.config } : {}),
    ...(fields.includes('credits_per_run') && !isBack('credits_per_run_micros')
      ? { credits_per_run: creditsOf(before.credits_per_run_micros) }
      : {}),
  };
  const faults = [
    ...(await tierFaults(limitsOf, call.caller, schedule, task.schedule)),
    ...updateFaults(sent, task, catalog, taskTypeTerms),
  ];
  return faults.length === 0 ? null : invalid(faults.map(ofSequence));
}

/** The field is none of the body: its name goes into the sentence. */
function ofSequence({ loc, type, ...said }: Fault): Fault {
  return { loc: ['body', 'sequence'], type, ...saidOf(loc.slice(1).join('.'), said) };
}
