/**
 * What somebody who comes in may be called: looked at once, the same for every door. A stored user id may be any text
 * (`parseUserId`); whoever is new has one that people can tell from others.
 */
import { parseUserId, type UserId } from '../../domain/shared/ids.ts';

/** Whom another service acts for that names nobody. No person may be called so: theirs would be what services made. */
export const INTERNAL_USER = 'internal-service' as UserId;

/** Control and format characters, zero-width ones, and what is shown as nothing: two names that look alike are one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Null for what nobody can be called. */
export function parseCallerId(text: string): UserId | null {
  const userId = parseUserId(text);
  if (userId === null || userId === INTERNAL_USER) return null;
  return UNSEEN.test(text) || text.trim() !== text ? null : userId;
}
