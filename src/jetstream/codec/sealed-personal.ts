/**
 * What people write in events of what they own beside tasks (event destinations, calendars): `data.personal`, stored as
 * `data.sealed` under the user's key, bound to the event and to what it is of.
 */
import type { JsonObject } from '../../domain/shared/json.ts';
import { type CloudEvent, type StoredMessage, sealContext, unsealed } from './codec.ts';
import { type SealingKey, seal } from './sealing.ts';

/** `of`: the id of what the event is of. */
export function withPersonalSealed(
  key: SealingKey,
  eventId: string,
  of: string,
  { personal, ...open }: { readonly personal: unknown },
): JsonObject {
  return { ...open, sealed: seal(key, JSON.stringify(personal), sealContext(eventId, of)) } as JsonObject;
}

/** `key` null: null. Throws UnreadableEvent. */
export function openedPersonal(
  message: StoredMessage,
  { id, data }: CloudEvent,
  of: string,
  key: SealingKey | null,
): unknown {
  return key === null ? null : unsealed(message, key, data.sealed, sealContext(id, of));
}
