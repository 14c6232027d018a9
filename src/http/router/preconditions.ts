/** The request headers that change what a call does: If-Match, If-None-Match, Prefer, Idempotency-Key. */
import type { Decide } from '../../application/commands/execute-command.ts';
import { rejected } from '../../domain/shared/decision.ts';
import { NO_REVISION, parseRevision, type Revision } from '../../domain/shared/ids.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { type Fault, Problem } from '../server/problem.ts';

const ENTITY_TAG = /^[\t ]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?:,|$)/;
const REVISION = /^[1-9]\d{0,15}$/;

export function etagOf(revision: Revision): string {
  return `"${revision}"`;
}

/** Revisions that an edit is conditional on, any of them; null for none (`*` asks no more than that the task is there). */
export type IfMatch = readonly Revision[] | null;

/**
 * By RFC 9110 the comparison is strong, so a weak tag matches nothing, as does one that never was ours. Throws
 * 400 for what is no If-Match at all.
 */
export function ifMatchOf(header: string | null): IfMatch {
  if (header === null || header.trim() === '*') return null;
  const tags = entityTags(header);
  if (tags === null) {
    throw new Problem('INVALID_HEADER', {
      detail: 'If-Match is neither * nor a list of entity tags.',
      members: { errors: [{ loc: ['header', 'If-Match'], msg: 'Is malformed', type: 'malformed' }] },
    });
  }
  return tags.flatMap((tag) => (tag.weak ? [] : revisionOf(tag.opaque)));
}

/**
 * The one revision to hold an edit of this task against: of several the one that fits, and where none does
 * revision 0, which every task has left behind.
 */
export function revisionFor(ifMatch: IfMatch, state: TaskState | null): Revision | null {
  if (ifMatch === null) return null;
  return ifMatch.find((revision) => state !== null && !isStale(revision, state)) ?? NO_REVISION;
}

/** Decides so, but not on an edit that is not the one the caller has seen: for what has no condition of its own. */
export function unlessStale(ifMatch: IfMatch, decide: Decide): Decide {
  return (state) => {
    const decision = decide(state);
    const stale = state !== null && revisionFor(ifMatch, state) === NO_REVISION;
    return decision.kind === 'event' && stale
      ? rejected({ code: 'REVISION_MISMATCH', current: state.revision })
      : decision;
  };
}

/** Runs raise the revision too, without making an edit stale. */
function isStale(revision: Revision, state: TaskState): boolean {
  return revision < state.edit_revision || revision > state.revision;
}

/** Whether the caller has this revision already. The comparison is weak; a malformed header asks for nothing. */
export function isNotModified(header: string | null, revision: Revision): boolean {
  return header !== null && hasTag(header, String(revision));
}

/** Whether an If-None-Match names this tag, without its quotes; likewise. */
export function hasTag(header: string, opaque: string): boolean {
  if (header.trim() === '*') return true;
  return (entityTags(header) ?? []).some((tag) => tag.opaque === opaque);
}

function revisionOf(opaque: string): Revision | [] {
  return (REVISION.test(opaque) ? parseRevision(Number(opaque)) : null) ?? [];
}

function entityTags(header: string): { weak: boolean; opaque: string }[] | null {
  const tags: { weak: boolean; opaque: string }[] = [];
  let rest = header;
  while (rest.length > 0) {
    const match = ENTITY_TAG.exec(rest);
    if (match === null) return null;
    tags.push({ weak: match[1] !== undefined, opaque: match[2] ?? '' });
    rest = rest.slice(match[0].length);
  }
  return tags.length === 0 ? null : tags;
}

export const DEFAULT_WAIT_SECONDS = 10;
const MAX_WAIT_SECONDS = 60;

/** Seconds from `Prefer: wait=N` (RFC 7240; other preferences are not ours), null where it is not given. */
export function preferredWait(header: string | null, faults: Fault[]): number | null {
  if (header === null) return null;
  for (const preference of header.split(',')) {
    const [name = '', value = ''] = (preference.split(';')[0] ?? '').split('=', 2);
    if (name.trim().toLowerCase() !== 'wait') continue;
    const seconds = /^"?(\d{1,4})"?$/.exec(value.trim())?.[1];
    if (seconds !== undefined && Number(seconds) <= MAX_WAIT_SECONDS) return Number(seconds);
    faults.push({
      loc: ['header', 'Prefer'],
      msg: `wait is a number of seconds from 0 to ${MAX_WAIT_SECONDS}`,
      type: 'invalid_value',
    });
    return null;
  }
  return null;
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;
/** A String of RFC 9651, as the draft of this header has its value. */
const QUOTED = /^"((?:[^"\\]|\\["\\])+)"$/;

/** `k` and `"k"` are one key. */
export function idempotencyKey(header: string | null, faults: Fault[]): string | null {
  const key = QUOTED.exec(header ?? '')?.[1]?.replace(/\\(.)/g, '$1') ?? header;
  if (key === null || IDEMPOTENCY_KEY.test(key)) return key;
  faults.push({
    loc: ['header', 'Idempotency-Key'],
    msg: 'Is 1 to 255 visible ASCII characters',
    type: 'invalid_value',
  });
  return null;
}
