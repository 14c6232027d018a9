/** The built service, started for a test; and a caller of its REST interface. */
import { randomBytes } from 'node:crypto';
import { onTestFinished, TestRunner } from 'vitest';
import {
  onceStarted,
  type ServiceProcess,
  signedToken,
  spawnService,
} from '../../../harness/service-process.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';

export const SECRET = outsideCluster?.jwtSecret ?? randomBytes(32).toString('hex');
export const SECRETS_KEY = outsideCluster?.secretsKey ?? randomBytes(32).toString('base64');

/**
 * Starts the service and waits until it is ready; where an outside cluster is to be tested, that as it is. Within a test
 * it is ended with the test; hooks end it themselves.
 */
export async function startService(
  env: Record<string, string>,
  nodeOptions: readonly string[] = [],
): Promise<ServiceProcess> {
  if (outsideCluster !== null) {
    const shared = await outsideCluster.service();
    atTestEnd(() => shared.end('SIGKILL'));
    return shared;
  }
  const service = spawnService({ AUTH_JWT_SECRET: SECRET, SECRETS_KEY, ...env }, nodeOptions);
  // Not only once it is ready: a test that waits for that in vain leaves nothing behind.
  atTestEnd(async () => {
    await service.end('SIGKILL');
    if (service.errors().includes('MaxListenersExceededWarning'))
      throw new Error(`listeners leak:\n${service.errors()}`);
  });
  return onceStarted(service);
}

/** Where a test is running: hooks know no end of their own. */
function atTestEnd(act: () => Promise<unknown>): void {
  if (TestRunner.getCurrentTest() !== undefined) onTestFinished(async () => void (await act()));
}

/** A token that `startService` accepts. */
export function tokenFor(user: string, tier = 'enterprise', roles: readonly string[] = []): Promise<string> {
  return signedToken(SECRET, user, tier, roles);
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A caller of the REST interface. */
export class Caller {
  readonly #token: string;
  url: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  /** Of a request with a JSON body. */
  get headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
  }

  async call<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = text === '' ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer as Body };
  }
}
