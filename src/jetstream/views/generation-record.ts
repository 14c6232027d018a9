/**
 * The bucket `VIEW_GENERATIONS`: one record for each version of the views, `v<version>`, replaced under its revision.
 *
 *     {"last":3, "current":{…}, "building":{…}, "unused":[{…}, …]}
 *
 * `current` is what is read and projected. `building` is not read; it becomes `current` by one replacement. What was
 * current until then is `unused` from then on, kept for those who still read it, and dropped an hour later.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { LogUnavailable } from '../../application/ports/failures.ts';
import { type Instant, parseInstant } from '../../domain/shared/instant.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS, jetstreamApi } from '../connection/api.ts';
import { headersFrom } from '../connection/atomic-batch.ts';
import { JetStreamCode, jetstreamErrorCode, notWritten, unavailableOr } from '../connection/errors.ts';
import { readLast, type TimedMessage } from '../connection/leader-read.ts';

export const GENERATIONS_STREAM = 'KV_VIEW_GENERATIONS';
const PREFIX = '$KV.VIEW_GENERATIONS.';
const TRIES = 20;

const instant = z.string().transform((text, context): Instant => {
  const parsed = parseInstant(text);
  if (parsed === null) context.addIssue('no instant');
  return parsed ?? z.NEVER;
});
const generation = z.object({ bucket: z.string().regex(/^VIEWS_\d+_\d+$/), since: instant });

const stored = z.object({
  /** Number of the newest generation of this version. */
  last: z.int().nonnegative(),
  current: generation.nullable(),
  building: generation
    .extend({
      /** Where the log ended when it was begun: from there on it may be read. */
      through: z.int().nonnegative(),
      /** A projector goes on with what another has begun, a rebuild begins anew. */
      by: z.enum(['projector', 'rebuild']),
    })
    .nullable(),
  /** Each since it was read for the last time as `current`. */
  unused: z.array(generation),
});

export type GenerationRecord = z.output<typeof stored>;
export const NO_GENERATIONS: GenerationRecord = { last: 0, current: null, building: null, unused: [] };

export interface StoredGenerations {
  readonly version: number;
  readonly record: GenerationRecord;
  /** 0 where nothing is stored. */
  readonly revision: number;
}

/** Nothing stored is a record without generations. Throws LogUnavailable. */
export async function readGenerations(nc: NatsConnection, version: number): Promise<StoredGenerations> {
  const message = await lastOf(nc, version);
  if (message === null || message.body.length === 0) {
    return { version, record: NO_GENERATIONS, revision: message?.sequence ?? 0 };
  }
  return { version, record: parsed(message), revision: message.sequence };
}

/** A server that has never had such a record has no bucket for it either. */
async function lastOf(nc: NatsConnection, version: number): Promise<TimedMessage | null> {
  try {
    return await readLast(nc, GENERATIONS_STREAM, subjectOf(version));
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNotFound) return null;
    throw error;
  }
}

function parsed(message: TimedMessage): GenerationRecord {
  return stored.parse(JSON.parse(Buffer.from(message.body).toString()));
}

/**
 * Replaces the record by what `change` makes of it, again where another was faster; null changes nothing. Answers what is
 * stored then. Throws LogUnavailable, LogRefused, and what `change` throws.
 */
export async function changeGenerations(
  nc: NatsConnection,
  version: number,
  change: (record: GenerationRecord) => GenerationRecord | null,
): Promise<GenerationRecord> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { record, revision } = await readGenerations(nc, version);
    const next = change(record);
    if (next === null) return record;
    if (await replaced(nc, subjectOf(version), JSON.stringify(next), revision)) return next;
  }
  throw new LogUnavailable('others keep changing which views are read');
}

async function replaced(
  nc: NatsConnection,
  subject: string,
  value: string,
  revision: number,
): Promise<boolean> {
  try {
    const answer = await nc.request(subject, value, {
      headers: headersFrom({ 'Nats-Expected-Last-Subject-Sequence': `${revision}` }),
      timeout: JETSTREAM_TIMEOUT_MS,
    });
    answerOf(answer.json());
    return true;
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === JetStreamCode.wrongLastSequence || code === JetStreamCode.wrongLastSequenceInFlight) {
      return false;
    }
    throw notWritten(error);
  }
}

/** Versions that have a record. Throws LogUnavailable. */
export async function storedVersions(nc: NatsConnection): Promise<number[]> {
  const subjects_filter = `${PREFIX}>`;
  try {
    const { state } = await jetstreamApi<{ state: { subjects?: Record<string, number> } }>(
      nc,
      `STREAM.INFO.${GENERATIONS_STREAM}`,
      { subjects_filter },
    );
    return Object.keys(state.subjects ?? {}).map((subject) => Number(subject.slice(PREFIX.length + 1)));
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.streamNotFound) return [];
    throw unavailableOr(error);
  }
}

/** The record of a version whose generations are gone. Throws LogUnavailable. */
export async function forgetVersion(nc: NatsConnection, version: number): Promise<void> {
  await purge(nc, { filter: subjectOf(version) });
}

/** All records. Throws LogUnavailable. */
export async function forgetVersions(nc: NatsConnection): Promise<void> {
  await purge(nc, undefined);
}

async function purge(nc: NatsConnection, body: object | undefined): Promise<void> {
  try {
    await jetstreamApi(nc, `STREAM.PURGE.${GENERATIONS_STREAM}`, body);
  } catch (error) {
    if (jetstreamErrorCode(error) !== JetStreamCode.streamNotFound) throw unavailableOr(error);
  }
}

function subjectOf(version: number): string {
  return `${PREFIX}v${version}`;
}
