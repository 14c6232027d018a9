/**
 * Whether the stored log is what was appended, as far as it can say so itself: every subject's events count their
 * revisions from 1 and each names the hash of the one before it; what stands in a message's headers and subject is what
 * its document says. Headers are covered by no hash, so nobody may have come to rely on one that was changed.
 *
 * A log that was rewritten so that all of this holds again is told only by what was known of it elsewhere.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { NO_HASH } from '../../domain/shared/ids.ts';
import { type CloudEvent, hashOf, parseDocument, UnreadableEvent } from '../codec/codec.ts';
import { type LeaderMessage, readLast } from '../connection/leader-read.ts';
import {
  LOG_STREAM,
  LOG_SUBJECTS,
  parseFactsSubject,
  parseTaskSubject,
  parseTemplateSubject,
} from '../connection/subjects.ts';
import { readStream } from '../log/log-pages.ts';

export type LogFaultKind =
  /** Its bytes are not those that the next event of its subject was appended behind, or no document at all. */
  | 'changed'
  /** Of its subject one or more events are not there. */
  | 'missing'
  /** It stands behind one that came after it. */
  | 'moved'
  /** A header says another thing than its document. */
  | 'header'
  /** It stands under the subject of another task or user than its document says. */
  | 'foreign-subject';

export interface LogFault {
  readonly kind: LogFaultKind;
  /** Of the event; of the one behind those that are missing. */
  readonly sequence: number;
  readonly subject: string;
  readonly what: string;
}

/** Reads the whole log, and answers how many events it has. Throws LogUnavailable. */
export async function findFaults(nc: NatsConnection, onFault: (fault: LogFault) => void): Promise<number> {
  const check = new LogCheck(onFault);
  const log = { stream: LOG_STREAM, subject: LOG_SUBJECTS };
  const last = await readLast(nc, LOG_STREAM, LOG_SUBJECTS);
  for await (const message of readStream(nc, log, last?.sequence ?? 0)) check.add(message);
  check.end();
  return check.events;
}

interface Head {
  readonly sequence: number;
  readonly revision: number;
  readonly hash: string;
}

/** Messages in the order of the log. Keeps one head for each subject. */
export class LogCheck {
  readonly #onFault: (fault: LogFault) => void;
  readonly #heads = new Map<string, Head>();
  /** By subject and revision: what may still come, out of its order. */
  readonly #missing = new Map<string, LogFault>();
  #events = 0;

  constructor(onFault: (fault: LogFault) => void) {
    this.#onFault = onFault;
  }

  get events(): number {
    return this.#events;
  }

  add(message: LeaderMessage): void {
    this.#events++;
    const { sequence, subject } = message;
    const fault = (kind: LogFaultKind, what: string, at = sequence) =>
      this.#onFault({ kind, sequence: at, subject, what });
    const document = documentOf(message);
    if (document === null) {
      fault('changed', 'the body is no CloudEvents document');
      return;
    }
    if (!isOf(subject, document)) {
      fault('foreign-subject', `its document is of ${document.userid ?? 'nobody'}, ${document.subject}`);
      return;
    }
    const head = this.#heads.get(subject);
    for (const what of headerFaults(message, document, head?.sequence ?? 0)) fault('header', what);
    this.#follow(message, document, head, fault);
  }

  /** What has not come by now is missing. */
  end(): void {
    for (const fault of this.#missing.values()) this.#onFault(fault);
    this.#missing.clear();
  }

  #follow(
    { sequence, subject, body }: LeaderMessage,
    { revision, prevhash }: CloudEvent,
    head: Head | undefined,
    fault: (kind: LogFaultKind, what: string, at?: LeaderMessage['sequence']) => void,
  ): void {
    const last = head?.revision ?? 0;
    if (revision <= last) {
      this.#missing.delete(`${subject} ${revision}`);
      fault('moved', `revision ${revision} behind revision ${last}`);
      return;
    }
    for (let each = last + 1; each < revision; each++) {
      const what = `revision ${each}, before this one of revision ${revision}`;
      this.#missing.set(`${subject} ${each}`, { kind: 'missing', sequence, subject, what });
    }
    if (revision === last + 1 && prevhash !== (head?.hash ?? NO_HASH)) {
      const at = (head?.sequence ?? sequence) as LeaderMessage['sequence'];
      fault('changed', `event ${sequence} was appended behind other bytes`, at);
    }
    this.#heads.set(subject, { sequence, revision, hash: hashOf(body) });
  }
}

function documentOf(message: LeaderMessage): CloudEvent | null {
  try {
    const document = parseDocument(message);
    return Number.isSafeInteger(document.revision) ? document : null;
  } catch (error) {
    if (error instanceof UnreadableEvent) return null;
    throw error;
  }
}

/** Subjects of neither task, user nor template have documents of their own. */
function isOf(subject: string, document: CloudEvent): boolean {
  const task = parseTaskSubject(subject);
  if (task !== null) return document.userid === task.userId && document.subject === task.taskId;
  const user = parseFactsSubject(subject);
  if (user !== null) return document.userid === user && document.subject === user;
  const template = parseTemplateSubject(subject);
  return template === null || document.subject === template;
}

/** `before`: where the subject's event before it stands, 0 for none. */
function headerFaults(message: LeaderMessage, document: CloudEvent, before: number): string[] {
  const told: readonly (readonly [string, string])[] = [
    ['Nats-Msg-Id', document.id],
    ['Event-Type', document.type],
    ['Nats-Expected-Last-Subject-Sequence', `${before}`],
  ];
  return told.flatMap(([name, wanted]) => {
    const found = message.header(name);
    return found === '' || found === wanted ? [] : [`${name} is ${found}, by its document ${wanted}`];
  });
}
