/** The log of everybody as lines, a page in hand and the next one on its way: however long it is, memory stays small. */
import type {
  AuditedEvents,
  AuditedLog,
  AuditQuery,
  StoredEntry,
  StoredLog,
} from '../../application/ports/audit.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { endLine, entryLine } from './lines.ts';

const CHUNK_BYTES = 256 * 1024;

export class LogForAuditors implements AuditedLog {
  readonly #log: StoredLog;

  constructor(log: StoredLog) {
    this.#log = log;
  }

  /** Throws LogUnavailable, also in mid-way: then there is no last line. */
  async events(query: AuditQuery): Promise<AuditedEvents> {
    const last = await this.#log.lastSequence();
    if (query.after > last) return { kind: 'cursor_ahead', last };
    const through = query.until === null ? last : (Math.min(query.until, last) as Sequence);
    return { kind: 'events', chunks: this.#chunks(query, through) };
  }

  async *#chunks(query: AuditQuery, through: Sequence): AsyncGenerator<Uint8Array, void, void> {
    const isWanted = wantedBy(query);
    let count = 0;
    let lines: Buffer[] = [];
    let bytes = 0;
    for await (const page of readAhead(this.#log.pages(query, query.after, through))) {
      for (const entry of page) {
        if (!isWanted(entry)) continue;
        const line = entryLine(entry);
        count++;
        bytes += line.length;
        lines.push(line);
        if (bytes < CHUNK_BYTES) continue;
        yield Buffer.concat(lines);
        lines = [];
        bytes = 0;
      }
    }
    lines.push(endLine(through, count));
    yield Buffer.concat(lines);
  }
}

/** The same, the next one asked for while one is worked on. */
async function* readAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done === true) return;
      next = items.next();
      // Whoever stops early does not wait for it, nor for what becomes of it.
      next.catch(() => {});
      yield value;
    }
  } finally {
    void items.return(undefined);
  }
}

function wantedBy({ types, from, to }: AuditQuery): (entry: StoredEntry) => boolean {
  if (types === null && from === null && to === null) return () => true;
  return ({ body }) => {
    const { type, time } = membersOf(body);
    if (types !== null && !types.has(String(type))) return false;
    // Of what has no time nobody can say that it is outside.
    if (typeof time !== 'string') return true;
    return (from === null || time >= from) && (to === null || time < to);
  };
}

function membersOf(body: Uint8Array): { type?: unknown; time?: unknown } {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')) ?? {};
  } catch {
    return {};
  }
}
