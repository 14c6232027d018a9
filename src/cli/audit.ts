/** `task-service audit`: the log's key, and what is checked with it, without the service. */
import type { Config } from '../app/config/config.ts';
import { newSignerKey, resolveAuditKey, rotateKeyFile } from '../app/start/audit-files.ts';
import { existingJwtSecret, requireData } from '../app/start/local-secrets.ts';
import type { Sequence } from '../domain/shared/ids.ts';
import { LogTree } from '../history/audit/log-tree.ts';
import { isKeyName, parseSignerKeys } from '../history/audit/note.ts';
import { JetStreamStoredLog } from '../jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../jetstream/views/audit-tiles.ts';
import { type AuditIo, options, verifyLog } from './auditing/audit-verify.ts';
import { holdingLease } from './holding-lease.ts';
import { mintToken } from './mint-token.ts';
import { UsageError } from './usage-error.ts';
import { withLog } from './views.ts';

export const AUDIT_HELP = `  audit key       prints the public key that checkpoints of the log are checked with
            --new                  makes a signer key for AUDIT_KEY instead, and prints it
            --origin <name>        what the log is to be known by (task-service/ and chance)
  audit rotate-key  makes a new key that the service changes to at its next start, by a checkpoint that both keys sign
  audit verify <file>  checks lines of /audit/events or /audit/proof by that key alone; - is the standard input
            --vkey <key|file>      the public key
            --policy <file>        logs, witnesses and a quorum: only what these have cosigned is taken, of a whole log what
                                   begins with a cosigned checkpoint (--since)
            --since <file>         a checkpoint that is held: the log has to begin with it
  audit verify --log <folder|url>  checks the checkpoint, every tile and every entry of /audit/log, of a service (by
                         TASK_SERVICE_TOKEN) or as they were saved; --vkey, --policy and --since as above
            --token <token>        in place of TASK_SERVICE_TOKEN
            --save <folder>        keeps what is read there
  audit proof <task>   prints a task's events and the proof that they are in the signed log
            TASK_SERVICE_URL names the service (HOST and PORT), TASK_SERVICE_TOKEN who asks (an auditor)
  audit rebuild   makes the kept tiles of the tree anew from the log
`;

const TOKEN_SECONDS = 300;

/** False where what was checked has faults. Throws UsageError, UnusableData, ConfigError. */
export function audit(
  args: readonly string[],
  config: () => Config,
  env: NodeJS.ProcessEnv,
  io: AuditIo,
): Promise<boolean> {
  const [action, ...rest] = args;
  switch (action) {
    case 'key':
      return auditKeyOf(rest, config, io);
    case 'rotate-key':
      if (rest.length > 0) throw new UsageError('audit rotate-key takes no options');
      return rotateKey(config(), io);
    case 'verify':
      return verifyLog(rest, env, io);
    case 'proof':
      return proofOf(rest, config, env, io);
    case 'rebuild':
      if (rest.length > 0) throw new UsageError('audit rebuild takes no options');
      return rebuildTiles(config(), io);
    default:
      throw new UsageError('audit takes key, rotate-key, verify, proof or rebuild');
  }
}

async function auditKeyOf(args: readonly string[], config: () => Config, io: AuditIo): Promise<boolean> {
  const { values } = options(args, { new: { type: 'boolean' }, origin: { type: 'string' } });
  if (values.new === true) {
    if (values.origin !== undefined && !isKeyName(String(values.origin))) {
      throw new UsageError('--origin must have no spaces and no +');
    }
    const text = newSignerKey(values.origin as string | undefined);
    io.print(text);
    return true;
  }
  const settings = config();
  if (settings.auditKey === null) requireData(settings);
  const keys = await resolveAuditKey(settings);
  if (keys === null) throw new UsageError('AUDIT_KEY is not set: nothing is signed here');
  io.print(keys.signer.vkey);
  return true;
}

async function rotateKey(config: Config, io: AuditIo): Promise<boolean> {
  const { auditKey, nats, dataDir } = config;
  if (auditKey !== null) {
    const keys = parseSignerKeys(auditKey);
    if (keys?.outgoing !== null) {
      throw new UsageError(
        'AUDIT_KEY has two keys: that change comes first, and then the first of them alone',
      );
    }
    io.print('the next AUDIT_KEY, for all instances; once the log has the change, its first key alone:');
    io.print(`${newSignerKey(keys.signer.verifier.name)},${auditKey.trim()}`);
    return true;
  }
  if (nats.kind === 'outside') throw new UsageError('AUDIT_KEY is not set: nothing is signed here');
  requireData(config);
  const rotation = await rotateKeyFile(dataDir);
  if (rotation.kind === 'no_key')
    throw new UsageError('nothing was signed here yet: there is no key to change');
  const { signer, outgoing } = rotation.keys;
  if (rotation.kind === 'under_way') io.print('a change of the key is under way already');
  io.print(`from the next start of the service on: ${signer.vkey}`);
  io.print(`until then: ${outgoing?.vkey}`);
  return true;
}

async function proofOf(
  args: readonly string[],
  config: () => Config,
  env: NodeJS.ProcessEnv,
  io: AuditIo,
): Promise<boolean> {
  const { positionals } = options(args, {});
  const [taskId, ...more] = positionals;
  if (taskId === undefined || more.length > 0) throw new UsageError('audit proof takes one task id');
  const base = env.TASK_SERVICE_URL ?? addressOf(config());
  const token = env.TASK_SERVICE_TOKEN ?? (await auditorToken(config()));
  const url = `${base}/api/v1/audit/proof/${encodeURIComponent(taskId)}`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  if (!response.ok) throw new Error(`refused with ${response.status}: ${text.slice(0, 1_000)}`);
  io.print(text.trimEnd());
  return true;
}

function addressOf({ host, port }: Config): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function auditorToken(config: Config): Promise<string> {
  const { issuer, audience } = config.auth;
  return mintToken(await existingJwtSecret(config), {
    user: 'auditor',
    tier: 'free',
    roles: ['auditor'],
    expiresInSeconds: TOKEN_SECONDS,
    issuer,
    audience,
  });
}

function rebuildTiles(config: Config, io: AuditIo): Promise<boolean> {
  return withLog(config, async ({ nc }) => {
    const log = new JetStreamStoredLog(nc);
    const tree = new LogTree(log, new JetStreamAuditTiles(nc));
    const work = async () => {
      const size: Sequence = await log.lastSequence();
      const kept = await tree.keep(0, size, () => true);
      return { size, kept, root: await tree.root(size) };
    };
    const made = await holdingLease(nc, 'audit', work);
    if (made === null) throw new Error('a service signs on this server: stop it, and rebuild then');
    io.print(
      `the tiles of ${made.kept} events are made anew, root of ${made.size} ${made.root.toString('base64')}`,
    );
    return true;
  });
}
