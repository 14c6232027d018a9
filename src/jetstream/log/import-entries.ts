/**
 * Events of an exported log appended to this one, byte for byte and each at its own sequence: every batch is conditional
 * on the log ending where it has to begin, so whatever else is appended meanwhile ends the import, and one that was killed
 * has left whole batches. Headers are made anew from the documents, as the service writes them.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogRefused } from '../../application/ports/failures.ts';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { CLOUD_EVENTS_JSON, parseDocument } from '../codec/codec.ts';
import { type BatchMessage, PublishCode, publishBatch } from '../connection/atomic-batch.ts';
import { jetstreamErrorCode, notWritten } from '../connection/errors.ts';
import { parseFactsSubject } from '../connection/subjects.ts';
import { LOSS_SUBJECT, lossHeaders } from '../log-guard/loss-event.ts';

const BATCH_MESSAGES = 500;
/** A batch is closed when it has grown to this; one message is below the server's limit, as it was before. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_TIMEOUT_MS = 10_000;

/** The log has another end than the import goes on behind: somebody appends to it. */
export class ImportOvertaken extends Error {
  override readonly name = 'ImportOvertaken';
}

export class ImportedLog {
  readonly #nc: NatsConnection;
  /** The last sequence of each user's own facts. */
  readonly #facts = new Map<string, number>();
  #end: number;
  #batch: BatchMessage[] = [];
  #bytes = 0;
  #appended = 0;

  /** `end`: the log's last sequence. */
  constructor(nc: NatsConnection, end: number) {
    this.#nc = nc;
    this.#end = end;
  }

  get appended(): number {
    return this.#appended;
  }

  /** An event that is there. */
  found({ subject, sequence }: StoredEntry): void {
    if (parseFactsSubject(subject) !== null) this.#facts.set(subject, sequence);
  }

  /** The next event. Throws ImportOvertaken, LogUnavailable, LogRefused. */
  async add(entry: StoredEntry): Promise<void> {
    const { subject, sequence, body } = entry;
    const document = parseDocument(entry);
    const isFact = parseFactsSubject(subject) !== null;
    // Who reads a user's own facts backwards follows their locks: each of them carries its own.
    if (isFact && this.#batch.some((other) => other.subject === subject)) await this.#flush();
    const headers = {
      'Nats-Msg-Id': document.id,
      'Content-Type': CLOUD_EVENTS_JSON,
      'Event-Type': document.type,
      ...(isFact ? { 'Nats-Expected-Last-Subject-Sequence': `${this.#facts.get(subject) ?? 0}` } : {}),
      ...(subject === LOSS_SUBJECT ? lossHeaders(document.data) : {}),
      ...(this.#batch.length === 0 ? { 'Nats-Expected-Last-Sequence': `${this.#end}` } : {}),
    };
    if (isFact) this.#facts.set(subject, sequence);
    this.#batch.push({ subject, headers, payload: body });
    this.#bytes += body.length;
    if (this.#batch.length >= BATCH_MESSAGES || this.#bytes >= BATCH_BYTES) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
  }

  async #flush(): Promise<void> {
    const batch = this.#batch.splice(0);
    this.#bytes = 0;
    if (batch.length === 0) return;
    const wanted = this.#end + batch.length;
    try {
      const { sequence } = await publishBatch(this.#nc, batch, BATCH_TIMEOUT_MS);
      if (sequence !== wanted) throw overtaken(wanted, sequence);
    } catch (error) {
      if (error instanceof ImportOvertaken) throw error;
      if (jetstreamErrorCode(error) === PublishCode.lockLost) throw overtaken(this.#end, null);
      if (jetstreamErrorCode(error) === PublishCode.duplicateInBatch) {
        throw new LogRefused('REFUSED', `an id of events ${this.#end + 1} to ${wanted} is there twice`);
      }
      throw notWritten(error);
    }
    this.#end = wanted;
    this.#appended += batch.length;
  }
}

function overtaken(wanted: number, found: number | null): ImportOvertaken {
  const where = found === null ? `no more with event ${wanted}` : `with event ${found}, not ${wanted}`;
  return new ImportOvertaken(`the log ends ${where}: something else appends to it; stop that`);
}
