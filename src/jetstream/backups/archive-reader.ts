import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { BackupPart } from '../../application/ports/user-backups.ts';
import { type Hash, NO_HASH, type UserId } from '../../domain/shared/ids.ts';
import { hashOf, type StoredMessage } from '../codec/codec.ts';
import { userOfSubject } from '../connection/subjects.ts';
import { BrokenArchive, MANIFEST, type Manifest, parseEventLine, parseManifest, partOf } from './format.ts';

/** A part ends with the line that fills it, and a line is below the largest message: nothing of ours is larger. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * Reads an archive once from its beginning and gives out every line. What is given out counts only once this has
 * returned: the manifest, and with it every checksum, comes last. Throws BrokenArchive.
 */
export async function readArchive(
  compressed: Readable,
  onLine: (part: BackupPart, line: Buffer) => void | Promise<void>,
): Promise<Manifest> {
  const found: Manifest['files'] = [];
  let manifest: Manifest | null = null;
  for await (const { name, content } of filesOf(compressed)) {
    if (manifest !== null) throw new BrokenArchive(`${name} comes after ${MANIFEST}`);
    if (name === MANIFEST) {
      manifest = parseManifest(content);
      continue;
    }
    const part = partOf(name);
    if (part === null) throw new BrokenArchive(`${name} is no file of an archive`);
    const lines = linesOf(content, name);
    const sha256 = createHash('sha256').update(content).digest('hex');
    found.push({ name, rows: lines.length, bytes: content.length, sha256 });
    for (const line of lines) await onLine(part, line);
  }
  if (manifest === null) throw new BrokenArchive(`there is no ${MANIFEST}: the archive is cut short`);
  compare(manifest, found);
  return manifest;
}

async function* filesOf(compressed: Readable): AsyncGenerator<{ name: string; content: Buffer }> {
  const gunzip = createGunzip();
  const tar = extract();
  compressed.on('error', (error) => gunzip.destroy(error));
  gunzip.on('error', (error) => tar.destroy(error));
  compressed.pipe(gunzip).pipe(tar);
  try {
    for await (const entry of tar) {
      const { name, size } = entry.header;
      if ((size ?? 0) > MAX_FILE_BYTES) throw new BrokenArchive(`${name} is larger than any file of ours`);
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      yield { name, content: Buffer.concat(chunks) };
    }
  } catch (error) {
    throw isFormatError(error) ? new BrokenArchive('not a whole gzipped tar', { cause: error }) : error;
  } finally {
    compressed.destroy();
    gunzip.destroy();
    tar.destroy();
  }
}

/** What zlib and the tar reader throw at bytes that are none of theirs. */
function isFormatError(error: unknown): boolean {
  if (!(error instanceof Error) || 'syscall' in error) return false;
  const code = 'code' in error ? String(error.code) : '';
  return code.startsWith('Z_') || error.constructor === Error;
}

function linesOf(content: Buffer, name: string): Buffer[] {
  if (content.at(-1) !== 0x0a) throw new BrokenArchive(`${name} does not end with a line`);
  const lines: Buffer[] = [];
  for (let from = 0; from < content.length; ) {
    const end = content.indexOf(0x0a, from);
    lines.push(content.subarray(from, end));
    from = end + 1;
  }
  return lines;
}

function compare(manifest: Manifest, found: Manifest['files']): void {
  const wanted = new Map(manifest.files.map((file) => [file.name, file]));
  for (const file of found) {
    const listed = wanted.get(file.name);
    if (listed === undefined) throw new BrokenArchive(`${file.name} is not in the manifest`);
    if (listed.sha256 !== file.sha256 || listed.rows !== file.rows) {
      throw new BrokenArchive(`${file.name} is not what the manifest says`);
    }
    wanted.delete(file.name);
  }
  const [missing] = wanted.keys();
  if (missing !== undefined) throw new BrokenArchive(`${missing} is missing`);
  for (const part of ['tasks', 'executions', 'events'] as const) {
    const rows = found.reduce((sum, file) => (partOf(file.name) === part ? sum + file.rows : sum), 0);
    if (rows !== (manifest.counts[part] ?? 0)) throw new BrokenArchive(`the number of ${part}`);
  }
}

/** Holds what events of one user must be: in the order of the log, each subject's chain unbroken from its first. */
export class ChainCheck {
  readonly #heads = new Map<string, { readonly revision: number; readonly hash: Hash }>();
  #userId: UserId | null = null;
  #last = 0;

  /** Subjects seen. */
  get subjects(): number {
    return this.#heads.size;
  }

  /** Throws BrokenArchive. */
  add(message: StoredMessage): void {
    const { sequence, subject, body } = message;
    const userId = userOfSubject(subject);
    if (userId === null || (this.#userId ?? userId) !== userId) {
      throw new BrokenArchive(`event ${sequence} is of another user`);
    }
    this.#userId = userId;
    if (sequence <= this.#last) throw new BrokenArchive(`event ${sequence} is out of order`);
    this.#last = sequence;
    const head = this.#heads.get(subject);
    const { revision, prevhash } = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>;
    if (revision !== (head?.revision ?? 0) + 1 || prevhash !== (head?.hash ?? NO_HASH)) {
      throw new BrokenArchive(`event ${sequence} does not follow the event before it on ${subject}`);
    }
    this.#heads.set(subject, { revision: Number(revision), hash: hashOf(body) });
  }

  /** Throws BrokenArchive where they are not the manifest's user's, from its first to its last sequence. */
  end({ user_id, scope, last_sequence }: Manifest): void {
    if (this.#userId !== null && this.#userId !== user_id) {
      throw new BrokenArchive('the events are of another user than the manifest says');
    }
    if (scope.includes('events') && this.#last !== last_sequence) {
      throw new BrokenArchive('the events do not end where the manifest says');
    }
  }
}

export interface VerifiedArchive {
  readonly manifest: Manifest;
  /** Hash chains that were followed from their first event. */
  readonly chains: number;
}

/** Reads the whole archive and holds it against its manifest and its own hash chains. Throws BrokenArchive. */
export async function verifyArchive(compressed: Readable): Promise<VerifiedArchive> {
  const chain = new ChainCheck();
  const manifest = await readArchive(compressed, (part, line) => {
    if (part === 'events') chain.add(parseEventLine(line));
  });
  chain.end(manifest);
  return { manifest, chains: chain.subjects };
}
