/** The service that the bench measures, and who calls it. */
import { randomBytes } from 'node:crypto';
import {
  onceStarted,
  type ServiceProcess,
  signedToken,
  spawnService,
} from '../../harness/service-process.ts';

export const SECRET = randomBytes(32).toString('hex');
export const SECRETS_KEY = randomBytes(32).toString('base64');

export function startService(
  env: Readonly<Record<string, string>>,
  nodeOptions: readonly string[],
): Promise<ServiceProcess> {
  return onceStarted(spawnService({ AUTH_JWT_SECRET: SECRET, SECRETS_KEY, ...env }, nodeOptions));
}

export function tokenFor(user: string): Promise<string> {
  return signedToken(SECRET, user, 'enterprise', []);
}
