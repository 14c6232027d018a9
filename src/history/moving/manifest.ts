/**
 * An exported log, a folder:
 *
 *     000001.ndjson.gz, …   some 64 MiB of the log's lines each, in the form of /audit/events
 *     manifest.json         last: which events, each part's SHA-256, and the root of the tree through the last event
 *
 * Without the manifest it is not whole: an export that was broken off goes on behind the parts that are there.
 */
import { z } from 'zod';
import type { Instant } from '../../domain/shared/instant.ts';
import { MOST_LINE_BYTES } from '../audit/split-lines.ts';
import { UnusableData } from '../unusable-data.ts';

export const EXPORT_MANIFEST = 'manifest.json';
export const PART_BYTES = 64 * 1024 * 1024;
const FORMAT = 'task-service log export';
const MOST_PARTS = 1_000_000;

const PART_NAME = /^\d{6,7}\.ndjson\.gz$/;
const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const part = z.object({
  name: z.string().regex(PART_NAME),
  first_sequence: count,
  last_sequence: count,
  /** Of its lines, before they are packed: no part unpacks to more. */
  bytes: z
    .int()
    .min(1)
    .max(PART_BYTES + MOST_LINE_BYTES),
  sha256,
});

const exportManifest = z.object({
  format: z.literal(FORMAT),
  format_version: z.literal(1),
  created_at: z.string(),
  /** The events behind this one; 0: all from the first. */
  after: count,
  last_sequence: count,
  /** Of the tree over all events through the last, those before the export too. */
  root: z.string().regex(/^[A-Za-z0-9+/]{43}=$/),
  /** The last signed checkpoint among the events, as it is. */
  checkpoint: z.string().nullable(),
  parts: z.array(part).max(MOST_PARTS),
});

export type ExportPart = z.output<typeof part>;
export type ExportManifest = z.output<typeof exportManifest>;

export function newManifest(
  given: Omit<ExportManifest, 'format' | 'format_version' | 'created_at'> & { readonly now: Instant },
): ExportManifest {
  const { now, ...rest } = given;
  return { format: FORMAT, format_version: 1, created_at: now, ...rest };
}

export function partName(number: number): string {
  return `${String(number).padStart(6, '0')}.ndjson.gz`;
}

export function isPartName(name: string): boolean {
  return PART_NAME.test(name);
}

/** Throws UnusableData. */
export function parseExportManifest(text: string): ExportManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnusableData(`${EXPORT_MANIFEST} is no JSON`);
  }
  const parsed = exportManifest.safeParse(value);
  if (!parsed.success) throw new UnusableData(`${EXPORT_MANIFEST}:\n${z.prettifyError(parsed.error)}`);
  requireNoGap(parsed.data);
  return parsed.data;
}

function requireNoGap({ after, last_sequence, parts }: ExportManifest): void {
  let last = after;
  for (const [index, { name, first_sequence, last_sequence: end }] of parts.entries()) {
    if (name !== partName(index + 1)) throw new UnusableData(`${EXPORT_MANIFEST}: ${name} is out of order`);
    if (first_sequence !== last + 1 || end < first_sequence) {
      const what = `${name} holds events ${first_sequence} to ${end}, behind event ${last}`;
      throw new UnusableData(`${EXPORT_MANIFEST}: ${what}`);
    }
    last = end;
  }
  if (last !== last_sequence) {
    throw new UnusableData(`${EXPORT_MANIFEST}: the parts end with event ${last}, not ${last_sequence}`);
  }
}
