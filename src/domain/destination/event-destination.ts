/**
 * Endpoints of a user's own that the user's events are sent to: facts of the user, on a subject of their own. What they
 * hold is configuration and requests; how far sending has come is no fact, and stands elsewhere.
 *
 * A destination that is turned off keeps its place: what happens meanwhile is sent once it is on again.
 */
import type { DestinationId, ReplayId, Sequence, TaskId } from '../shared/ids.ts';
import { dayOf, type Instant } from '../shared/instant.ts';
import type { TaskEventType } from '../task/events/events.ts';

/** Of one user, whatever the tier. */
export const MOST_DESTINATIONS = 50;
/** Requests to send one event again that are remembered of a destination. */
const RESENDS_KEPT = 100;

/** Which of the user's events it gets; null: all. */
export interface DestinationFilter {
  readonly types: readonly TaskEventType[] | null;
  readonly task_ids: readonly TaskId[] | null;
}

interface Named {
  readonly destination_id: DestinationId;
}

export type ReplayOnly = 'all' | 'failed';
/** `gone`: the endpoint answered 410. */
export type TurnedOffReason = 'failing' | 'gone';

export type DestinationEvent =
  | {
      readonly type: 'user.event_destination_created';
      readonly data: Named &
        DestinationFilter & {
          /** Events after it are sent. */
          readonly after: Sequence;
          /** Null where the user's key is gone. */
          readonly personal: { readonly url: string; readonly secret: string } | null;
        };
    }
  | {
      readonly type: 'user.event_destination_changed';
      readonly data: Named &
        DestinationFilter & {
          readonly enabled: boolean;
          readonly personal: { readonly url: string } | null;
        };
    }
  | {
      readonly type: 'user.event_destination_turned_off';
      readonly data: Named & { readonly reason: TurnedOffReason; readonly failing_since: Instant };
    }
  | { readonly type: 'user.event_destination_deleted'; readonly data: Named }
  | {
      readonly type: 'user.event_replay_requested';
      readonly data: Named & {
        readonly replay_id: ReplayId;
        /** Both are in it. */
        readonly from: Sequence;
        readonly to: Sequence;
        readonly only: ReplayOnly;
      };
    }
  | {
      readonly type: 'user.event_replay_ended';
      readonly data: Named & {
        readonly replay_id: ReplayId;
        readonly reason: 'done' | 'cancelled';
        /** Events that were sent, or given up; null where nobody counted. */
        readonly sent: number | null;
      };
    }
  | {
      readonly type: 'user.event_resend_requested';
      readonly data: Named & { readonly event_sequence: Sequence };
    };

export interface EventDestination extends DestinationFilter {
  readonly destination_id: DestinationId;
  /** Both null where the user's key is gone. */
  readonly url: string | null;
  readonly secret: string | null;
  readonly after: Sequence;
  /** The event that turned it on last. */
  readonly on_since: Sequence;
  /** Null: it is on. */
  readonly off: { readonly reason: TurnedOffReason | 'by_hand'; readonly at: Instant } | null;
  readonly created_at: Instant;
  readonly updated_at: Instant;
  /** The one that is going on. */
  readonly replay: Replay | null;
  /** Oldest first. */
  readonly resends: readonly { readonly at: Sequence; readonly event_sequence: Sequence }[];
}

export interface Replay {
  readonly replay_id: ReplayId;
  readonly from: Sequence;
  readonly to: Sequence;
  readonly only: ReplayOnly;
  readonly requested_at: Instant;
}

export interface UserDestinations {
  /** Oldest first. */
  readonly destinations: readonly EventDestination[];
  /** Of the last day (UTC) with any. */
  readonly requests: { readonly day: string; readonly count: number };
}

export const NO_DESTINATIONS: UserDestinations = { destinations: [], requests: { day: '', count: 0 } };

export function destinationOf(
  { destinations }: UserDestinations,
  id: DestinationId,
): EventDestination | null {
  return destinations.find(({ destination_id }) => destination_id === id) ?? null;
}

/** Where and when it was stored. */
interface Stored {
  readonly sequence: Sequence;
  readonly time: Instant;
}

export type RecordedDestinationEvent = DestinationEvent & { readonly stored: Stored };

export function evolveDestinations(
  before: UserDestinations,
  event: RecordedDestinationEvent,
): UserDestinations {
  const { destinations } = before;
  const { stored } = event;
  const requests = isByHand(event) ? counted(before.requests, stored.time) : before.requests;
  if (event.type === 'user.event_destination_created') {
    return { destinations: [...destinations, created(event.data, stored)], requests };
  }
  const { destination_id } = event.data;
  const after =
    event.type === 'user.event_destination_deleted'
      ? destinations.filter((each) => each.destination_id !== destination_id)
      : destinations.map((each) =>
          each.destination_id === destination_id ? evolved(each, event, stored) : each,
        );
  return { destinations: after, requests };
}

function created(
  data: Extract<DestinationEvent, { type: 'user.event_destination_created' }>['data'],
  { sequence, time }: Stored,
): EventDestination {
  const { destination_id, types, task_ids, after, personal } = data;
  return {
    destination_id,
    url: personal?.url ?? null,
    secret: personal?.secret ?? null,
    types,
    task_ids,
    after,
    on_since: sequence,
    off: null,
    created_at: time,
    updated_at: time,
    replay: null,
    resends: [],
  };
}

function evolved(
  before: EventDestination,
  event: Exclude<
    DestinationEvent,
    { type: 'user.event_destination_created' | 'user.event_destination_deleted' }
  >,
  { sequence, time }: Stored,
): EventDestination {
  switch (event.type) {
    case 'user.event_destination_changed': {
      const { types, task_ids, enabled, personal } = event.data;
      const isTurnedOn = enabled && before.off !== null;
      const off = enabled ? null : (before.off ?? { reason: 'by_hand' as const, at: time });
      const on_since = isTurnedOn ? sequence : before.on_since;
      const url = personal?.url ?? null;
      return { ...before, url, types, task_ids, off, on_since, updated_at: time };
    }
    case 'user.event_destination_turned_off':
      return { ...before, off: { reason: event.data.reason, at: time }, updated_at: time };
    case 'user.event_replay_requested': {
      const { destination_id: _, ...replay } = event.data;
      return { ...before, replay: { ...replay, requested_at: time } };
    }
    case 'user.event_replay_ended':
      return before.replay?.replay_id === event.data.replay_id ? { ...before, replay: null } : before;
    case 'user.event_resend_requested': {
      const resend = { at: sequence, event_sequence: event.data.event_sequence };
      return { ...before, resends: [...before.resends, resend].slice(-RESENDS_KEPT) };
    }
  }
}

/** By a person, and not by what sends. */
function isByHand(event: DestinationEvent): boolean {
  if (event.type === 'user.event_replay_ended') return event.data.reason === 'cancelled';
  return event.type !== 'user.event_destination_turned_off';
}

function counted({ day, count }: UserDestinations['requests'], time: Instant): UserDestinations['requests'] {
  const today = dayOf(time);
  return { day: today, count: day === today ? count + 1 : 1 };
}
