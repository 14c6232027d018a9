/**
 * Users' own facts to the bytes of the log and back: CloudEvents like those of tasks, chained the same way, with
 * nothing in them to seal. Whoever reads them wants the position of the last one and the tier, which each fact about
 * tiers and admissions carries; behind one that does not carry it (a user's deletion) the one before is read.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { UserAppend, UserFacts } from '../../application/ports/log/log.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import { parseRevision, type Revision, type Sequence, type UserId } from '../../domain/shared/ids.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { userDecider } from '../../domain/user/decider.ts';
import type { ErasureStage, UserEventType } from '../../domain/user/events.ts';
import { type KnownTier, parseTier, type TierSource } from '../../domain/user/tier.ts';
import {
  appendedMeta,
  cloudEvent,
  currentData,
  encodedDocument,
  hashOf,
  malformed,
  parseDocument,
  type StoredMessage,
  versionsOf,
} from '../codec/codec.ts';
import { type LeaderMessage, readAt, readLast, readNext } from '../connection/leader-read.ts';
import { factsSubject, LOG_STREAM, parseFactsSubject } from '../connection/subjects.ts';

const UPCASTERS: Upcasters<UserEventType> = {
  'user.tier_changed': [],
  'user.task_admitted': [],
  'user.execution_admitted': [],
  'user.deleted': [],
  'user.erasure_requested': [],
  'user.erased': [],
  'user.erasure_completed': [],
};

/** As `EVENT_VERSIONS`. */
export const FACT_VERSIONS = versionsOf(UPCASTERS);

const SOURCES: readonly TierSource[] = ['subscription', 'claim', 'default'];

export function encodeFact(fact: UserAppend): Uint8Array {
  const { event } = fact;
  return factDocument(event, FACT_VERSIONS[event.type], fact);
}

/** The bytes of a fact of whatever kind. */
export function factDocument(
  { type, data }: { readonly type: string; readonly data: object },
  version: number,
  fact: Omit<UserAppend, 'event'>,
): Uint8Array {
  const { userId } = fact;
  const meta = { subject: userId, userid: userId, ...appendedMeta(fact) };
  return encodedDocument(cloudEvent(type, version, data as JsonObject, meta)).body;
}

/** What is known once the fact is stored by this message. */
export function factsAfter({ event, after }: UserAppend, { sequence, body }: StoredMessage): UserFacts {
  const position = { sequence, revision: (after.revision + 1) as Revision, hash: hashOf(body) };
  // Each fact tells all that is known, whatever came before it.
  const { tier, deleted, erasure } = userDecider.evolve(userDecider.initial, event);
  return { ...position, state: tier, deleted, ...(erasure === null ? {} : { erasure }) };
}

/** The user's last fact as the leader has it; null where there is none. Throws LogUnavailable, UnreadableEvent. */
export async function readFacts(nc: NatsConnection, userId: UserId): Promise<UserFacts | null> {
  const last = await readLast(nc, LOG_STREAM, factsSubject(userId));
  if (last === null) return null;
  const { sequence, body } = last;
  const revision = parseRevision(parseDocument(last).revision);
  if (revision === null) throw malformed(last, 'revision');
  let state = tierIn(last);
  for (let message: LeaderMessage | null = last; state === null; state = tierIn(message)) {
    message = await factBefore(nc, message);
    if (message === null) break;
  }
  const { type } = parseDocument(last);
  const position = { sequence: sequence as Sequence, revision, hash: hashOf(body) };
  return { ...position, state, deleted: isDeletion(type), ...erasureIn(type) };
}

/**
 * The user's fact before one. The lock that it was appended under says where that stands; no hash covers it, so it is
 * believed only where the fact that stands there has the hash that the later one names. Else the facts are read anew.
 */
async function factBefore(nc: NatsConnection, fact: LeaderMessage): Promise<LeaderMessage | null> {
  const { revision, prevhash } = parseDocument(fact);
  if (revision === 1) return null;
  const isBefore = (other: StoredMessage | null) =>
    other !== null && other.subject === fact.subject && hashOf(other.body) === prevhash;
  const told = Number(fact.header('Nats-Expected-Last-Subject-Sequence'));
  const there = told > 0 ? await readAt(nc, LOG_STREAM, told) : null;
  if (isBefore(there)) return there;
  for (let after = 0; ; ) {
    const next = await readNext(nc, LOG_STREAM, fact.subject, after);
    if (next === null || next.sequence >= fact.sequence) break;
    if (isBefore(next)) return next;
    after = next.sequence;
  }
  throw malformed(fact, 'the fact that it follows is not there');
}

/** The tier that a fact tells; null where it is of a kind that tells none. Throws UnreadableEvent. */
export function tierIn(message: StoredMessage): KnownTier | null {
  const document = parseDocument(message);
  const { type } = document;
  if (document.userid !== parseFactsSubject(message.subject)) {
    throw malformed(message, `the document is of user ${document.userid}`);
  }
  if (!isFactType(type)) return null;
  const data = currentData(message, type, UPCASTERS[type], document);
  if (isDeletion(type)) return null;
  const tier = typeof data.tier === 'string' ? parseTier(data.tier) : null;
  const source = SOURCES.find((each) => each === data.tier_source);
  if (tier === null || source === undefined) throw malformed(message, 'tier');
  return { tier, source };
}

const STAGES: Readonly<Record<string, ErasureStage>> = {
  'user.erasure_requested': 'requested',
  'user.erased': 'erased',
  'user.erasure_completed': 'completed',
};

/** Of whom this is the last fact is deleted. */
export function isDeletion(type: string): boolean {
  return type === 'user.deleted' || Object.hasOwn(STAGES, type);
}

/** The stage of erasure that a fact of this type begins; null for another. */
export function erasureStage(type: string): ErasureStage | null {
  return STAGES[type] ?? null;
}

function erasureIn(type: string): { erasure?: ErasureStage } {
  const stage = erasureStage(type);
  return stage === null ? {} : { erasure: stage };
}

function isFactType(type: string): type is UserEventType {
  return Object.hasOwn(UPCASTERS, type);
}
