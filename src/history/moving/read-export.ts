/**
 * An exported log, read with distrust: each part is what the manifest says, each event follows the one before it, stands
 * where its document says, and is appended behind what its document names. Memory is one position a subject.
 */

import { hash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { NO_HASH } from '../../domain/shared/ids.ts';
import type { PlaceOf } from '../audit/verify-lines.ts';
import { UnusableData } from '../unusable-data.ts';
import { EXPORT_MANIFEST, type ExportManifest, parseExportManifest } from './manifest.ts';
import { readPart, sha256Of } from './parts.ts';

const MOST_MANIFEST_BYTES = 256 * 1024 * 1024;

/** Throws UnusableData. */
export async function readExportManifest(folder: string): Promise<ExportManifest> {
  const path = join(folder, EXPORT_MANIFEST);
  let text: string;
  try {
    if ((await stat(path)).size > MOST_MANIFEST_BYTES) throw new UnusableData(`${path} is too large`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof UnusableData) throw error;
    throw new UnusableData(`${path} cannot be read: this is no export, or one that was broken off`);
  }
  return parseExportManifest(text);
}

/** The events behind one, of whole parts that hold such. Throws UnusableData. */
export async function* exportedEntries(
  folder: string,
  { parts }: ExportManifest,
  after: number,
): AsyncGenerator<StoredEntry> {
  for (const { name, first_sequence, last_sequence, bytes, sha256 } of parts) {
    if (last_sequence <= after) continue;
    if ((await sha256Of(join(folder, name))) !== sha256) {
      throw new UnusableData(`${name} is not what the manifest says: its SHA-256 is another`);
    }
    let last = first_sequence - 1;
    for await (const { entry } of readPart(folder, name, bytes)) {
      const { sequence } = entry;
      if (sequence > last + 1) throw new UnusableData(`${name}: event ${last + 1} is missing`);
      if (sequence <= last) throw new UnusableData(`${name}: event ${sequence} comes behind event ${last}`);
      last = sequence;
      if (sequence > after) yield entry;
    }
    if (last !== last_sequence)
      throw new UnusableData(`${name} ends with event ${last}, not ${last_sequence}`);
  }
}

/** What every event of a log holds to. */
export class EntryChains {
  readonly #placeOf: PlaceOf;
  readonly #ends = new Map<string, { readonly revision: number; readonly hash: string }>();

  constructor(placeOf: PlaceOf) {
    this.#placeOf = placeOf;
  }

  /** The next event. Throws UnusableData. */
  add({ sequence, subject, body }: StoredEntry): void {
    const named = `event ${sequence} (${subject})`;
    const place = this.#placeOf(subject);
    if (place === null) throw new UnusableData(`${named} is of no subject of the log`);
    const document = documentOf(body);
    if (document === null) throw new UnusableData(`${named} is no event`);
    const { userid = null } = document;
    if (document.subject !== place.subject || userid !== place.userid) {
      throw new UnusableData(`${named} is of ${String(userid)}, ${String(document.subject)}`);
    }
    const before = this.#ends.get(subject) ?? { revision: 0, hash: NO_HASH };
    if (document.revision !== before.revision + 1 || document.prevhash !== before.hash) {
      throw new UnusableData(`${named} does not follow revision ${before.revision} of its subject`);
    }
    this.#ends.set(subject, { revision: before.revision + 1, hash: hash('sha256', body, 'hex') });
  }
}

interface EventDocument {
  readonly specversion: unknown;
  readonly id: unknown;
  readonly type: unknown;
  readonly subject: unknown;
  readonly userid?: unknown;
  readonly revision: unknown;
  readonly prevhash: unknown;
}

function documentOf(body: Uint8Array): EventDocument | null {
  try {
    const document = JSON.parse(Buffer.from(body).toString('utf8')) as EventDocument | null;
    const isEvent = document?.specversion === '1.0' && isToken(document.id) && isToken(document.type);
    return isEvent ? document : null;
  } catch {
    return null;
  }
}

/** Ids and types stand in headers. */
function isToken(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value);
}
