/** The end of a user: decided once, and nothing of the user is decided after it. */
import { type Decision, decided, NOTHING } from '../shared/decision.ts';
import type { Instant } from '../shared/instant.ts';
import type { UserEvent } from './events.ts';

export function deleteUser(
  user: { readonly deleted: boolean },
  command: { readonly requested_at: Instant | null },
): Decision<UserEvent> {
  if (user.deleted) return NOTHING;
  return decided({ type: 'user.deleted', data: { requested_at: command.requested_at } });
}
