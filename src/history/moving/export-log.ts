/**
 * The log into a folder (`manifest.ts`), in constant memory. What was broken off goes on: the parts that are there are read
 * and held against the order of events, the one in the making is begun again.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredEntry, StoredLog } from '../../application/ports/log/audit.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import { entryLeaf } from '../audit/entry.ts';
import { GrowingTree } from '../audit/merkle.ts';
import { MOST_LINE_BYTES } from '../audit/split-lines.ts';
import { UnusableData } from '../unusable-data.ts';
import {
  EXPORT_MANIFEST,
  type ExportManifest,
  type ExportPart,
  isPartName,
  newManifest,
  PART_BYTES,
  partName,
} from './manifest.ts';
import { PARTIAL, PartWriter, readPart, sha256Of } from './parts.ts';

const EVERYBODY = { userId: null, taskId: null };

export interface ExportOptions {
  readonly log: StoredLog;
  readonly folder: string;
  readonly after: Sequence;
  readonly now: Instant;
  /** The signed checkpoint that an event is; null for any other event. */
  readonly noteOf: (entry: StoredEntry) => string | null;
  readonly partBytes?: number;
}

/** All but the manifest, which is to be written last. Throws UnusableData, LogUnavailable. */
export async function exportLog(options: ExportOptions): Promise<ExportManifest> {
  const { log, folder, after, now } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const through = await log.lastSequence();
  if (after > through) throw new UnusableData(`the log ends with event ${through}, before --after ${after}`);
  const writing = new Writing(options);
  if (after > 0) {
    for await (const page of log.pages(EVERYBODY, 0 as Sequence, after)) writing.before(page);
  }
  await writing.resume(await partsThere(folder));
  if (writing.last > through) {
    throw new UnusableData(`${folder} holds event ${writing.last}, and the log ends with event ${through}`);
  }
  const from = writing.last as Sequence;
  for await (const page of log.pages(EVERYBODY, from, through)) {
    for (const entry of page) await writing.add(entry);
  }
  if (writing.last !== through) throw missing(writing.last + 1);
  const parts = await writing.finish();
  const { root, checkpoint } = writing;
  return newManifest({ now, after, last_sequence: through, root, checkpoint, parts });
}

class Writing {
  readonly #options: ExportOptions;
  readonly #tree = new GrowingTree();
  readonly #parts: ExportPart[] = [];
  #part: PartWriter | null = null;
  #checkpoint: string | null = null;

  constructor(options: ExportOptions) {
    this.#options = options;
  }

  /** The last event that was seen. */
  get last(): number {
    return this.#tree.size;
  }

  get root(): string {
    return this.#tree.root().toString('base64');
  }

  get checkpoint(): string | null {
    return this.#checkpoint;
  }

  /** Events that are not exported: the tree is over them too. */
  before(page: readonly StoredEntry[]): void {
    for (const entry of page) this.#grow(entry);
  }

  async resume(names: readonly string[]): Promise<void> {
    const { folder } = this.#options;
    for (const [index, name] of names.entries()) {
      if (name !== partName(index + 1)) {
        throw new UnusableData(`${folder} lacks ${partName(index + 1)}: export into another folder`);
      }
      const first_sequence = this.last + 1;
      let bytes = 0;
      for await (const read of readPart(folder, name, PART_BYTES + MOST_LINE_BYTES)) {
        this.#exported(read.entry);
        bytes = read.bytes;
      }
      const sha256 = await sha256Of(join(folder, name));
      this.#parts.push({ name, first_sequence, last_sequence: this.last, bytes, sha256 });
    }
  }

  async add(entry: StoredEntry): Promise<void> {
    const { folder, partBytes = PART_BYTES } = this.#options;
    this.#exported(entry);
    this.#part ??= new PartWriter(folder, partName(this.#parts.length + 1));
    await this.#part.add(entry);
    if (this.#part.bytes >= partBytes) await this.#finishPart();
  }

  async finish(): Promise<ExportPart[]> {
    await this.#finishPart();
    return this.#parts;
  }

  async #finishPart(): Promise<void> {
    if (this.#part !== null) this.#parts.push(await this.#part.finish());
    this.#part = null;
  }

  #exported(entry: StoredEntry): void {
    this.#grow(entry);
    this.#checkpoint = this.#options.noteOf(entry) ?? this.#checkpoint;
  }

  #grow(entry: StoredEntry): void {
    if (entry.sequence !== this.last + 1) throw missing(this.last + 1);
    this.#tree.add(entryLeaf(entry));
  }
}

function missing(sequence: number): UnusableData {
  return new UnusableData(`event ${sequence} is not there`);
}

/** Names of whole parts, in order; what was in the making is removed. Throws UnusableData for a folder of something else. */
async function partsThere(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).sort();
  if (names.includes(EXPORT_MANIFEST)) {
    throw new UnusableData(`${folder} holds a whole export: export what came since by --after, elsewhere`);
  }
  const foreign = names.find((name) => !isPartName(name) && !name.endsWith(PARTIAL));
  if (foreign !== undefined) throw new UnusableData(`${folder} holds something else: ${foreign}`);
  for (const name of names.filter((each) => each.endsWith(PARTIAL))) await rm(join(folder, name));
  return names.filter(isPartName);
}
