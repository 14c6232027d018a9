/**
 * How many tasks a filter finds, and how many it would find with each other value of some of its members. One pass:
 * a task that fails nothing counts everywhere, one that fails a single test counts for the facet of that test.
 */
import { statusOf, type TaskState } from '../../../domain/task/state.ts';
import { Timeslice } from '../../../kernel/timeslice.ts';
import { type FilterTest, followedBy } from './filter.ts';
import type { Facet } from './schemas.ts';

export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

export interface TaskCounts {
  readonly total: number;
  readonly facets: Readonly<Partial<Record<Facet, readonly FacetCount[]>>>;
}

const MOST_SHOWN = 100;
/** Tasks between two looks at the time. */
const STRIDE = 64;

export async function countTasks(
  tasks: readonly { readonly state: TaskState }[],
  tests: readonly FilterTest[],
  facets: readonly Facet[],
): Promise<TaskCounts> {
  const counts = new Map(facets.map((facet) => [facet, new Map<string, number>()] as const));
  let total = 0;
  const slice = new Timeslice();
  for (let index = 0; index < tasks.length; index++) {
    if (index % STRIDE === 0 && slice.isOver()) await slice.next();
    const state = tasks[index]?.state as TaskState;
    const failed = failedOf(tests, state);
    if (failed === 'several') continue;
    if (failed === null) total += 1;
    for (const [facet, found] of counts) {
      if (failed !== null && failed !== facet) continue;
      for (const value of valuesOf(state, facet)) found.set(value, (found.get(value) ?? 0) + 1);
    }
  }
  return { total, facets: Object.fromEntries([...counts].map(([facet, found]) => [facet, mostOf(found)])) };
}

/** The member whose test alone fails; null where none does. */
function failedOf(tests: readonly FilterTest[], state: TaskState): FilterTest['member'] | 'several' | null {
  let failed: FilterTest['member'] | null = null;
  for (const { member, fits } of tests) {
    if (fits(state)) continue;
    if (failed !== null) return 'several';
    failed = member;
  }
  return failed;
}

function valuesOf(state: TaskState, facet: Facet): readonly string[] {
  switch (facet) {
    case 'status':
      return [statusOf(state)];
    case 'task_type':
      return [state.task_type];
    case 'priority':
      return [state.priority];
    case 'tag':
      return [...new Set(state.tags)];
    case 'template_id':
      return state.template_id === null ? [] : [state.template_id];
    case 'calendar_id':
      return [...new Set(followedBy(state))];
  }
}

function mostOf(found: ReadonlyMap<string, number>): FacetCount[] {
  return [...found]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, MOST_SHOWN);
}
