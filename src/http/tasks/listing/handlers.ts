import type { LogPlaces } from '../../../application/ports/log/log-places.ts';
import type { TaskTypeCatalog } from '../../../application/ports/task-types.ts';
import type { UserPast } from '../../../application/queries/history/user-past.ts';
import type { ListedTask } from '../../../application/queries/lists/listed-task.ts';
import type { TaskQueries } from '../../../application/queries/queries.ts';
import { says } from '../../../domain/shared/says.ts';
import type { TaskSnapshot } from '../../../domain/task/evolve/snapshot.ts';
import { KeyedQueue } from '../../../kernel/keyed-queue.ts';
import { requirePlaces } from '../../events/log-places.ts';
import { invalidCursor, offsetFaults } from '../../router/cursor.ts';
import { hasTag } from '../../router/preconditions.ts';
import type { Router, UserCall } from '../../router/route.ts';
import { type Answer, jsonText } from '../../server/answer.ts';
import { taskOf, taskSummaryOf } from '../representation.ts';
import { listTasksRoute } from '../routes.ts';
import { DEFAULT_TASKS_LIMIT } from '../schemas.ts';
import { countTasks } from './counts.ts';
import { shownFilters, testsOf } from './filter.ts';
import { ListAnswers } from './list-answers.ts';
import { cursorAfter, listPositionOf, type PageRow, pageOfTasks } from './page.ts';
import { DEFAULT_SORT, type ListTasksFilter } from './schemas.ts';

export interface TaskListDeps {
  readonly queries: Pick<TaskQueries, 'task' | 'tasksOf' | 'past'>;
  readonly userPast: Pick<UserPast, 'tasksOf'>;
  readonly logPlaces: Pick<LogPlaces, 'faultOfSequence'>;
  readonly catalog: TaskTypeCatalog;
}

/** Characters of JSON that one page has at most, whatever its limit; one task it has in any case. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
/** Tasks whose large members are read at once. */
const READS_AT_ONCE = 16;

export function mountTaskList(router: Router, deps: TaskListDeps): void {
  const list = new TaskList(deps);
  router.user(listTasksRoute, {
    inspectQuery: ({ sort, cursor, offset }, wrong) => [
      // Without an order nobody knows whether it is a cursor of it.
      ...(cursor !== undefined && !wrong.has('sort') && listPositionOf(cursor, sort ?? DEFAULT_SORT) === null
        ? [invalidCursor(says`is not a cursor of a list in this order`)]
        : []),
      ...offsetFaults({ cursor, offset }),
    ],
    handle: (call, { query }) => list.answer(call, query),
  });
}

class TaskList {
  readonly #deps: TaskListDeps;
  readonly #answers = new ListAnswers();
  readonly #making = new KeyedQueue();

  constructor(deps: TaskListDeps) {
    this.#deps = deps;
  }

  async answer(call: UserCall, filter: ListTasksFilter): Promise<Answer> {
    const { queries, userPast, logPlaces } = this.#deps;
    const { userId } = call.caller;
    if (filter.as_of !== undefined) await requirePlaces(logPlaces, filter.as_of);
    const tasks: readonly ListedTask[] =
      filter.as_of === undefined
        ? await queries.tasksOf(userId)
        : await userPast.tasksOf(userId, filter.as_of);
    const { body, tag } = await this.#answers.of(userId, call.request.url, tasks, () =>
      // One at a time of one user: many at once would pause for others together, and that is no pause.
      this.#making.run(userId, () => this.#page(tasks, filter)),
    );
    const headers = { ETag: `W/"${tag}"`, 'Cache-Control': 'private, no-cache' };
    const known = call.request.headers.get('if-none-match');
    if (known !== null && hasTag(known, tag)) return { status: 304, headers, body: null };
    return jsonText(200, body, headers);
  }

  async #page(tasks: readonly ListedTask[], filter: ListTasksFilter): Promise<string> {
    const { sort = DEFAULT_SORT, limit = DEFAULT_TASKS_LIMIT, offset = 0, total, facets } = filter;
    const after = filter.cursor === undefined ? null : listPositionOf(filter.cursor, sort);
    const tests = testsOf(filter);
    const { rows, more } = await pageOfTasks(tasks, (state) => tests.every(({ fits }) => fits(state)), {
      sort,
      limit,
      offset,
      after,
    });
    const texts = await this.#texts(rows, filter.view === 'summary');
    const last = rows[texts.length - 1];
    const goesOn = last !== undefined && (more || texts.length < rows.length);
    const counts = total || facets !== undefined ? await countTasks(tasks, tests, facets ?? []) : null;
    const others = {
      count: texts.length,
      total: total ? (counts?.total ?? null) : null,
      facets: facets === undefined ? null : (counts?.facets ?? null),
      limit,
      offset,
      filters: shownFilters(filter),
      next_cursor: goesOn ? cursorAfter(last, sort) : null,
    };
    return `{"tasks":[${texts.join(',')}],${JSON.stringify(others).slice(1)}`;
  }

  /** As JSON, of as many of the rows as a page may have. */
  async #texts(rows: readonly PageRow[], isSummary: boolean): Promise<string[]> {
    const { catalog } = this.#deps;
    const texts: string[] = [];
    let characters = 0;
    for (let from = 0; from < rows.length; from += READS_AT_ONCE) {
      const portion = rows.slice(from, from + READS_AT_ONCE).map(({ task }) => task);
      const tasks = isSummary ? portion : await Promise.all(portion.map((task) => this.#whole(task)));
      for (const task of tasks) {
        const text = JSON.stringify(isSummary ? taskSummaryOf(task, catalog) : taskOf(task, catalog));
        characters += text.length;
        if (characters > MOST_CHARACTERS && texts.length > 0) return texts;
        texts.push(text);
      }
    }
    return texts;
  }

  async #whole(task: ListedTask): Promise<TaskSnapshot> {
    if (!task.isCut) return task;
    const { queries } = this.#deps;
    const { user_id, task_id } = task.state;
    const now = await queries.task(user_id, task_id);
    if (now === null || now.sequence === task.sequence) return now ?? task;
    return (await queries.past.asOf(now, { sequence: task.sequence })) ?? task;
  }
}
