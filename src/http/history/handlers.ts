import type { LogPlaces } from '../../application/ports/log/log-places.ts';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { AsOf } from '../../application/queries/history/task-history.ts';
import { maskedEvent } from '../../application/queries/masked-event.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import { NO_SEQUENCE, type Sequence } from '../../domain/shared/ids.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { requirePlaces } from '../events/log-places.ts';
import { taskIdOf } from '../router/paths.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { type Answer, json, jsonText } from '../server/answer.ts';
import { invalid, Problem } from '../server/problem.ts';
import { taskOf } from '../tasks/representation.ts';
import { DEFAULT_TASKS_LIMIT } from '../tasks/schemas.ts';
import { changesBetween, patchOf, type Sides } from './json-diff.ts';
import { diffTaskRoute, JSON_PATCH, listEventsRoute } from './routes.ts';

export interface HistoryHandlersDeps {
  readonly queries: Pick<TaskQueries, 'task' | 'past' | 'eventPage'>;
  readonly catalog: TaskTypeCatalog;
  readonly logPlaces: Pick<LogPlaces, 'faultOfSequence'>;
  readonly cloudEventOf: (event: RecordedTaskEvent) => object;
}

export function mountHistory(router: Router, deps: HistoryHandlersDeps): void {
  router.user(listEventsRoute, { handle: (call, { query }) => eventsOfTask(deps, call, query) });
  router.user(diffTaskRoute, {
    inspectQuery: ({ from, to }) =>
      from !== undefined && to !== undefined && isLater(from, to) ? [REVERSED] : [],
    handle: (call, { query }) => diffOfTask(deps, call, query),
  });
}

const REVERSED = { loc: ['query', 'from'], type: 'invalid_range', ...says`must not be later than to` };
/** Events of a diff that are listed. */
const MOST_EVENTS = 500;

/** Shown also once it is deleted. */
async function currentTask({ queries }: HistoryHandlersDeps, call: UserCall): Promise<TaskSnapshot> {
  const task = await queries.task(call.caller.userId, taskIdOf(call));
  if (task === null) throw new Problem('TASK_NOT_FOUND');
  return task;
}

async function eventsOfTask(
  deps: HistoryHandlersDeps,
  call: UserCall,
  query: Input<typeof listEventsRoute, undefined>['query'],
): Promise<Answer> {
  const { queries, catalog, cloudEventOf } = deps;
  const task = await currentTask(deps, call);
  await requirePlaces(deps.logPlaces, query.after);
  const { order = 'asc', after = 0, before, types, limit = DEFAULT_TASKS_LIMIT } = query;
  const page = await queries.eventPage(
    task,
    {
      order,
      after: after as Sequence,
      before: before === undefined ? null : (before as Sequence),
      types: types === undefined ? null : new Set(types),
      limit,
    },
    (event) => {
      const shown = cloudEventOf(maskedEvent(event, task.state.task_type, catalog));
      return JSON.stringify({ sequence: event.meta.sequence, event: shown });
    },
  );
  const { texts, ...places } = page;
  const rest = JSON.stringify(places).slice(1);
  return jsonText(200, `{"events":[${texts.join(',')}],${rest}`);
}

async function diffOfTask(
  deps: HistoryHandlersDeps,
  call: UserCall,
  { from, to }: Input<typeof diffTaskRoute, undefined>['query'],
): Promise<Answer> {
  const { queries, catalog } = deps;
  const task = await currentTask(deps, call);
  await requirePlaces(deps.logPlaces, from, to);
  const before = await queries.past.asOf(task, from);
  const after = to === undefined ? task : await queries.past.asOf(task, to);
  if (after === null) throw new Problem('TASK_NOT_FOUND', { detail: 'There was no such task then.' });
  if (before !== null && before.sequence > after.sequence) throw invalid([REVERSED]);
  const changes =
    before === null
      ? [{ path: '', to: sidesOf(after, catalog).shown }]
      : changesBetween(sidesOf(before, catalog), sidesOf(after, catalog));
  const headers = { Vary: 'Accept' };
  if (wantsPatch(call.request)) {
    return json(200, patchOf(changes), { ...headers, 'Content-Type': JSON_PATCH });
  }
  const between: object[] = [];
  const page = await queries.eventPage(
    task,
    {
      order: 'asc',
      after: before?.sequence ?? NO_SEQUENCE,
      before: (after.sequence + 1) as Sequence,
      types: null,
      limit: MOST_EVENTS,
    },
    ({ type, meta: { sequence, time, actor } }) => {
      between.push({ sequence, type, time, actor });
      return '';
    },
  );
  const events = between.slice(0, page.texts.length);
  const { has_more } = page;
  return json(200, { from: placeOf(before), to: placeOf(after), changes, events, has_more }, headers);
}

function sidesOf(task: TaskSnapshot, catalog: TaskTypeCatalog): Sides {
  const shown = taskOf(task, catalog) as unknown as JsonObject;
  return { shown, plain: { ...shown, config: task.state.config as Json } };
}

function placeOf(task: TaskSnapshot | null) {
  return task && { sequence: task.sequence, revision: task.revision };
}

/** Where both are of one kind; of a time and a sequence, only the log can tell. */
function isLater(a: AsOf, b: AsOf): boolean {
  if ('sequence' in a) return 'sequence' in b && a.sequence > b.sequence;
  return 'time' in b && a.time > b.time;
}

function wantsPatch(request: Request): boolean {
  return (request.headers.get('accept') ?? '')
    .split(',')
    .some((range) => range.split(';')[0]?.trim().toLowerCase() === JSON_PATCH);
}
