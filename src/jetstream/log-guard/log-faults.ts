/**
 * Whether the stored log is what was appended, as far as it can say so itself: every subject's events count their
 * revisions from 1 and each names the hash of the one before it; what stands in a message's headers and subject is what
 * its document says. Headers are covered by no hash, so nobody may have come to rely on one that was changed.
 *
 * A log that was rewritten so that all of this holds again is told only by what was known of it elsewhere.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogCheckOptions, LogFault, LogFaultKind } from '../../application/ports/log/audit.ts';
import { NO_HASH, type Sequence } from '../../domain/shared/ids.ts';
import { Timeslice } from '../../kernel/timeslice.ts';
import { type CloudEvent, hashOf, parseDocument, UnreadableEvent } from '../codec/codec.ts';
import { type LeaderMessage, readLast } from '../connection/leader-read.ts';
import {
  LOG_STREAM,
  parseCalendarsSubject,
  parseDestinationsSubject,
  parseFactsSubject,
  parseTaskSubject,
  parseTemplateSubject,
} from '../connection/subjects.ts';
import { readStream } from '../log/log-pages.ts';
import { subjectsOf } from '../log/stored-log.ts';

/** Reads the whole log, and answers how many events it has. Throws LogUnavailable. */
export function findFaults(nc: NatsConnection, onFault: (fault: LogFault) => void): Promise<number> {
  return checkLog(nc, {
    filter: { userId: null, taskId: null },
    through: Number.MAX_SAFE_INTEGER as Sequence,
    isFollowed: () => true,
    onFault,
    onEntry: () => {},
    signal: new AbortController().signal,
  });
}

/** Reads what is stored a page at a time, and lets others have their turn meanwhile. */
export async function checkLog(nc: NatsConnection, options: LogCheckOptions): Promise<number> {
  const { filter, through, isFollowed, onFault, onEntry, signal } = options;
  const check = new LogCheck(onFault);
  const log = { stream: LOG_STREAM, subject: subjectsOf(filter) };
  const last = await readLast(nc, LOG_STREAM, log.subject);
  const slice = new Timeslice();
  for await (const message of readStream(nc, log, Math.min(last?.sequence ?? 0, through))) {
    signal.throwIfAborted();
    onEntry(message);
    if (isFollowed(message.subject)) check.add(message);
    if (slice.isOver()) await slice.next();
  }
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
  const user =
    parseFactsSubject(subject) ?? parseDestinationsSubject(subject) ?? parseCalendarsSubject(subject) ?? null;
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
