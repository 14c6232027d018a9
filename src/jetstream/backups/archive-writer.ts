import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Pack, pack } from 'tar-stream';
import { BACKUP_PARTS, type BackupPart } from '../../application/ports/user-backups.ts';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';
import { FORMAT, FORMAT_VERSION, MANIFEST, type Manifest } from './format.ts';

/** A part is closed when it has grown to this; a tar wants to know a file's size before its content. */
const FILE_BYTES = 1024 * 1024;

interface Open {
  readonly lines: Buffer[];
  bytes: number;
  rows: number;
  /** Of these, the rows of files that are closed. */
  closedRows: number;
  files: number;
}

/** Writes an archive line by line, with no more than a file of each part in memory. */
export class ArchiveWriter {
  /** The compressed archive; whoever reads it sets the pace. */
  readonly stream: Readable;
  readonly #pack: Pack = pack();
  readonly #mtime: Date;
  readonly #files: Manifest['files'] = [];
  readonly #open: Readonly<Record<BackupPart, Open>>;

  constructor(createdAt: Instant) {
    this.#mtime = new Date(epochMs(createdAt));
    const none = (): Open => ({ lines: [], bytes: 0, rows: 0, closedRows: 0, files: 0 });
    this.#open = { tasks: none(), executions: none(), events: none() };
    const gzip = createGzip();
    this.stream = gzip;
    // A failure reaches whoever reads the stream.
    pipeline(this.#pack, gzip).catch(() => {});
  }

  /** Rows so far. */
  get counts(): Manifest['counts'] {
    const { tasks, executions, events } = this.#open;
    return { tasks: tasks.rows, executions: executions.rows, events: events.rows };
  }

  async add(part: BackupPart, line: Buffer): Promise<void> {
    const open = this.#open[part];
    open.lines.push(line, NEWLINE);
    open.bytes += line.length + 1;
    open.rows++;
    if (open.bytes >= FILE_BYTES) await this.#close(part);
  }

  /** Closes what is open and writes the manifest. */
  async finish(
    about: Pick<Manifest, 'user_id' | 'created_at' | 'scope' | 'first_sequence' | 'last_sequence'>,
  ): Promise<Manifest> {
    for (const part of BACKUP_PARTS) await this.#close(part);
    const manifest: Manifest = {
      format: FORMAT,
      format_version: FORMAT_VERSION,
      ...about,
      counts: this.counts,
      files: this.#files,
    };
    await this.#entry(MANIFEST, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
    this.#pack.finalize();
    return manifest;
  }

  /** Gives up: the stream ends with the error. */
  destroy(error: Error): void {
    this.#pack.destroy(error);
  }

  async #close(part: BackupPart): Promise<void> {
    const open = this.#open[part];
    if (open.bytes === 0) return;
    const content = Buffer.concat(open.lines.splice(0), open.bytes);
    const rows = open.rows - open.closedRows;
    open.closedRows = open.rows;
    open.bytes = 0;
    open.files++;
    const name = `${part}/${String(open.files).padStart(6, '0')}.ndjson`;
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.#files.push({ name, rows, bytes: content.length, sha256 });
    await this.#entry(name, content);
  }

  #entry(name: string, content: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pack.entry({ name, size: content.length, mtime: this.#mtime }, content, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
}

const NEWLINE = Buffer.from('\n');
