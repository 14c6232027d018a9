import { backfillRange } from '../../application/use-cases/backfill-range.ts';
import { type Instant, instantFromRfc3339 } from '../../domain/shared/instant.ts';
import { type Json, objectOrNull } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { taskIdOf } from '../router/paths.ts';
import { ifMatchOf } from '../router/preconditions.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import type { Fault } from '../server/problem.ts';
import { backfillRoute } from './routes.ts';

export function mountBackfill(router: Router, deps: { readonly writes: Writes }): void {
  router.user(backfillRoute, {
    validateAfterReplay: true,
    inspect: (call, body) => ({ faults: rangeFaults(body, call.now), found: undefined }),
    handle: (call, { body }) => backfill(deps.writes, call, body),
  });
}

function backfill(
  writes: Writes,
  call: UserCall,
  { from, to, schedule_id = null }: Input<typeof backfillRoute, undefined>['body'],
): Promise<Answer> {
  const taskId = taskIdOf(call);
  const ifMatch = ifMatchOf(call.request.headers.get('if-match'));
  return writes.perform(call, async (write) => {
    const { snapshot, slots } = await backfillRange(write, { taskId, ifMatch, from, to, schedule_id });
    return json(
      202,
      { task_id: taskId, slots, count: slots.length },
      { 'Event-Sequence': String(snapshot.sequence) },
    );
  });
}

/** A range that has been, and is none without an end after its beginning. */
function rangeFaults(body: Json | undefined, now: Instant): Fault[] {
  const range = objectOrNull(body);
  const instantOf = (value: Json | undefined) =>
    typeof value === 'string' ? instantFromRfc3339(value) : null;
  const from = instantOf(range?.from);
  const to = instantOf(range?.to);
  const faults: Fault[] = [];
  if (to !== null && to > now) {
    faults.push({ loc: ['body', 'to'], type: 'out_of_range', ...says`must not be in the future` });
  }
  if (from !== null && to !== null && from > to) {
    faults.push({ loc: ['body', 'from'], type: 'conflict', ...says`must not be after to` });
  }
  return faults;
}
