/** What may become of a user's destinations, by people and by what sends. */
import { type Decision, decided, NOTHING, rejected } from '../shared/decision.ts';
import type { DestinationId, ReplayId, Sequence } from '../shared/ids.ts';
import { dayOf, type Instant, msBetween } from '../shared/instant.ts';
import { resetsAt } from '../user/limits.ts';
import {
  type DestinationEvent,
  type DestinationFilter,
  destinationOf,
  type ReplayOnly,
  type TurnedOffReason,
  type UserDestinations,
} from './event-destination.ts';

/** Changes and requests of one user in a day, so that what they leave in the log stays small. */
const MOST_REQUESTS_A_DAY = 1_000;

type Decided = Decision<DestinationEvent>;

export interface CreateDestination extends DestinationFilter {
  readonly destination_id: DestinationId;
  readonly url: string;
  readonly secret: string;
  readonly after: Sequence;
  /** Of the user's tier. */
  readonly limit: number;
}

export function createDestination(
  user: UserDestinations,
  { destination_id, url, secret, types, task_ids, after, limit }: CreateDestination,
  now: Instant,
): Decided {
  if (destinationOf(user, destination_id) !== null) return NOTHING;
  const used = user.destinations.length;
  if (used >= limit) {
    return rejected({
      code: 'DESTINATION_LIMIT_EXCEEDED',
      limit_type: 'event_destinations',
      limit,
      used,
      resets_at: null,
      retry_after_seconds: null,
    });
  }
  const data = { destination_id, types, task_ids, after, personal: { url, secret } };
  return unlessTooMany(user, now, { type: 'user.event_destination_created', data });
}

export interface ChangeDestination extends DestinationFilter {
  readonly destination_id: DestinationId;
  readonly url: string;
  readonly enabled: boolean;
}

export function changeDestination(user: UserDestinations, command: ChangeDestination, now: Instant): Decided {
  const { destination_id, url, types, task_ids, enabled } = command;
  const before = destinationOf(user, destination_id);
  if (before === null) return rejected({ code: 'DESTINATION_NOT_FOUND' });
  const isSo =
    before.url === url &&
    (before.off === null) === enabled &&
    isSame(before.types, types) &&
    isSame(before.task_ids, task_ids);
  if (isSo) return NOTHING;
  const data = { destination_id, types, task_ids, enabled, personal: { url } };
  return unlessTooMany(user, now, { type: 'user.event_destination_changed', data });
}

function isSame(a: readonly string[] | null, b: readonly string[] | null): boolean {
  if (a === null || b === null) return a === b;
  return a.length === b.length && a.every((value, index) => value === b[index]);
}

export interface TurnOffDestination {
  readonly destination_id: DestinationId;
  readonly on_since: Sequence;
  readonly reason: TurnedOffReason;
  readonly failing_since: Instant;
}

/** By what sends: nothing where it has been turned on anew meanwhile, or is off already. */
export function turnOffDestination(
  user: UserDestinations,
  { destination_id, on_since, reason, failing_since }: TurnOffDestination,
): Decided {
  const before = destinationOf(user, destination_id);
  if (before === null || before.off !== null || before.on_since !== on_since) return NOTHING;
  const data = { destination_id, reason, failing_since };
  return decided({ type: 'user.event_destination_turned_off', data });
}

/** A repeat, and one that never was: nothing. Never refused, for who deletes wants nothing more sent. */
export function deleteDestination(user: UserDestinations, destination_id: DestinationId): Decided {
  if (destinationOf(user, destination_id) === null) return NOTHING;
  return decided({ type: 'user.event_destination_deleted', data: { destination_id } });
}

export interface RequestReplay {
  readonly destination_id: DestinationId;
  readonly replay_id: ReplayId;
  readonly from: Sequence;
  readonly to: Sequence;
  readonly only: ReplayOnly;
}

export function requestReplay(user: UserDestinations, data: RequestReplay, now: Instant): Decided {
  const before = destinationOf(user, data.destination_id);
  if (before === null) return rejected({ code: 'DESTINATION_NOT_FOUND' });
  if (before.replay?.replay_id === data.replay_id) return NOTHING;
  if (before.replay !== null) {
    return rejected({ code: 'REPLAY_IN_PROGRESS', replay_id: before.replay.replay_id });
  }
  if (before.off !== null) return rejected({ code: 'DESTINATION_OFF' });
  return unlessTooMany(user, now, { type: 'user.event_replay_requested', data });
}

export interface EndReplay {
  readonly destination_id: DestinationId;
  /** Null: whichever is going on. */
  readonly replay_id: ReplayId | null;
  readonly reason: 'done' | 'cancelled';
  readonly sent: number | null;
}

/** Nothing where none, or another one, is going on. */
export function endReplay(user: UserDestinations, command: EndReplay): Decided {
  const { destination_id, reason, sent } = command;
  const before = destinationOf(user, destination_id);
  if (before === null) return rejected({ code: 'DESTINATION_NOT_FOUND' });
  const replay_id = command.replay_id ?? before.replay?.replay_id;
  if (replay_id === undefined || before.replay?.replay_id !== replay_id) return NOTHING;
  return decided({ type: 'user.event_replay_ended', data: { destination_id, replay_id, reason, sent } });
}

export interface RequestResend {
  readonly destination_id: DestinationId;
  readonly event_sequence: Sequence;
}

export function requestResend(
  user: UserDestinations,
  { destination_id, event_sequence }: RequestResend,
  now: Instant,
): Decided {
  const before = destinationOf(user, destination_id);
  if (before === null) return rejected({ code: 'DESTINATION_NOT_FOUND' });
  if (before.off !== null) return rejected({ code: 'DESTINATION_OFF' });
  const data = { destination_id, event_sequence };
  return unlessTooMany(user, now, { type: 'user.event_resend_requested', data });
}

function unlessTooMany({ requests }: UserDestinations, now: Instant, event: DestinationEvent): Decided {
  const used = requests.day === dayOf(now) ? requests.count : 0;
  if (used < MOST_REQUESTS_A_DAY) return decided(event);
  const resets_at = resetsAt('edits_per_day', now);
  return rejected({
    code: 'EDIT_LIMIT_EXCEEDED',
    limit_type: 'edits_per_day',
    limit: MOST_REQUESTS_A_DAY,
    used,
    resets_at,
    retry_after_seconds: resets_at === null ? null : Math.ceil(msBetween(now, resets_at) / 1_000),
  });
}
