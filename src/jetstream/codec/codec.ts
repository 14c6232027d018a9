/**
 * Domain events to the bytes of the log and back.
 *
 * A stored message is one CloudEvents 1.0 JSON document, so that a subscriber, an export and an auditor see the same
 * bytes. What the domain calls `data.personal` is stored as the one member `data.sealed`, encrypted under the
 * user's key and bound to the event's id and task; all else stays readable. `prevhash` is the SHA-256 of the stored
 * bytes before it on the subject: destroying a key erases a person and leaves the chain whole.
 *
 * Reading is strict. A type or version that this build does not know is never skipped: UnreadableEvent stops the
 * reader and names it.
 */
import { hash } from 'node:crypto';
import type { Append } from '../../application/ports/log/log.ts';
import type {
  EventMeta,
  FactMeta,
  RecordedTaskEvent,
  UnopenedTaskEvent,
  Upcaster,
  Upcasters,
} from '../../domain/shared/event.ts';
import { type Hash, parseEventId, parseHash, parseRevision, type Sequence } from '../../domain/shared/ids.ts';
import { parseInstant } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { erasedContent } from '../../domain/task/events/erased-content.ts';
import type { TaskEventType } from '../../domain/task/events/events.ts';
import { TASK_EVENT_UPCASTERS } from '../../domain/task/events/upcast.ts';
import { parseTaskSubject } from '../connection/subjects.ts';
import { SealBroken, type SealingKey, seal, unseal } from './sealing.ts';

export const CLOUD_EVENTS_JSON = 'application/cloudevents+json';

/** The version that each type is written in. A stored sample of every version stays in the tests. */
export const EVENT_VERSIONS: Readonly<Record<TaskEventType, number>> = versionsOf(TASK_EVENT_UPCASTERS);

/** The log holds something that this build cannot read; `message` names the event and what is wrong. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
  readonly code: 'UNKNOWN_TYPE' | 'UNKNOWN_VERSION' | 'MALFORMED' | 'SEAL_BROKEN';

  constructor(code: UnreadableEvent['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A message of the log as it is stored. */
export interface StoredMessage {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: Uint8Array;
  /** SHA-256 of `body`, where it is known. */
  readonly hash?: Hash | undefined;
}

export interface EncodedEvent {
  readonly body: Uint8Array;
  /** SHA-256 of `body`: the event's own hash, the next event's `prevhash`. */
  readonly hash: Hash;
}

/** The document as stored (`data.sealed`) or opened (`data.personal`). Attributes without a value are left out. */
export interface CloudEvent {
  readonly specversion: string;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** The id of the task or template. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: string;
  readonly dataschema: string;
  /** Whose it is; a template is nobody's. */
  readonly userid?: string;
  readonly actor: string;
  readonly correlationid: string;
  readonly causationid?: string;
  readonly traceparent?: string;
  readonly revision: number;
  readonly prevhash: string;
  readonly data: JsonObject;
}

/** `sequence` is not in the document: where the event stands is known once it is stored. */
export function encodeEvent(append: Append, key: SealingKey): EncodedEvent {
  const { event, taskId, eventId } = append;
  const data: Record<string, unknown> = { ...event.data };
  const personal = data.personal;
  if (personal !== undefined) {
    delete data.personal;
    data.sealed = seal(key, JSON.stringify(personal), sealContext(eventId, taskId));
  }
  return encodedDocument(
    cloudEvent(event.type, EVENT_VERSIONS[event.type], data as JsonObject, {
      subject: taskId,
      userid: append.userId,
      ...appendedMeta(append),
    }),
  );
}

export function encodedDocument(document: CloudEvent): EncodedEvent {
  const body = Buffer.from(JSON.stringify(document));
  return { body, hash: hashOf(body) };
}

/** What an event that is about to be appended is known by. */
export function appendedMeta({
  eventId,
  time,
  context,
  after,
}: Pick<Append, 'eventId' | 'time' | 'context' | 'after'>): DocumentMeta {
  return { id: eventId, time, ...context, revision: after.revision + 1, prevhash: after.hash };
}

/** The event with its personal content, or what stands in its place where there is no key. Throws UnreadableEvent. */
export function decodeOpened(
  message: StoredMessage,
  key: SealingKey | null,
  hash = hashOf(message.body),
): RecordedTaskEvent {
  return openEvent(message, decodeSealed(message, hash), key);
}

/** The event without its personal content. Throws UnreadableEvent. */
export function decodeUnopened(message: StoredMessage, hash = hashOf(message.body)): UnopenedTaskEvent {
  return leaveSealed(decodeSealed(message, hash));
}

/** An event as it stands in the log, read and checked, its personal content sealed. */
export interface SealedEvent {
  readonly type: TaskEventType;
  readonly data: Readonly<Record<string, unknown>>;
  readonly meta: EventMeta;
}

/** `target`: whose task the message's subject is of, null for none. Throws UnreadableEvent. */
export function decodeSealed(
  message: StoredMessage,
  hash: Hash,
  target = parseTaskSubject(message.subject),
): SealedEvent {
  const { type, data, document } = readDocument(message, TASK_EVENT_UPCASTERS);
  return { type, data, meta: metaOf(message, document, hash, target) };
}

/** `message`: that the event was decoded from. Throws UnreadableEvent. */
export function openEvent(
  message: StoredMessage,
  { type, data, meta }: SealedEvent,
  key: SealingKey | null,
): RecordedTaskEvent {
  const { sealed, ...open } = data;
  if (sealed === undefined) return { type, data: open, meta } as unknown as RecordedTaskEvent;
  const opened: Record<string, unknown> = open;
  opened.personal =
    key === null ? erasedContent(type) : unsealed(message, key, sealed, sealContext(meta.id, meta.task_id));
  return { type, data: opened, meta } as unknown as RecordedTaskEvent;
}

export function leaveSealed({ type, data, meta }: SealedEvent): UnopenedTaskEvent {
  const { sealed: _, ...open } = data;
  return { type, data: open, meta } as unknown as UnopenedTaskEvent;
}

/** The CloudEvent as its owner may see it: the stored document with `data.personal` in place of `data.sealed`. */
export function openedDocument(event: RecordedTaskEvent): CloudEvent {
  const { type, data, meta } = event;
  return cloudEvent(type, EVENT_VERSIONS[type], data as unknown as JsonObject, {
    subject: meta.task_id,
    userid: meta.user_id,
    ...meta,
  });
}

export function hashOf(body: Uint8Array): Hash {
  return hash('sha256', body, 'hex') as Hash;
}

const SOURCE = '/task-service';
const SCHEMA = 'urn:task-service:schema:';

export type DocumentMeta = Omit<FactMeta, 'sequence' | 'hash' | 'revision'> & { readonly revision: number };

export function cloudEvent(
  type: string,
  version: number,
  data: JsonObject,
  meta: DocumentMeta & { readonly subject: string; readonly userid?: string },
): CloudEvent {
  return {
    specversion: '1.0',
    id: meta.id,
    source: SOURCE,
    type,
    subject: meta.subject,
    time: meta.time,
    datacontenttype: 'application/json',
    dataschema: `${SCHEMA}${type}:${version}`,
    ...(meta.userid === undefined ? {} : { userid: meta.userid }),
    actor: meta.actor,
    correlationid: meta.correlation_id,
    ...(meta.causation_id === null ? {} : { causationid: meta.causation_id }),
    ...(meta.traceparent === null ? {} : { traceparent: meta.traceparent }),
    revision: meta.revision,
    prevhash: meta.prevhash,
    data,
  };
}

/** What a seal is bound to: the event, and what it is of. */
export function sealContext(eventId: string, of: string): string {
  return `${eventId}/${of}`;
}

/** `context`: what it was sealed in. Throws UnreadableEvent. */
export function unsealed(message: StoredMessage, key: SealingKey, sealed: unknown, context: string): unknown {
  if (typeof sealed !== 'string') throw malformed(message, '`data.sealed` is no text');
  try {
    return JSON.parse(unseal(key, sealed, context).toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause;
    throw new UnreadableEvent('SEAL_BROKEN', `${named(message)}: ${cause.message}`, { cause });
  }
}

/** The version that each type is written in: one more than there are upcasters. */
export function versionsOf<Type extends string>(upcasters: Upcasters<Type>): Readonly<Record<Type, number>> {
  const entries = Object.entries<readonly Upcaster[]>(upcasters);
  return Object.fromEntries(entries.map(([type, { length }]) => [type, length + 1])) as Record<Type, number>;
}

/** The document of one of the types that `known` has, its data in the current version. Throws UnreadableEvent. */
export function readDocument<Type extends string>(
  message: StoredMessage,
  known: Upcasters<Type>,
): { readonly type: Type; readonly data: JsonObject; readonly document: CloudEvent } {
  const document = parseDocument(message);
  const { type } = document;
  if (!isKnown(type, known)) {
    throw new UnreadableEvent('UNKNOWN_TYPE', `${named(message)} is of type ${type}, unknown to this build`);
  }
  return { type, data: currentData(message, type, known[type], document), document };
}

/** Throws UnreadableEvent. */
export function parseDocument(message: StoredMessage): CloudEvent {
  const { body } = message;
  let document: CloudEvent;
  try {
    document = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (cause) {
    throw malformed(message, 'the body is no JSON', cause);
  }
  if (document?.specversion !== '1.0') throw malformed(message, 'the body is no CloudEvents 1.0 document');
  return document;
}

function isKnown<Type extends string>(type: string, known: Upcasters<Type>): type is Type {
  return Object.hasOwn(known, type);
}

/** `data` in the shape of the type's current version. Throws UnreadableEvent. */
export function currentData(
  message: StoredMessage,
  type: string,
  upcasters: readonly Upcaster[],
  document: CloudEvent,
): JsonObject {
  const current = upcasters.length + 1;
  const isCurrent = document.dataschema === `${SCHEMA}${type}:${current}`;
  const version = isCurrent ? current : versionOf(message, type, document);
  if (version > current) {
    const text = `${named(message)} is ${type} in version ${version}; this build knows version ${current}`;
    throw new UnreadableEvent('UNKNOWN_VERSION', text);
  }
  const { data } = document;
  if (typeof data !== 'object' || data === null) throw malformed(message, 'no data');
  if (version === current) return data;
  const time = parseInstant(document.time);
  if (time === null) throw malformed(message, 'time');
  return upcasters.slice(version - 1).reduce((older, upcast) => upcast(older, time), data);
}

function versionOf(message: StoredMessage, type: string, { dataschema }: CloudEvent): number {
  const schema = `${SCHEMA}${type}:`;
  const version = dataschema?.startsWith(schema) ? dataschema.slice(schema.length) : '';
  if (!/^[1-9]\d*$/.test(version)) throw malformed(message, `dataschema ${dataschema}`);
  return Number(version);
}

function metaOf(
  message: StoredMessage,
  document: CloudEvent,
  hash: Hash,
  target: ReturnType<typeof parseTaskSubject>,
): EventMeta {
  if (target === null || target.userId !== document.userid || target.taskId !== document.subject) {
    throw malformed(message, `the document is of user ${document.userid}, task ${document.subject}`);
  }
  return { ...factMetaOf(message, document, hash), user_id: target.userId, task_id: target.taskId };
}

export function factMetaOf(
  message: StoredMessage,
  document: CloudEvent,
  hash = hashOf(message.body),
): FactMeta {
  const id = parseEventId(document.id);
  const time = parseInstant(document.time);
  const revision = parseRevision(document.revision);
  const prevhash = parseHash(document.prevhash);
  if (id === null || time === null || revision === null || prevhash === null) {
    throw malformed(message, 'id, time, revision or prevhash');
  }
  return {
    id,
    sequence: message.sequence,
    revision,
    time,
    actor: document.actor,
    correlation_id: document.correlationid,
    causation_id: document.causationid ?? null,
    traceparent: document.traceparent ?? null,
    hash,
    prevhash,
  };
}

export function malformed(message: StoredMessage, what: string, cause?: unknown): UnreadableEvent {
  return new UnreadableEvent('MALFORMED', `${named(message)} is malformed: ${what}`, { cause });
}

function named(message: StoredMessage): string {
  return `event ${message.sequence} of the log (${message.subject})`;
}
