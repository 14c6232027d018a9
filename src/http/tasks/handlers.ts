import type { z } from '@hono/zod-openapi';
import type { Admissions } from '../../application/commands/admissions.ts';
import type { AskedOfTask } from '../../application/commands/execute-command.ts';
import { revisionFor } from '../../application/commands/if-match.ts';
import type { LogPlaces } from '../../application/ports/log/log-places.ts';
import type { AsOf } from '../../application/queries/history/task-history.ts';
import type { UserPast } from '../../application/queries/history/user-past.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { dryRun } from '../../application/use-cases/dry-run.ts';
import { type TemplateUse, taskFromTemplate } from '../../application/use-cases/task-from-template.ts';
import { taskScheduleFrom } from '../../domain/schedule/parse/schedules.ts';
import type { Snapshot } from '../../domain/shared/event.ts';
import type { TaskId } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { type Json, objectOrNull, sameJson } from '../../domain/shared/json.ts';
import type { CreateTask, PauseTask } from '../../domain/task/commands.ts';
import type { TaskState } from '../../domain/task/state.ts';
import type { CheckAccount } from '../auth/account-check.ts';
import { tierBasisOf } from '../auth/tier.ts';
import { requirePlaces } from '../events/log-places.ts';
import { taskIdOf, taskPath } from '../router/paths.ts';
import { etagOf, ifMatchOf, isNotModified } from '../router/preconditions.ts';
import type { Input, Inspected, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { type Answer, json, jsonText } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import { skipSlotRoute } from '../slots/routes.ts';
import { bulkFaults, changeMany } from './bulk/change-many.ts';
import { dueParts } from './due-date.ts';
import { type DryRunQuery, foretoldAnswer } from './foretold.ts';
import { givenFieldsOf, inspectTemplateUse, type TemplateUseDeps } from './from-template.ts';
import {
  type AskedSchedules,
  createFaults,
  inspectSchedule,
  orAsked,
  outsideFaults,
  scheduleReadingOf,
  updateFaults,
} from './inspect.ts';
import { mountTaskList } from './listing/handlers.ts';
import { taskOf } from './representation.ts';
import * as routes from './routes.ts';
import {
  CreateTaskBody,
  type GetTaskQuery,
  IMMUTABLE_FIELDS,
  type ReasonBody,
  TemplateTaskBody,
} from './schemas.ts';
import { tierFaults, tierProblem } from './tier-faults.ts';
import { triggerParts } from './trigger-field.ts';
import { changesOf, withStored } from './update-body.ts';

export interface TaskHandlersDeps extends TemplateUseDeps {
  readonly admissions: Pick<Admissions, 'refusalOf'>;
  readonly newTaskId: (now: Instant) => TaskId;
  readonly queries: TaskQueriesPort;
  readonly userPast: Pick<UserPast, 'tasksOf'>;
  readonly logPlaces: Pick<LogPlaces, 'faultOfSequence'>;
  readonly writes: Writes;
  readonly checkAccount: CheckAccount;
}
export type TaskQueriesPort = Pick<
  TaskQueries,
  'task' | 'ownerOf' | 'past' | 'tasksOf' | 'executions' | 'executionsOf' | 'execution' | 'eventPage'
>;

type DryRunAsked = z.output<typeof DryRunQuery>;
/** What is found of a body that makes a task: the schedule in it, or what it makes of its template. */
type Found = AskedSchedules | TemplateUse | null;
type UpdateInput = Input<typeof routes.patchTaskRoute, AskedSchedules | null>;

export function mountTasks(router: Router, deps: TaskHandlersDeps): void {
  const handlers = new TaskHandlers(deps);
  router.user(routes.createTaskRoute, {
    validateAfterReplay: true,
    schemaFor: (body) => (namesTemplate(body) ? TemplateTaskBody : CreateTaskBody),
    inspect: async (call, body): Promise<Inspected<Found>> => {
      if (namesTemplate(body)) return inspectTemplateUse(deps, call, body);
      const schedule = await inspectSchedule(body, scheduleReadingOf(deps, call));
      const ofTier = await tierFaults(deps.limitsOf, call.caller, schedule.found);
      const ofBody = createFaults(body, deps.catalog, deps.taskTypeTerms);
      const faults = [...schedule.faults, ...ofTier, ...ofBody];
      const problem = await tierProblem(deps, call, objectOrNull(body)?.task_type);
      const inspected = { faults, found: schedule.found, ...(problem === null ? {} : { problem }) };
      const { task_type, config = {} } = objectOrNull(body) ?? {};
      return orAsked(inspected, () => outsideFaults(task_type, config, deps.outsideChecks, call));
    },
    handle: (call, { query, body, found }) =>
      'template_id' in body
        ? handlers.createFromTemplate(call, query, body, found as TemplateUse | null)
        : handlers.create(call, query, body, found as AskedSchedules | null),
  });
  router.user(routes.taskFromTemplateRoute, {
    validateAfterReplay: true,
    inspect: (call, body) => inspectTemplateUse(deps, call, body),
    handle: (call, { query, body, found }) => handlers.createFromTemplate(call, query, body, found),
  });
  mountTaskList(router, deps);
  router.user(routes.getTaskRoute, {
    handle: (call, { query }) => handlers.get(call, query),
  });
  for (const route of [routes.putTaskRoute, routes.patchTaskRoute]) {
    router.user(route, {
      validateAfterReplay: true,
      immutable: IMMUTABLE_FIELDS,
      inspect: (call, body) => handlers.inspectUpdate(call, body),
      handle: (call, input) => handlers.update(call, input),
    });
  }
  router.user(routes.deleteTaskRoute, { handle: (call) => handlers.delete(call) });
  router.user(skipSlotRoute, { handle: (call, { body }) => handlers.skipSlot(call, body) });
  router.user(routes.pauseTaskRoute, handlers.action('pause'));
  router.user(routes.resumeTaskRoute, handlers.action('resume'));
  router.user(routes.cancelTaskRoute, handlers.action('cancel'));
  router.user(routes.restoreTaskRoute, handlers.action('restore'));
  router.user(routes.bulkRoute, {
    inspect: (_, body) => ({ faults: bulkFaults(body), found: undefined }),
    handle: (call, { body }) => changeMany(deps, call, body),
  });
}

class TaskHandlers {
  readonly #deps: TaskHandlersDeps;

  constructor(deps: TaskHandlersDeps) {
    this.#deps = deps;
  }

  create(
    call: UserCall,
    query: DryRunAsked,
    body: z.output<typeof CreateTaskBody>,
    asked: AskedSchedules | null,
  ): Promise<Answer> {
    const least = this.#deps.taskTypeTerms[body.task_type].credits_per_run_micros;
    const { credits_per_run: credits_per_run_micros = least, schedules: _, ...others } = body;
    const { trigger, due_timezone, ...fields } = others;
    return this.#create(call, query, () => ({
      ...fields,
      ...triggerParts(trigger),
      ...dueParts({ due_date: fields.due_date, due_timezone }),
      schedule: asked && taskScheduleFrom(asked.all, null),
      credits_per_run_micros,
      template_id: null,
    }));
  }

  createFromTemplate(
    call: UserCall,
    query: DryRunAsked,
    body: z.output<typeof TemplateTaskBody>,
    use: TemplateUse | null,
  ): Promise<Answer> {
    return this.#create(call, query, () => {
      if (use === null) throw new Error('a template that may not be used was not refused');
      return taskFromTemplate(givenFieldsOf(body), use);
    });
  }

  async #create(
    call: UserCall,
    { dry_run }: DryRunAsked,
    fields: () => Omit<CreateTask, 'now'>,
  ): Promise<Answer> {
    const { checkAccount, writes, newTaskId } = this.#deps;
    const account = () => checkAccount(call.caller.userId, call.context.traceparent);
    // Asked only where an earlier try has not made the task: a repeat has its answer all the same.
    const askedUnless =
      (refused: Problem | null): AskedOfTask =>
      () => {
        if (refused !== null) throw refused;
        return { type: 'create', data: fields() };
      };
    if (dry_run) return this.#foretold(call, newTaskId(call.now), askedUnless(await account()));
    return writes.perform(
      call,
      async (write) => {
        const refused = await account();
        const taskId = write.newTaskId();
        const { snapshot } = await write.execute(taskId, askedUnless(refused));
        return this.#written(201, snapshot, { Location: taskPath(taskId) });
      },
      BY_EVENT,
    );
  }

  async #foretold(call: UserCall, taskId: TaskId, asked: AskedOfTask): Promise<Answer> {
    if (call.refused !== null) throw call.refused;
    const { catalog } = this.#deps;
    const { caller, now } = call;
    const run = { userId: caller.userId, taskId, basis: tierBasisOf(caller), now, asked };
    return foretoldAnswer(await dryRun(this.#deps, run), catalog, now);
  }

  async get(call: UserCall, query: z.output<typeof GetTaskQuery>): Promise<Answer> {
    const includeDeleted = query.include_deleted === true;
    const now = await this.#task(call, includeDeleted);
    const task = query.as_of === undefined ? now : await this.#taskAsOf(now, query.as_of, includeDeleted);
    const headers = { ETag: etagOf(task.revision), 'Cache-Control': 'private, no-cache' };
    if (isNotModified(call.request.headers.get('if-none-match'), task.revision)) {
      return { status: 304, headers, body: null };
    }
    return json(200, taskOf(task, this.#deps.catalog), headers);
  }

  /**
   * Reads the task only where the body cannot be judged without it: its config by the task's type, its reminders and
   * a zone by the due date, its faults after the task's existence.
   */
  async inspectUpdate(call: UserCall, body: Json | undefined): Promise<Inspected<AskedSchedules | null>> {
    const schedule = await inspectSchedule(body, scheduleReadingOf(this.#deps, call));
    const { config, remind_before, credits_per_run, due_timezone } = objectOrNull(body) ?? {};
    const { limitsOf, catalog, taskTypeTerms } = this.#deps;
    const isFaulty =
      schedule.faults.length > 0 || (await tierFaults(limitsOf, call.caller, schedule.found)).length > 0;
    const others = [config, remind_before, credits_per_run, due_timezone];
    if (others.every((one) => one === undefined) && !isFaulty) return schedule;
    const task = await this.#taskOrNull(call, false);
    if (task === null) return { faults: [], problem: new Problem('TASK_NOT_FOUND'), found: null };
    const stored = task.state.schedule;
    const known = await inspectSchedule(body, { ...scheduleReadingOf(this.#deps, call), stored });
    const faults = [
      ...known.faults,
      ...(await tierFaults(limitsOf, call.caller, known.found, task.state.schedule)),
      ...updateFaults(body, task.state, catalog, taskTypeTerms),
    ];
    return orAsked({ faults, found: known.found }, async () => {
      const given = objectOrNull(config);
      if (given === null || sameJson(given, task.state.config)) return [];
      const { task_type } = task.state;
      const unmasked = catalog.unmasked(task_type, given, task.state.config);
      return outsideFaults(task_type, unmasked, this.#deps.outsideChecks, call);
    });
  }

  update(call: UserCall, { query, body, found }: UpdateInput): Promise<Answer> {
    const { catalog } = this.#deps;
    const edit = editOf(call, body.reason ?? null);
    const status = body.status ?? null;
    const changes = changesOf(body);
    const asked: AskedOfTask = (state) => {
      if (status === 'running' || status === 'failed') {
        return { type: 'update_to_status_of_runs', data: edit(state), status };
      }
      const known = state === null ? changes : withStored(changes, { body, asked: found }, state, catalog);
      return { type: 'update', data: { ...edit(state), changes: known, status } };
    };
    if (query.dry_run) return this.#foretold(call, taskIdOf(call), asked);
    return this.#change(call, asked);
  }

  /** A route that changes the status, for a reason that may be given. */
  action(type: 'pause' | 'resume' | 'cancel' | 'restore') {
    return {
      handle: (call: UserCall, { body }: { readonly body: z.output<typeof ReasonBody> }) => {
        const edit = editOf(call, body.reason ?? null);
        return this.#change(call, (state) => ({ type, data: edit(state) }));
      },
    };
  }

  skipSlot(call: UserCall, { slot, skip, reason }: Input<typeof skipSlotRoute, undefined>['body']) {
    const edit = editOf(call, reason ?? null);
    return this.#change(call, (state) => ({ type: 'skip_slot', data: { ...edit(state), slot, skip } }));
  }

  delete(call: UserCall): Promise<Answer> {
    const taskId = taskIdOf(call);
    const edit = editOf(call, null);
    return this.#deps.writes.perform(call, async (write) => {
      const { snapshot } = await write.execute(taskId, (state) => ({ type: 'delete', data: edit(state) }));
      const body = { message: 'Task deleted successfully', task_id: taskId };
      return json(200, body, { 'Event-Sequence': String(snapshot.sequence) });
    });
  }

  /** The caller's task; 404 where there is none, or a deleted one that was not asked for. */
  async #task(call: UserCall, includeDeleted: boolean): Promise<Snapshot<TaskState>> {
    const task = await this.#taskOrNull(call, includeDeleted);
    if (task === null) throw new Problem('TASK_NOT_FOUND');
    return task;
  }

  async #taskOrNull(call: UserCall, includeDeleted: boolean): Promise<Snapshot<TaskState> | null> {
    const task = await this.#deps.queries.task(call.caller.userId, taskIdOf(call));
    return task === null || (task.state.deleted_at !== null && !includeDeleted) ? null : task;
  }

  /** 404 where it was not there then. */
  async #taskAsOf(
    task: Snapshot<TaskState>,
    asOf: AsOf,
    includeDeleted: boolean,
  ): Promise<Snapshot<TaskState>> {
    await requirePlaces(this.#deps.logPlaces, asOf);
    const then = await this.#deps.queries.past.asOf(task, asOf);
    if (then === null || (then.state.deleted_at !== null && !includeDeleted)) {
      throw new Problem('TASK_NOT_FOUND', { detail: 'There was no such task then.' });
    }
    return then;
  }

  #change(call: UserCall, asked: AskedOfTask): Promise<Answer> {
    const taskId: TaskId = taskIdOf(call);
    return this.#deps.writes.perform(
      call,
      async (write) => {
        const { snapshot } = await write.execute(taskId, asked);
        return this.#written(200, snapshot);
      },
      BY_EVENT,
    );
  }

  #written(status: number, snapshot: Snapshot<TaskState>, headers: Record<string, string> = {}): Answer {
    const body = JSON.stringify(taskOf(snapshot, this.#deps.catalog));
    return jsonText(status, body, { ...writtenHeaders(snapshot), ...headers });
  }
}

/** A task as it is after its event is told by its history up to there. */
const BY_EVENT = true;

function namesTemplate(body: Json | undefined): boolean {
  return objectOrNull(body)?.template_id !== undefined;
}

/** Who edits when, on what condition; which revision that is depends on the task. */
function editOf(call: UserCall, reason: string | null): (state: TaskState | null) => Omit<PauseTask, 'now'> {
  const ifMatch = ifMatchOf(call.request.headers.get('if-match'));
  return (state) => ({ if_match: revisionFor(ifMatch, state), reason });
}

function writtenHeaders({ revision, sequence }: Snapshot<TaskState>): Record<string, string> {
  return { ETag: etagOf(revision), 'Event-Sequence': String(sequence) };
}
