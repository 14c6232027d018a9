import { revisionFor } from '../../application/commands/if-match.ts';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import { type Json, objectOrNull } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { taskIdOf } from '../router/paths.ts';
import { etagOf, ifMatchOf } from '../router/preconditions.ts';
import type { Router } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { json } from '../server/answer.ts';
import type { Fault } from '../server/problem.ts';
import { taskOf } from '../tasks/representation.ts';
import { completeRoute } from './routes.ts';

interface OccurrencesDeps {
  readonly writes: Pick<Writes, 'perform'>;
  readonly catalog: TaskTypeCatalog;
}

export function mountOccurrences(router: Router, { writes, catalog }: OccurrencesDeps): void {
  router.user(completeRoute, {
    inspect: (_, body) => ({ faults: seriesFaults(body), found: undefined }),
    handle: (call, { body }) => {
      const { slot = null, done, series, reason = null } = body;
      const ifMatch = ifMatchOf(call.request.headers.get('if-match'));
      return writes.perform(call, async (write) => {
        const { snapshot } = await write.execute(taskIdOf(call), (state) => ({
          type: 'mark_occurrence',
          data: { slot, done, series, reason, if_match: revisionFor(ifMatch, state) },
        }));
        const { revision, sequence } = snapshot;
        const headers = { ETag: etagOf(revision), 'Event-Sequence': String(sequence) };
        return json(200, taskOf(snapshot, catalog), headers);
      });
    },
  });
}

/** The series is done as a whole, and reopened by its status. */
function seriesFaults(body: Json | undefined): Fault[] {
  const { series, slot, done } = objectOrNull(body) ?? {};
  if (series !== true) return [];
  const conflict = (name: string): Fault => ({
    loc: ['body', name],
    type: 'conflict',
    ...says`excludes series`,
  });
  return [
    ...((slot ?? null) === null ? [] : [conflict('slot')]),
    ...(done === false ? [conflict('done')] : []),
  ];
}
