/**
 * Values of the views that hold what people wrote, sealed under their user's key as the log is:
 *
 *     {"sequence":812,"revision":4,"hash":"…"}   what the value is of, readable
 *     v1.1.<nonce, ciphertext, tag>              its state, bound to that and to where the value stands
 *
 * The two parts are lines; the second is bytes, for text of them would take a third more room, and time.
 *
 * What does not open is for readers not there, and folded from the log: so nothing that was done to a value, and no key
 * that is gone, shows as a state that no history has.
 */
import type { Position, Snapshot } from '../../domain/shared/event.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { EXECUTIONS } from '../../projections/executions.ts';
import { MILESTONES } from '../../projections/milestones.ts';
import { TASKS } from '../../projections/tasks.ts';
import { SealBroken, type SealingKey, sealBytes, unsealBytes } from '../codec/sealing.ts';

/** Whose content opens: `UserKeys`. */
export interface KeyFinder {
  /** Null: what the user's key sealed does not open any more. Throws LogUnavailable. */
  find(userId: UserId): Promise<SealingKey | null>;
}

const SEALED: ReadonlySet<string> = new Set([TASKS.name, EXECUTIONS.name, MILESTONES.name]);
const LINE_END = 0x0a;

export function isSealed(view: string): boolean {
  return SEALED.has(view);
}

export function sealedValue(
  at: string,
  { state, sequence, revision, hash }: Snapshot<unknown>,
  key: SealingKey,
): Uint8Array {
  const position: Position = { sequence, revision, hash };
  const head = `${JSON.stringify(position)}\n`;
  return sealBytes(key, JSON.stringify(state), contextOf(at, head), head);
}

/** Null for a value that is deleted or does not open. */
export function openedValue<State>(
  data: Uint8Array,
  at: string,
  key: SealingKey | null,
): Snapshot<State> | null {
  const end = data.indexOf(LINE_END);
  if (key === null || end < 0) return null;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const head = bytes.toString('utf8', 0, end + 1);
  try {
    const state = unsealBytes(key, bytes.subarray(end + 1), contextOf(at, head));
    const { sequence, revision, hash } = JSON.parse(head) as Position;
    return { sequence, revision, hash, state: JSON.parse(state.toString('utf8')) as State };
  } catch (error) {
    if (error instanceof SealBroken) return null;
    throw error;
  }
}

function contextOf(at: string, head: string): string {
  return `${at}\n${head}`;
}
