/**
 * The log as lines of JSON, the one form in which it leaves the service for who audits it:
 *
 *     {"sequence":27,"subject":"tasklog.alice.tsk_…","event":<the bytes as they are stored>}
 *     {"sequence":28,"subject":"tasklog.bob.tsk_…","event_base64":"…"}      where those are not one line of JSON
 *     {"end":{"through":28,"count":2}}                                      last: without it the lines were cut short
 */
import { isUtf8 } from 'node:buffer';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import { parseSequence, type Sequence } from '../../domain/shared/ids.ts';

const EVENT = ',"event":';
const CLOSE = Buffer.from('}\n');

/** With its line break. */
export function entryLine({ sequence, subject, body }: StoredEntry): Buffer {
  const head = JSON.stringify({ sequence, subject }).slice(0, -1);
  if (isOneLineOfJson(body)) return Buffer.concat([Buffer.from(head + EVENT), body, CLOSE]);
  return Buffer.from(`${head},"event_base64":"${Buffer.from(body).toString('base64')}"}\n`);
}

export function endLine(through: Sequence, count: number): Buffer {
  return Buffer.from(`${JSON.stringify({ end: { through, count } })}\n`);
}

/** The last line of a task's events: a proof that the last of them is in the log. */
export function proofLine(proof: string): Buffer {
  return Buffer.from(`${JSON.stringify({ tlog_proof: proof })}\n`);
}

export type ParsedLine =
  | ({ readonly kind: 'entry' } & StoredEntry)
  | { readonly kind: 'end'; readonly through: number; readonly count: number }
  | { readonly kind: 'proof'; readonly text: string }
  | { readonly kind: 'broken'; readonly why: string };

/** `line` without its line break. */
export function parseEntryLine(line: Buffer): ParsedLine {
  let members: Record<string, unknown>;
  try {
    members = JSON.parse(line.toString('utf8'));
  } catch {
    return broken('no JSON');
  }
  if (typeof members !== 'object' || members === null) return broken('no JSON object');
  const { sequence, subject, event_base64, end, tlog_proof } = members;
  if (typeof tlog_proof === 'string') return { kind: 'proof', text: tlog_proof };
  if (isEnd(end)) return { kind: 'end', through: end.through, count: end.count };
  const place = typeof sequence === 'number' ? parseSequence(sequence) : null;
  if (place === null || place === 0 || typeof subject !== 'string')
    return broken('an event without its place');
  if (typeof event_base64 === 'string') {
    return { kind: 'entry', sequence: place, subject, body: Buffer.from(event_base64, 'base64') };
  }
  const head = Buffer.from(JSON.stringify({ sequence, subject }).slice(0, -1) + EVENT);
  if (!line.subarray(0, head.length).equals(head))
    return broken('an event that is not in the form of an export');
  return { kind: 'entry', sequence: place, subject, body: line.subarray(head.length, -1) };
}

function isEnd(end: unknown): end is { through: number; count: number } {
  const { through, count } = (end ?? {}) as Record<string, unknown>;
  return Number.isSafeInteger(through) && Number.isSafeInteger(count);
}

function broken(why: string): ParsedLine {
  return { kind: 'broken', why };
}

function isOneLineOfJson(body: Uint8Array): boolean {
  if (body.includes(0x0a) || body.includes(0x0d) || !isUtf8(body)) return false;
  try {
    JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
