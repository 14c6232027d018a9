/** `task-service keys` and `signing-secret`: the keys that SECRETS_KEY wraps. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import type { Config } from '../app/config/config.ts';
import { requireData, resolveSecrets } from '../app/start/local-secrets.ts';
import { openNatsBeside } from '../app/start/nats-access.ts';
import { provisionOnly } from '../app/start/provisioning.ts';
import { type Rewrapped, rewrap } from '../jetstream/codec/rewrap.ts';
import {
  openServiceKeys,
  renewServiceKey,
  SERVICE_KEY_NAMES,
  SERVICE_KEYS_STREAM,
  serviceKeyBucket,
} from '../jetstream/codec/service-keys.ts';
import { USER_KEYS_STREAM, UserKeys, userKeyBucket } from '../jetstream/codec/user-keys.ts';
import { createLogger } from '../observability/logging.ts';
import { platformSigningSecret } from '../relay/clients/signing.ts';
import { UsageError } from './usage-error.ts';

export const KEYS_HELP = `  keys rotate     wraps every stored key by the first key of SECRETS_KEY, and erases from the disk what it was before;
                  may run while the service does, and goes on where an earlier one was broken off
  keys renew <${SERVICE_KEY_NAMES.join('|')}>
                  gives a key of the service itself another value, which instances take at their next start
  signing-secret  prints what calls to other services are signed with
`;

type Print = (line: string) => void;
type Nc = Awaited<ReturnType<typeof openNatsBeside>>['nc'];

/** False where a key could not be wrapped anew. Throws UsageError, ConfigError, WrongSecretsKey, LogUnavailable. */
export async function keys(args: readonly string[], config: () => Config, print: Print): Promise<boolean> {
  const [action, name, ...more] = positionals(args);
  if (action === 'rotate' && name === undefined) return rotate(config(), print);
  const renewed = SERVICE_KEY_NAMES.find((each) => each === name);
  if (action !== 'renew' || more.length > 0) throw new UsageError('keys takes rotate or renew');
  if (renewed === undefined) throw new UsageError(`keys renew takes one of ${SERVICE_KEY_NAMES.join(', ')}`);
  return withKeys(config(), async (nc, secretsKeys) => {
    await renewServiceKey(nc, secretsKeys, renewed);
    print(`${renewed} is another key from the next start of each instance on`);
    return true;
  });
}

export function signingSecret(config: Config): Promise<string> {
  return withKeys(config, async (_, __, { calls }) => platformSigningSecret(calls));
}

function rotate(config: Config, print: Print): Promise<boolean> {
  return withKeys(config, async (nc, secretsKeys) => {
    const ofUsers = await rewrap(nc, userKeyBucket(secretsKeys));
    const ofService = await rewrap(nc, serviceKeyBucket(secretsKeys));
    print(`keys of users: ${amounts(ofUsers)}`);
    print(`keys of the service: ${amounts(ofService)}`);
    const left = [...ofUsers.unopened, ...ofService.unopened];
    for (const subject of left) print(`left as it is: ${subject} opens by no key of SECRETS_KEY`);
    if (left.length > 0) return false;
    if (secretsKeys.length > 1) {
      print('everything opens by the first key of SECRETS_KEY: give the service that one alone now');
    }
    return true;
  });
}

function amounts({ keys: all, rewrapped, erased }: Rewrapped): string {
  return `${all}, of them ${rewrapped} wrapped anew, ${erased} earlier ones erased`;
}

async function withKeys<Result>(
  config: Config,
  work: (
    nc: Nc,
    secretsKeys: readonly Uint8Array[],
    serviceKeys: Awaited<ReturnType<typeof openServiceKeys>>,
  ) => Promise<Result>,
): Promise<Result> {
  requireData(config);
  const logger = createLogger({ level: 'error', format: config.logFormat });
  const { secretsKeys } = await resolveSecrets(config);
  const access = await openNatsBeside(config, logger, `task-service on ${hostname()}`);
  try {
    const { nc } = access;
    await provisionOnly(config, nc, [USER_KEYS_STREAM, SERVICE_KEYS_STREAM]);
    const inForce = await new UserKeys(nc, secretsKeys).check();
    return await work(nc, secretsKeys, await openServiceKeys(nc, secretsKeys, inForce));
  } finally {
    await access.close();
  }
}

function positionals(args: readonly string[]): readonly string[] {
  try {
    return parseArgs({ args: [...args], allowPositionals: true }).positionals;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
