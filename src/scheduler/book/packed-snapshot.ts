/**
 * A snapshot of scheduling state as a few bytes, for the many tasks that only wait: a tenth of the memory of the objects,
 * and nothing for the garbage collector to visit.
 *
 * Most of what a task's state says is said by thousands of others too: which members there are, that they are null, and
 * keywords such as `medium` or `latest`. That is kept once, as a *shape* with gaps; the bytes hold the shape's number
 * and what fills its gaps. Nothing here knows the members by name but a few, so members may be added to the state without
 * a thought of this file.
 *
 *     revision | hash, 32 bytes | shape of the schedule, 0 for none | its gaps | shape of the rest | its gaps
 *
 * A gap is a count (7 bits a byte, the lowest first), an instant (epoch milliseconds, 6 bytes), or a text (its length as a
 * count, UTF-8); whatever else there may be is a text of JSON. The task's id and the sequence are the book's to remember.
 */
import type { Snapshot } from '../../domain/shared/event.ts';
import type { Hash, Revision, Sequence, TaskId } from '../../domain/shared/ids.ts';
import type { SchedulingState } from '../../domain/task/state.ts';
import { ByteReader, ByteWriter } from './packed-bytes.ts';
import { type Part, Shapes } from './shapes.ts';

const NO_SCHEDULE = 0;
/** Kept by the book beside the bytes. */
const NOT_PACKED: ReadonlySet<string> = new Set(['task_id', 'schedule']);
const NOTHING_LEFT_OUT: ReadonlySet<string> = new Set();

export class SnapshotPacker {
  readonly #schedules = new Shapes();
  readonly #rests = new Shapes();
  readonly #writer = new ByteWriter();

  /** Good until the next call. */
  pack({ revision, hash, state }: Snapshot<SchedulingState>): Uint8Array {
    const writer = this.#writer;
    writer.begin();
    writer.count(revision);
    writer.hash(hash);
    if (state.schedule === null) writer.count(NO_SCHEDULE);
    else pack(this.#schedules, state.schedule, NOTHING_LEFT_OUT, writer);
    pack(this.#rests, state, NOT_PACKED, writer);
    return writer.written();
  }

  /** Of bytes that this packer packed. */
  unpack(bytes: Buffer, task_id: TaskId, sequence: Sequence): Snapshot<SchedulingState> {
    const reader = new ByteReader(bytes);
    const revision = reader.count() as Revision;
    const hash = reader.hash() as Hash;
    const schedule = unpack(this.#schedules, reader, {});
    const state = unpack(this.#rests, reader, { task_id, schedule });
    return { sequence, revision, hash, state: state as unknown as SchedulingState };
  }
}

function pack(shapes: Shapes, object: object, without: ReadonlySet<string>, writer: ByteWriter): void {
  const shape = shapes.of(object, without);
  writer.count(shape.number);
  for (const { name, kind } of shape.parts) {
    const value = (object as Record<string, unknown>)[name];
    switch (kind) {
      case 'common':
        break;
      case 'count':
        writer.count(value as number);
        break;
      case 'instant':
        writer.instant(Date.parse(value as string));
        break;
      case 'text':
        writer.text(value as string);
        break;
      case 'own':
        writer.text(JSON.stringify(value));
        break;
    }
  }
}

function unpack(
  shapes: Shapes,
  reader: ByteReader,
  object: Record<string, unknown>,
): Record<string, unknown> | null {
  const parts = shapes.at(reader.count());
  if (parts === null) return null;
  for (const part of parts) object[part.name] = unpackedPart(part, reader);
  return object;
}

function unpackedPart({ kind, common }: Part, reader: ByteReader): unknown {
  switch (kind) {
    case 'common':
      return common;
    case 'count':
      return reader.count();
    case 'instant':
      return new Date(reader.instant()).toISOString();
    case 'text':
      return reader.text();
    case 'own':
      return JSON.parse(reader.text());
  }
}
