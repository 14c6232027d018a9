/** The request headers that change what a call does: If-Match, If-None-Match, Prefer, Idempotency-Key. */
import type { IfMatch } from '../../application/commands/if-match.ts';
import { parseRevision, type Revision } from '../../domain/shared/ids.ts';
import { says } from '../../domain/shared/says.ts';
import { type Fault, Problem } from '../server/problem.ts';

const ENTITY_TAG = /^[\t ]*(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[\t ]*(?:,|$)/;
const REVISION = /^[1-9]\d{0,15}$/;

export function etagOf(revision: Revision): string {
  return `"${revision}"`;
}

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
      members: { errors: [{ loc: ['header', 'If-Match'], type: 'malformed', ...says`is malformed` }] },
    });
  }
  return tags.flatMap((tag) => (tag.weak ? [] : revisionOf(tag.opaque)));
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
      type: 'invalid_value',
      ...says`must have wait as a whole number of seconds from ${{ minimum: 0 }} to ${{ maximum: MAX_WAIT_SECONDS }}`,
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
    type: 'invalid_value',
    ...says`must be ${{ minimum: 1 }} to ${{ maximum: 255 }} visible ASCII characters`,
  });
  return null;
}
