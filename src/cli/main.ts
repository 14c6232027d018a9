#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { parseConfig } from '../app/config/config.ts';
import { existingJwtSecret } from '../app/start/local-secrets.ts';
import { exitCodeOf } from '../app/start/start-faults.ts';
import { parseTier, TIERS } from '../domain/user/tier.ts';
import { parseCallerId } from '../http/auth/caller-id.ts';
import { standBack } from '../kernel/threads/thread-priority.ts';
import { ACCEPT_LOSS_HELP, acceptLostEnd } from './accept-loss.ts';
import { AUDIT_HELP, audit } from './audit.ts';
import { BuildProgress } from './build-progress.ts';
import { DEAD_LETTERS_HELP, deadLetters } from './dead-letters.ts';
import { describeConfig } from './describe-config.ts';
import { EVENTS_HELP, events } from './events.ts';
import { KEYS_HELP, keys, signingSecret } from './keys.ts';
import { mintToken } from './mint-token.ts';
import { BACKUP_HELP, backUp } from './moving/backup.ts';
import { EXPORT_HELP, exportTo } from './moving/export.ts';
import { IMPORT_HELP, importFrom } from './moving/import.ts';
import { RESTORE_HELP, restoreFrom } from './moving/restore.ts';
import { UsageError } from './usage-error.ts';
import { USER_BACKUP_HELP, userBackup } from './user-backup.ts';
import { USERS_HELP, users } from './users.ts';
import { rebuild, VIEWS_HELP, verify } from './views.ts';

/** Where cores are short, a third of what the service gets. */
const REBUILD_NICE_LEVELS = 5;

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

const HELP = `Usage: task-service <command> [options]

  token   prints a bearer token for the REST API
            --user <id>            whom it names (demo)
            --tier <tier>          free, basic, pro or enterprise (enterprise)
            --roles <a,b>          auditor, admin (none)
            --expires-in <time>    as 90s, 15m, 12h, 30d (30d)
  config  prints the configuration in force, secrets masked
            --roles <a,b>          as the service's own option
${VIEWS_HELP}${ACCEPT_LOSS_HELP}${USERS_HELP}${USER_BACKUP_HELP}${DEAD_LETTERS_HELP}${EVENTS_HELP}${AUDIT_HELP}${KEYS_HELP}${EXPORT_HELP}${IMPORT_HELP}${BACKUP_HELP}${RESTORE_HELP}
All read the same environment as the service.
`;

const TOKEN_ROLES = ['auditor', 'admin'];
const MOVING: Readonly<Record<string, typeof exportTo>> = {
  export: exportTo,
  import: importFrom,
  backup: backUp,
  restore: restoreFrom,
};
const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

async function main(argv: readonly string[]): Promise<void> {
  const [command, ...rest] = argv;
  if (command === undefined) throw new UsageError('a command is missing');
  if (command === 'help' || argv.includes('--help') || argv.includes('-h')) return print(HELP);
  if (command === 'token') return print(`${await token(rest)}\n`);
  if (command === 'config') return print(`${describeConfig(process.env, rest)}\n`);
  if (command === 'verify' || command === 'rebuild') {
    if (rest.length > 0) throw new UsageError(`${command} takes no options`);
    const config = parseConfig(process.env);
    const tell = (line: string) => print(`${line}\n`);
    const progress = new BuildProgress(process.stderr);
    // Nobody waits for it as for a service that runs beside.
    if (command === 'rebuild') standBack(REBUILD_NICE_LEVELS);
    const isWell = command === 'verify' ? verify(config, tell) : rebuild(config, tell, progress);
    if (!(await isWell)) process.exitCode = 1;
    return;
  }
  if (command === 'accept-loss') {
    if (rest.length > 0) throw new UsageError('accept-loss takes no options');
    return acceptLostEnd(parseConfig(process.env), (line) => print(`${line}\n`));
  }
  if (command === 'user-backup') {
    return userBackup(
      rest,
      () => parseConfig(process.env),
      (line) => print(`${line}\n`),
    );
  }
  if (command === 'users') {
    return users(
      rest,
      () => parseConfig(process.env),
      (line) => print(`${line}\n`),
    );
  }
  if (command === 'dead-letters') {
    return deadLetters(
      rest,
      () => parseConfig(process.env),
      (line) => print(`${line}\n`),
    );
  }
  if (command === 'events') {
    return events(rest, () => parseConfig(process.env), process.env, {
      print: (line) => print(`${line}\n`),
      tell: (line) => process.stderr.write(`${line}\n`),
      signal: interrupted(),
    });
  }
  if (command === 'audit') {
    const io = { print: (line: string) => print(`${line}\n`), stdin: process.stdin };
    if (!(await audit(rest, () => parseConfig(process.env), process.env, io))) process.exitCode = 1;
    return;
  }
  if (command === 'keys') {
    const done = await keys(
      rest,
      () => parseConfig(process.env),
      (line) => print(`${line}\n`),
    );
    if (!done) process.exitCode = 1;
    return;
  }
  const moving = MOVING[command];
  if (moving !== undefined) {
    return moving(
      rest,
      () => parseConfig(process.env),
      (line) => print(`${line}\n`),
    );
  }
  if (command === 'signing-secret') {
    if (rest.length > 0) throw new UsageError('signing-secret takes no options');
    return print(`${await signingSecret(parseConfig(process.env))}\n`);
  }
  throw new UsageError(`there is no command ${JSON.stringify(command)}`);
}

async function token(args: readonly string[]): Promise<string> {
  const { user, tier, roles, 'expires-in': expiresIn } = tokenOptions(args);
  if (parseCallerId(user) === null) throw new UsageError('--user is not a user id');
  if (parseTier(tier) === null) throw new UsageError(`--tier must be one of ${TIERS.join(', ')}`);
  const given = roles?.split(',').map((role) => role.trim());
  if (given?.every((role) => TOKEN_ROLES.includes(role)) === false) {
    throw new UsageError(`--roles must be of ${TOKEN_ROLES.join(', ')}`);
  }
  const config = parseConfig(process.env);
  return mintToken(await existingJwtSecret(config), {
    user,
    tier,
    ...(given === undefined ? {} : { roles: given }),
    expiresInSeconds: seconds(expiresIn),
    issuer: config.auth.issuer,
    audience: config.auth.audience,
  });
}

function tokenOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: 'string', default: 'demo' },
        tier: { type: 'string', default: 'enterprise' },
        roles: { type: 'string' },
        'expires-in': { type: 'string', default: '30d' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function seconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const length = Number(count) * (SECONDS[unit ?? ''] ?? Number.NaN);
  if (!(length > 0)) throw new UsageError('--expires-in must be a time as 90s, 15m, 12h or 30d');
  return length;
}

/** Aborts at the first Ctrl-C; the second ends the process. */
function interrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function print(text: string): void {
  process.stdout.write(text);
}

// Who reads may stop to (`| head`): the command goes on to its own end and exit code.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`the output cannot be written: ${error.message}\n`);
  process.exit(1);
});
process.stderr.on('error', () => {});

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof UsageError ? `${message}\n\n${HELP}` : `${message}\n`);
  process.exitCode = error instanceof UsageError ? EXIT_USAGE : exitCodeOf(error);
});
