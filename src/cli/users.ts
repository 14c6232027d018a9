/** `task-service users erase`: a person is erased, from wherever the service keeps what they wrote. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import type { Config } from '../app/config/config.ts';
import { erasuresOf } from '../app/start/erasures.ts';
import { requireData, resolveSecrets } from '../app/start/local-secrets.ts';
import { openNats } from '../app/start/nats-access.ts';
import { provisionAs } from '../app/start/provisioning.ts';
import { systemClock } from '../app/system-clock.ts';
import { ulidIds } from '../app/ulid-ids.ts';
import { Admissions } from '../application/commands/admissions.ts';
import { TaskCommands } from '../application/commands/execute-command.ts';
import { KnownUsers } from '../application/commands/known-users.ts';
import { TaskRepository } from '../application/commands/task-repository.ts';
import { NOT_MEASURED } from '../application/ports/measures.ts';
import { TaskQueries } from '../application/queries/queries.ts';
import { parseUserId } from '../domain/shared/ids.ts';
import { UserKeys } from '../jetstream/codec/user-keys.ts';
import { provisionDevices } from '../jetstream/devices/device-messages.ts';
import { GroupCommit } from '../jetstream/log/commit/group-commit.ts';
import { JetStreamEventLog } from '../jetstream/log/event-log.ts';
import { JetStreamViews } from '../jetstream/views/views.ts';
import { createLogger } from '../observability/logging.ts';
import { EXECUTIONS_KEPT } from '../projections/executions.ts';
import { UsageError } from './usage-error.ts';

export const USERS_HELP = `  users erase <id> --yes
          deletes the user and makes all that they wrote unreadable, for good: the key is destroyed, copies beside the
          log are erased; goes on where an earlier one was broken off
`;

type Print = (line: string) => void;

/** Throws UsageError, ConfigError, WrongSecretsKey, LogUnavailable. */
export async function users(args: readonly string[], config: () => Config, print: Print): Promise<void> {
  const userId = parseUserId(userToErase(args));
  if (userId === null) throw new UsageError('that is not a user id');
  await withErasures(config(), async (erasures) => {
    const asked = await erasures.request(userId, CONTEXT);
    if (asked === null) throw new Error(`there is no user ${userId}`);
    const stage = asked === 'completed' ? asked : await erasures.carryOut(userId);
    if (stage !== 'completed') throw new Error(`the erasure of ${userId} has only come to: ${stage}`);
    print(`${userId} is erased`);
  });
}

const CONTEXT = {
  actor: 'service:operator',
  correlation_id: 'users-erase',
  causation_id: null,
  traceparent: null,
};

function userToErase(args: readonly string[]): string {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [what, user, ...more] = positionals;
    if (what !== 'erase' || user === undefined || more.length > 0)
      throw new UsageError('users erase <id> --yes');
    if (!values.yes) throw new UsageError('it cannot be taken back: say --yes');
    return user;
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError(String(error));
  }
}

async function withErasures(
  config: Config,
  work: (erasures: ReturnType<typeof erasuresOf>) => Promise<void>,
): Promise<void> {
  requireData(config);
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const { secretsKeys } = await resolveSecrets(config);
  const access = await openNats(config, logger, `task-service on ${hostname()}`);
  try {
    const { nc } = access;
    const { replicas } = await provisionAs(config, nc);
    const keys = new UserKeys(nc, secretsKeys);
    await keys.check();
    const clock = systemClock;
    const ids = ulidIds();
    const log = new JetStreamEventLog(nc, keys, new GroupCommit(nc));
    const views = new JetStreamViews(nc, { executionsKept: EXECUTIONS_KEPT, keys });
    const repository = new TaskRepository({ log, views });
    const queries = new TaskQueries({ log, views, repository });
    const known = new KnownUsers(log, clock);
    const tasksOf = queries.tasksOf.bind(queries);
    const admissions = new Admissions({ log, tiers: known, tasksOf, limits: config.tierLimits, clock, ids });
    const commands = new TaskCommands({ log, repository, clock, ids, admissions, measures: NOT_MEASURED });
    const hasDevices = access.calloutSeed !== null;
    if (hasDevices) await provisionDevices(nc, { replicas });
    const parts = { nc, keys, hasDevices, users: known, admissions, log, queries, commands, clock, logger };
    // Behind the embedded server nobody relays: it is ours alone as long as this goes on.
    await work(erasuresOf(parts, config.nats.kind === 'outside'));
  } finally {
    await access.close();
  }
}
