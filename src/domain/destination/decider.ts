/** All that may be asked of a user's event destinations. */
import type { Decider } from '../shared/decider.ts';
import type { DestinationId } from '../shared/ids.ts';
import {
  type ChangeDestination,
  type CreateDestination,
  changeDestination,
  createDestination,
  deleteDestination,
  type EndReplay,
  endReplay,
  type RequestReplay,
  type RequestResend,
  requestReplay,
  requestResend,
  type TurnOffDestination,
  turnOffDestination,
} from './decide.ts';
import {
  type DestinationEvent,
  evolveDestinations,
  NO_DESTINATIONS,
  type RecordedDestinationEvent,
  type UserDestinations,
} from './event-destination.ts';

export type DestinationCommand =
  | { readonly type: 'create'; readonly data: CreateDestination }
  | { readonly type: 'change'; readonly data: ChangeDestination }
  | { readonly type: 'turn_off'; readonly data: TurnOffDestination }
  | { readonly type: 'delete'; readonly data: { readonly destination_id: DestinationId } }
  | { readonly type: 'request_replay'; readonly data: RequestReplay }
  | { readonly type: 'end_replay'; readonly data: EndReplay }
  | { readonly type: 'request_resend'; readonly data: RequestResend };

export const destinationDecider: Decider<
  UserDestinations,
  DestinationCommand,
  DestinationEvent,
  RecordedDestinationEvent
> = {
  initial: NO_DESTINATIONS,
  decide(user, command, now) {
    switch (command.type) {
      case 'create':
        return createDestination(user, command.data, now);
      case 'change':
        return changeDestination(user, command.data, now);
      case 'turn_off':
        return turnOffDestination(user, command.data);
      case 'delete':
        return deleteDestination(user, command.data.destination_id);
      case 'request_replay':
        return requestReplay(user, command.data, now);
      case 'end_replay':
        return endReplay(user, command.data);
      case 'request_resend':
        return requestResend(user, command.data, now);
    }
  },
  evolve: evolveDestinations,
};
