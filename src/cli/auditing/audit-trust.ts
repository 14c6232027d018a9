/** Whom `task-service audit verify` believes: the log's key, or a policy with witnesses. */
import { readFile } from 'node:fs/promises';
import { openCheckpoint } from '../../history/audit/checkpoint.ts';
import type { TreeHead } from '../../history/audit/merkle.ts';
import { parseSignerKey, parseVerifierKey, type VerifierKey } from '../../history/audit/note.ts';
import { openTrusted, parsePolicy, type TrustPolicy } from '../../history/audit/witnesses/policy.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { UsageError } from '../usage-error.ts';

export interface AuditTrust {
  /** Keys of the log; of a policy all that it names. */
  readonly logs: readonly [VerifierKey, ...VerifierKey[]];
  /** Null: witnesses do not count. */
  readonly policy: TrustPolicy | null;
}

export interface HeldCheckpoint {
  readonly head: TreeHead;
  /** Has signed it. */
  readonly log: VerifierKey;
  /** Names of witnesses; empty where they do not count. */
  readonly cosigners: readonly string[];
}

/** Throws UsageError, UnusableData. */
export async function trustOf({ vkey, policy }: Readonly<Record<string, unknown>>): Promise<AuditTrust> {
  const log = typeof vkey === 'string' ? await verifierKey(vkey) : null;
  if (typeof policy !== 'string') {
    if (log === null) throw new UsageError('audit verify needs --vkey or --policy');
    return { logs: [log], policy: null };
  }
  const parsed = parsePolicy(await bytesOf(policy));
  if (parsed.kind === 'refused') {
    throw new UnusableData(`--policy: ${parsed.line === 0 ? '' : `line ${parsed.line}: `}${parsed.what}`);
  }
  const [first = log, ...more] = log === null ? parsed.policy.logs : [log];
  if (first === null) throw new UsageError('--policy names no log: give its key by --vkey');
  const logs = [first, ...more] as const;
  return { logs: [...logs], policy: { ...parsed.policy, logs } };
}

/** Throws UnusableData where the checkpoint in the file is not to be believed. */
export async function heldBy({ logs, policy }: AuditTrust, file: string): Promise<HeldCheckpoint> {
  return openHeld({ logs, policy }, (await bytesOf(file)).toString('utf8'), '--since');
}

/** Throws UnusableData, which names it as `named`. */
export function openHeld({ logs, policy }: AuditTrust, note: string, named: string): HeldCheckpoint {
  const opened = policy === null ? openCheckpoint(note, ...logs) : openTrusted(note, policy);
  if (opened.kind === 'refused') throw new UnusableData(`${named}: ${opened.fault}`);
  const log = logs.find((key) => openCheckpoint(note, key).kind === 'checkpoint') ?? logs[0];
  const cosigners = 'cosigners' in opened ? opened.cosigners : [];
  return { head: opened.checkpoint, log, cosigners };
}

export async function verifierKey(given: string): Promise<VerifierKey> {
  const text = given.includes('+') ? given : (await bytesOf(given)).toString('utf8');
  if (parseSignerKey(text) !== null) throw new UnusableData('--vkey is a signer key: keep it secret');
  const key = parseVerifierKey(text);
  if (key === null) throw new UnusableData('--vkey is no Ed25519 verifier key');
  return key;
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch {
    throw new UnusableData(`${file} cannot be read`);
  }
}
