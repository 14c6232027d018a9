/** Parts of an exported log, written and read as streams: neither holds more than some lines at a time. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { entryLine, parseEntryLine } from '../audit/lines.ts';
import { splitLines } from '../audit/split-lines.ts';
import { UnusableData } from '../unusable-data.ts';
import type { ExportPart } from './manifest.ts';

/** What a part is called until it is whole. */
export const PARTIAL = '.partial';
const PACKED_TOGETHER_BYTES = 256 * 1024;

/** A part in the making. It has its name only when it is whole and on the disk. */
export class PartWriter {
  readonly #folder: string;
  readonly #name: string;
  readonly #partial: string;
  readonly #gzip = createGzip();
  readonly #hash = createHash('sha256');
  readonly #written: Promise<void>;
  #first = 0;
  #last = 0;
  #bytes = 0;
  #lines: Buffer[] = [];
  #waiting = 0;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.#partial = join(folder, `${name}.${process.pid}${PARTIAL}`);
    const hash = this.#hash;
    const hashed = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    };
    this.#written = pipeline(this.#gzip, hashed, createWriteStream(this.#partial, { mode: 0o600 }));
    // Looked at when it is waited for.
    this.#written.catch(() => {});
  }

  /** Of its lines. */
  get bytes(): number {
    return this.#bytes;
  }

  async add(entry: StoredEntry): Promise<void> {
    const line = entryLine(entry);
    if (this.#first === 0) this.#first = entry.sequence;
    this.#last = entry.sequence;
    this.#bytes += line.length;
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#waiting >= PACKED_TOGETHER_BYTES) await this.#pack();
  }

  /** Every piece that is packed costs a turn of its own on another thread: many lines are one. */
  async #pack(): Promise<void> {
    const piece = Buffer.concat(this.#lines);
    this.#lines = [];
    this.#waiting = 0;
    if (!this.#gzip.write(piece)) await Promise.race([once(this.#gzip, 'drain'), this.#written]);
  }

  async finish(): Promise<ExportPart> {
    await this.#pack();
    this.#gzip.end();
    await this.#written;
    await synced(this.#partial);
    await link(this.#partial, join(this.#folder, this.#name));
    await rm(this.#partial);
    await synced(this.#folder);
    return {
      name: this.#name,
      first_sequence: this.#first,
      last_sequence: this.#last,
      bytes: this.#bytes,
      sha256: this.#hash.digest('hex'),
    };
  }
}

/** A file or folder is on the disk as it is. */
export async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Throws UnusableData where it cannot be read. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  } catch {
    throw new UnusableData(`${path} cannot be read`);
  }
  return hash.digest('hex');
}

/**
 * The events of a part, in its order, and how many bytes its lines are. Throws UnusableData where it is not such a part, or
 * unpacks to more than `mostBytes`.
 */
export async function* readPart(
  folder: string,
  name: string,
  mostBytes: number,
): AsyncGenerator<{ readonly entry: StoredEntry; readonly bytes: number }> {
  const lines = splitLines(unpacked(createReadStream(join(folder, name)), name, mostBytes));
  let number = 0;
  let bytes = 0;
  for await (const line of lines) {
    number++;
    bytes += line.length + 1;
    if (line.at(-1) === 0x0d) throw new UnusableData(`${name}, line ${number}: it ends in a carriage return`);
    const parsed = parseEntryLine(line);
    if (parsed.kind !== 'entry') {
      const why = parsed.kind === 'broken' ? parsed.why : `the "${parsed.kind}" of another form`;
      throw new UnusableData(`${name}, line ${number}: ${why}`);
    }
    const { kind: _, ...entry } = parsed;
    if (!entryLine(entry).subarray(0, -1).equals(line)) {
      throw new UnusableData(`${name}, line ${number}: an event that is not in the form of an export`);
    }
    yield { entry, bytes };
  }
}

async function* unpacked(file: AsyncIterable<unknown>, name: string, mostBytes: number) {
  const gunzip = createGunzip();
  const fed = pipeline(file, gunzip);
  fed.catch(() => {});
  let bytes = 0;
  try {
    for await (const chunk of gunzip) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) throw new UnusableData(`${name} unpacks to more than ${mostBytes} bytes`);
      yield chunk as Buffer;
    }
    await fed;
  } catch (error) {
    if (error instanceof UnusableData) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new UnusableData(`${name} cannot be unpacked: ${why}`);
  } finally {
    gunzip.destroy();
  }
}
