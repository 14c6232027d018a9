/** The log of everybody as lines, a page in hand and the next one on its way: however long it is, memory stays small. */
import type {
  AuditedEvents,
  AuditedLog,
  AuditQuery,
  CheckpointLog,
  EntryFilter,
  ProvenEvents,
  StoredEntry,
  StoredLog,
  StoredTiles,
} from '../../application/ports/log/audit.ts';
import type { CosignedCheckpoints } from '../../application/ports/witnesses.ts';
import { NO_SEQUENCE, type Sequence, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import { msBetween } from '../../domain/shared/instant.ts';
import { originOf } from './checkpoint.ts';
import { endLine, entryLine, proofLine } from './lines.ts';
import { LogTree } from './log-tree.ts';
import { proofText } from './proof.ts';
import { hasTile, parseTilePath } from './tiles.ts';

/** So much later than the last cosigned checkpoint the newest is served without cosignatures: witnesses hold up nobody. */
const WAITED_FOR_MS = 120_000;
const CHUNK_BYTES = 256 * 1024;

export class LogForAuditors implements AuditedLog {
  readonly #log: StoredLog;
  readonly #tree: LogTree;
  readonly #checkpoints: Pick<CheckpointLog, 'last'>;
  readonly #cosigned: Pick<CosignedCheckpoints, 'get'> | null;

  /** `cosigned` null: checkpoints are served as they were signed. */
  constructor(
    log: StoredLog,
    tiles: StoredTiles,
    checkpoints: Pick<CheckpointLog, 'last'>,
    cosigned: Pick<CosignedCheckpoints, 'get'> | null = null,
  ) {
    this.#log = log;
    this.#tree = new LogTree(log, tiles);
    this.#checkpoints = checkpoints;
    this.#cosigned = cosigned;
  }

  /** Throws LogUnavailable, also in mid-way: then there is no last line. */
  async events(query: AuditQuery): Promise<AuditedEvents> {
    const last = await this.#log.lastSequence();
    if (query.after > last) return { kind: 'cursor_ahead', last };
    const through = query.until === null ? last : (Math.min(query.until, last) as Sequence);
    return { kind: 'events', chunks: this.#chunks(query, through) };
  }

  async proof(userId: UserId | null, taskId: TaskId): Promise<ProvenEvents> {
    const checkpoint = await this.checkpoint();
    const size = sizeOf(checkpoint);
    const first = await this.#log
      .pages({ userId, taskId }, NO_SEQUENCE, await this.#log.lastSequence())
      .next();
    const found = first.done === true ? undefined : first.value[0];
    if (found === undefined) return { kind: 'not_found' };
    if (checkpoint === null || found.sequence > size) return { kind: 'not_signed' };
    return { kind: 'proven', chunks: this.#proven({ userId, taskId }, checkpoint, size) };
  }

  async *#proven(
    filter: EntryFilter,
    checkpoint: string,
    size: Sequence,
  ): AsyncGenerator<Uint8Array, void, void> {
    let last: StoredEntry | null = null;
    for await (const page of this.#log.pages(filter, NO_SEQUENCE, size)) {
      if (page.length > 0) yield Buffer.concat(page.map(entryLine));
      last = page.at(-1) ?? last;
    }
    if (last === null) return;
    const index = last.sequence - 1;
    const hashes = await this.#tree.inclusion(index, size);
    yield proofLine(proofText({ index, hashes, checkpoint }));
  }

  /** The newest that enough witnesses have cosigned, unless the newest of all has been there for too long without. */
  async checkpoint(): Promise<string | null> {
    const last = await this.#checkpoints.last();
    if (last === null) return null;
    const cosigned = (await this.#cosigned?.get()) ?? null;
    if (cosigned === null || originOf(cosigned.note) !== originOf(last.note)) return last.note;
    const isAhead = sizeOf(cosigned.note) > sizeOf(last.note);
    return isAhead || msBetween(cosigned.time, last.time) > WAITED_FOR_MS ? last.note : cosigned.note;
  }

  async tile(level: string, path: string): Promise<Uint8Array | null> {
    const place = parseTilePath(level, path);
    const size = sizeOf(await this.#newest());
    return place !== null && hasTile(place, size) ? this.#tree.tile(place) : null;
  }

  async entries(path: string): Promise<Uint8Array | null> {
    const place = parseTilePath('0', path);
    const size = sizeOf(await this.#newest());
    if (place === null || !hasTile(place, size)) return null;
    return this.#tree.entryBundle(place.index, place.width);
  }

  async #newest(): Promise<string | null> {
    return (await this.#checkpoints.last())?.note ?? null;
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

/** Of the tree that a note of ours is about. */
function sizeOf(note: string | null): Sequence {
  const [, size = '0'] = note?.split('\n') ?? [];
  return Number(size) as Sequence;
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
