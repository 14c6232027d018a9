import { randomBytes } from 'node:crypto';
import type { Admissions } from '../../application/commands/admissions.ts';
import type {
  DestinationsChanged,
  EventDestinations,
} from '../../application/commands/event-destinations.ts';
import type { Ids } from '../../application/ports/clock.ts';
import type {
  DeliveryRecords,
  DestinationProgressStore,
  EndpointCalls,
  ListedDelivery,
} from '../../application/ports/event-deliveries.ts';
import type { LogTimes } from '../../application/ports/log/log.ts';
import { surelyBefore } from '../../application/queries/history/past-place.ts';
import type { DestinationCommand } from '../../domain/destination/decider.ts';
import {
  destinationOf,
  type EventDestination,
  type UserDestinations,
} from '../../domain/destination/event-destination.ts';
import {
  type DestinationId,
  parseDestinationId,
  type ReplayId,
  type Sequence,
} from '../../domain/shared/ids.ts';
import { type Instant, plusMs } from '../../domain/shared/instant.ts';
import type { Json } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { tierBasisOf } from '../auth/tier.ts';
import { decodeCursor, encodeCursor, invalidCursor } from '../router/cursor.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import { commandContext, type Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { type Fault, invalid, Problem, problemOf } from '../server/problem.ts';
import * as routes from './routes.ts';
import { DEFAULT_DELIVERIES_LIMIT } from './schemas.ts';

export interface EventDestinationsDeps {
  readonly destinations: EventDestinations;
  readonly progress: Pick<DestinationProgressStore, 'read'>;
  readonly records: Pick<DeliveryRecords, 'list'>;
  readonly endpoints: Pick<EndpointCalls, 'refusal'>;
  readonly times: LogTimes;
}

interface Deps extends EventDestinationsDeps {
  readonly admissions: Pick<Admissions, 'limitsFor'>;
  readonly writes: Writes;
  readonly ids: Pick<Ids, 'eventId'>;
  readonly stopping: AbortSignal;
}

const NO_STORE = { 'Cache-Control': 'no-store' };
const SECRET_BYTES = 32;
/** Clocks of instances differ by so much at most. */
const CLOCKS_APART_MS = 60_000;

export function mountEventDestinations(router: Router, deps: Deps): void {
  const handlers = new DestinationHandlers(deps);
  const inspect = async (_: UserCall, body: Json | undefined) => ({
    faults: await handlers.urlFaults(body),
    found: undefined,
  });
  router.user(routes.createDestinationRoute, {
    inspect,
    handle: (call, { body }) => handlers.create(call, body),
  });
  router.user(routes.listDestinationsRoute, { handle: (call) => handlers.list(call) });
  router.user(routes.getDestinationRoute, { handle: (call) => handlers.read(call) });
  router.user(routes.changeDestinationRoute, {
    inspect,
    handle: (call, { body }) => handlers.change(call, body),
  });
  router.user(routes.deleteDestinationRoute, { handle: (call) => handlers.remove(call) });
  router.user(routes.listDeliveriesRoute, { handle: (call, { query }) => handlers.deliveries(call, query) });
  router.user(routes.resendRoute, { handle: (call) => handlers.resend(call) });
  router.user(routes.replayEventsRoute, { handle: (call, { body }) => handlers.replay(call, body) });
  router.user(routes.cancelReplayRoute, { handle: (call) => handlers.cancelReplay(call) });
}

class DestinationHandlers {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Where the endpoint stands is looked at here for its author's sake, and again for each call. */
  async urlFaults(body: Json | undefined): Promise<Fault[]> {
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    const url = isObject ? (body as { readonly url?: Json }).url : undefined;
    if (typeof url !== 'string' || url === '') return [];
    const refused = await this.#deps.endpoints.refusal(url, this.#deps.stopping);
    return refused === null
      ? []
      : [{ loc: ['body', 'url'], type: 'egress_refused', ...says`is ${{ refused }}` }];
  }

  /** A repeat after a crash makes another one: what the secret of the first was nobody can know. */
  create(
    call: UserCall,
    body: Input<typeof routes.createDestinationRoute, undefined>['body'],
  ): Promise<Answer> {
    return this.#deps.writes.perform(call, async (write) => {
      if (write.looking) throw new Problem('IDEMPOTENCY_IN_FLIGHT');
      const { ids, times } = this.#deps;
      const last = await times.lastSequence();
      if (body.from !== 'now' && body.from > last) {
        throw new Problem('CURSOR_AHEAD', { members: { last_sequence: last } });
      }
      const destination_id = `dst_${ids.eventId(call.now)}` as DestinationId;
      const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
      const { url, types, task_ids } = body;
      const after = body.from === 'now' ? last : (body.from as Sequence);
      const limit = await this.#limit(call);
      const data = { destination_id, url, secret, types, task_ids, after, limit };
      const changed = await this.#ask(call, { type: 'create', data });
      const destination = await this.#shown(call, found(changed.user, destination_id));
      return json(201, { ...destination, secret }, { ...sequenceHeader(changed), ...NO_STORE });
    });
  }

  async list(call: UserCall): Promise<Answer> {
    const { destinations } = await this.#deps.destinations.of(call.caller.userId);
    const event_destinations = await Promise.all(destinations.map((each) => this.#shown(call, each)));
    const limit = await this.#limit(call);
    return json(200, { event_destinations, count: destinations.length, limit }, NO_STORE);
  }

  async read(call: UserCall): Promise<Answer> {
    return json(200, await this.#shown(call, await this.#own(call)), NO_STORE);
  }

  change(
    call: UserCall,
    body: Input<typeof routes.changeDestinationRoute, undefined>['body'],
  ): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const destination_id = idOf(call);
      const changed = await this.#ask(call, { type: 'change', data: { destination_id, ...body } });
      const destination = await this.#shown(call, found(changed.user, destination_id));
      return json(200, destination, { ...sequenceHeader(changed), ...NO_STORE });
    });
  }

  remove(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const changed = await this.#ask(call, { type: 'delete', data: { destination_id: idOf(call) } });
      return { status: 204, headers: sequenceHeader(changed), body: null };
    });
  }

  async deliveries(
    call: UserCall,
    query: Input<typeof routes.listDeliveriesRoute, undefined>['query'],
  ): Promise<Answer> {
    const { status, cursor, limit = DEFAULT_DELIVERIES_LIMIT } = query;
    const before = cursor === undefined ? Number.POSITIVE_INFINITY : decodeCursor(cursor);
    if (typeof before !== 'number') throw invalid([invalidCursor()]);
    const { destination_id } = await this.#own(call);
    const all = await this.#deps.records.list(call.caller.userId, destination_id);
    const fitting = all.filter((each) => each.place < before && (status ?? each.status) === each.status);
    const page = fitting.slice(0, limit);
    const last = page.at(-1);
    const next_cursor = last !== undefined && fitting.length > limit ? encodeCursor(last.place) : null;
    return json(200, { deliveries: page.map(delivery), count: page.length, next_cursor }, NO_STORE);
  }

  resend(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const { destination_id } = await this.#own(call);
      const event_id = call.params.event_id ?? '';
      const listed = await this.#deps.records.list(call.caller.userId, destination_id);
      const record = listed.find((each) => each.event_id === event_id);
      if (record === undefined) throw new Problem('DELIVERY_NOT_FOUND');
      const event_sequence = record.sequence;
      const changed = await this.#ask(call, {
        type: 'request_resend',
        data: { destination_id, event_sequence },
      });
      return json(202, { destination_id, event_id }, sequenceHeader(changed));
    });
  }

  replay(call: UserCall, body: Input<typeof routes.replayEventsRoute, undefined>['body']): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const { ids, times } = this.#deps;
      const last = await times.lastSequence();
      const from = 'time' in body.from ? await this.#firstSince(body.from.time) : body.from.sequence;
      const to = body.to === undefined ? last : await this.#lastUntil(body.to, last);
      if (isReversed(body, from, to)) {
        throw invalid([
          { loc: ['body', 'from'], type: 'reversed_range', ...says`is after the end of the range` },
        ]);
      }
      const replay_id = `rpl_${ids.eventId(call.now)}` as ReplayId;
      const destination_id = idOf(call);
      const data = { destination_id, replay_id, from, to, only: body.only };
      const changed = await this.#ask(call, { type: 'request_replay', data });
      const destination = await this.#shown(call, found(changed.user, destination_id));
      return json(202, destination, { ...sequenceHeader(changed), ...NO_STORE });
    });
  }

  cancelReplay(call: UserCall): Promise<Answer> {
    return this.#deps.writes.perform(call, async () => {
      const destination_id = idOf(call);
      const data = { destination_id, replay_id: null, reason: 'cancelled', sent: null } as const;
      const changed = await this.#ask(call, { type: 'end_replay', data });
      return { status: 204, headers: sequenceHeader(changed), body: null };
    });
  }

  async #firstSince(time: Instant): Promise<Sequence> {
    return ((await surelyBefore(this.#deps.times, time)) + 1) as Sequence;
  }

  async #lastUntil(
    to: { readonly time: Instant } | { readonly sequence: Sequence },
    last: Sequence,
  ): Promise<Sequence> {
    const until =
      'time' in to ? await surelyBefore(this.#deps.times, plusMs(to.time, 2 * CLOCKS_APART_MS)) : to.sequence;
    return Math.min(until, last) as Sequence;
  }

  async #limit({ caller }: UserCall): Promise<number> {
    const { limits } = await this.#deps.admissions.limitsFor(caller.userId, tierBasisOf(caller));
    return limits.event_destinations;
  }

  async #own(call: UserCall): Promise<EventDestination> {
    return found(await this.#deps.destinations.of(call.caller.userId), idOf(call));
  }

  async #ask(
    call: UserCall,
    command: DestinationCommand,
  ): Promise<Extract<DestinationsChanged, { kind: 'done' }>> {
    const { destinations, ids } = this.#deps;
    const request = {
      userId: call.caller.userId,
      now: call.now,
      newEventId: () => ids.eventId(call.now),
      context: commandContext(call),
    };
    const changed = await destinations.change(request, command);
    if (changed.kind === 'conflict') throw new Problem('CONCURRENT_UPDATE');
    if (changed.kind === 'rejected') throw problemOf(changed.rejection);
    return changed;
  }

  async #shown(call: UserCall, destination: EventDestination) {
    const { destination_id, url, types, task_ids, off, replay, created_at, updated_at } = destination;
    const stored = await this.#deps.progress.read(call.caller.userId, destination_id);
    const progress = stored?.progress ?? null;
    const gone = progress?.replay?.replay_id === replay?.replay_id ? progress?.replay : null;
    const replaying =
      replay === null ? null : { sent: gone?.sent ?? 0, through: gone?.through ?? replay.from - 1 };
    return {
      destination_id,
      url,
      types,
      task_ids,
      enabled: off === null,
      off,
      through: progress?.through ?? destination.after,
      waiting: progress?.pending.length ?? 0,
      failing_since: progress?.failing_since ?? null,
      replay: replay === null ? null : { ...replay, ...replaying },
      created_at,
      updated_at,
    };
  }
}

/** By two sequences, or by two times; a range by both may be empty without being reversed. */
function isReversed(
  { from: begin, to: end }: Input<typeof routes.replayEventsRoute, undefined>['body'],
  from: Sequence,
  to: Sequence,
): boolean {
  if (end !== undefined && 'time' in begin && 'time' in end) return begin.time > end.time;
  return from > to;
}

function delivery({ place: _, ...record }: ListedDelivery) {
  return record;
}

function idOf(call: UserCall): DestinationId {
  const id = parseDestinationId(call.params.destination_id ?? '');
  if (id === null) throw new Problem('DESTINATION_NOT_FOUND');
  return id;
}

function found(user: UserDestinations, id: DestinationId): EventDestination {
  const destination = destinationOf(user, id);
  if (destination === null) throw new Problem('DESTINATION_NOT_FOUND');
  return destination;
}

function sequenceHeader({ sequence }: { readonly sequence: Sequence | null }): Record<string, string> {
  return sequence === null ? {} : { 'Event-Sequence': String(sequence) };
}
