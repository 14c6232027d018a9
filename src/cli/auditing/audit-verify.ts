/** `task-service audit verify`: lines of the log, or the log in tiles, checked without the service. */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { splitLines } from '../../history/audit/split-lines.ts';
import { verifyTiles } from '../../history/audit/tiled-log/verify-tiles.ts';
import { type LinesVerdict, LinesVerifier } from '../../history/audit/verify-lines.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { placeOfSubject } from '../../jetstream/connection/subjects.ts';
import { LOSS_SUBJECT } from '../../jetstream/log-guard/loss-event.ts';
import { UsageError } from '../usage-error.ts';
import { logSource } from './audit-sources.ts';
import { heldBy, openHeld, trustOf } from './audit-trust.ts';

export interface AuditIo {
  readonly print: (line: string) => void;
  readonly stdin: AsyncIterable<Uint8Array>;
}

type Values = Readonly<Record<string, string | boolean | undefined>>;

/** False where what was checked has faults. Throws UsageError, UnusableData. */
export async function verifyLog(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  io: AuditIo,
): Promise<boolean> {
  const { values, positionals } = options(args, {
    vkey: { type: 'string' },
    policy: { type: 'string' },
    since: { type: 'string' },
    log: { type: 'string' },
    token: { type: 'string' },
    save: { type: 'string' },
  });
  if (typeof values.log === 'string') {
    if (positionals.length > 0) throw new UsageError('audit verify takes a file or --log');
    return verifyTiled(values.log, values, env, io);
  }
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('audit verify takes one file, or -');
  if (values.token !== undefined || values.save !== undefined) {
    throw new UsageError('--token and --save go with --log');
  }
  return verifyLines(file, values, io);
}

async function verifyLines(file: string, values: Values, io: AuditIo): Promise<boolean> {
  const trust = await trustOf(values);
  const held = typeof values.since === 'string' ? await heldBy(trust, values.since) : null;
  const verifier = new LinesVerifier({
    log: held?.log ?? trust.logs[0],
    placeOf: placeInLog,
    since: held?.head ?? null,
    policy: trust.policy,
  });
  for await (const line of splitLines(file === '-' ? io.stdin : createReadStream(file))) verifier.add(line);
  const verdict = verifier.finish();
  if (held !== null && held.cosigners.length > 0) {
    io.print(`cosigned: the first ${held.head.size} events, by ${held.cosigners.join(', ')}`);
  }
  return told(verdict, io);
}

/** The loss of events is on record under a subject of its own. */
export function placeInLog(subject: string) {
  return subject === LOSS_SUBJECT ? { userid: null, subject: 'log' } : placeOfSubject(subject);
}

function told(verdict: LinesVerdict, io: AuditIo): boolean {
  const { faults, moreFaults, events, head, signedThrough, ofOthers, followed, byEarlierKeys } = verdict;
  if (ofOthers > 0) io.print(`passed over: ${ofOthers} checkpoints of another origin`);
  if (byEarlierKeys > 0) {
    io.print(
      `passed over: ${byEarlierKeys} checkpoints by earlier keys; those of this key cover the same events`,
    );
  }
  for (const { sequence, vkey } of followed) {
    io.print(`key changed: event ${sequence}, signed by both keys; from there on it is ${vkey}`);
  }
  for (const { kind, text } of faults) io.print(`${kind}: ${text}`);
  if (moreFaults > 0) io.print(`and ${moreFaults} more`);
  if (faults.length > 0) {
    io.print(`NOT WHAT WAS SIGNED: ${events} events`);
    return false;
  }
  if (head === null) {
    io.print(`proven: ${events} events, the last of them event ${signedThrough} of the log`);
    return true;
  }
  const root = head.root.toString('base64');
  io.print(`what was signed: ${events} events, checkpoints cover ${signedThrough}, root ${root}`);
  return true;
}

/** Entries do not hold what happened, but its hash: faults are of tiles, entries and the checkpoint. */
async function verifyTiled(
  where: string,
  values: Values,
  env: NodeJS.ProcessEnv,
  io: AuditIo,
): Promise<boolean> {
  const trust = await trustOf(values);
  const since = typeof values.since === 'string' ? await heldBy(trust, values.since) : null;
  const token = typeof values.token === 'string' ? values.token : (env.TASK_SERVICE_TOKEN ?? null);
  const source = logSource(where, token, typeof values.save === 'string' ? values.save : null);
  const note = await source.checkpoint();
  if (note === null) throw new UnusableData(`${where} has no checkpoint`);
  const { head, cosigners } = openHeld(trust, note, 'the checkpoint');
  let faults = 0;
  const entries = await verifyTiles({
    log: source,
    head,
    since: since?.head ?? null,
    isOurs: (subject) => placeInLog(subject) !== null,
    onFault: ({ kind, text }) => {
      if (++faults <= MOST_FAULTS) io.print(`${kind}: ${text}`);
    },
  });
  if (faults > MOST_FAULTS) io.print(`and ${faults - MOST_FAULTS} more`);
  if (faults > 0) {
    io.print(`NOT WHAT WAS SIGNED: ${entries} entries`);
    return false;
  }
  await source.keep();
  if (cosigners.length > 0) io.print(`cosigned: the first ${head.size} events, by ${cosigners.join(', ')}`);
  io.print(`what was signed: ${entries} entries in tiles, root ${head.root.toString('base64')}`);
  return true;
}

const MOST_FAULTS = 100;

export function options(
  args: readonly string[],
  known: Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>,
) {
  try {
    return parseArgs({ args: [...args], options: { ...known }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
