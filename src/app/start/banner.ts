/** What `npm start` says at the end, to whoever tries the service out. */
import { mintToken } from '../../cli/mint-token.ts';
import type { Config } from '../config/config.ts';

/** Long enough to try it out; more are to be had from `task-service token`. */
const DEMO_TOKEN_SECONDS = 24 * 3600;
const MINTING = '$(npm run --silent task-service -- token --user demo)';

export interface Started {
  readonly url: string;
  /** The secret that was generated; null: it is the operator's own, or there is none. */
  readonly generatedSecret: string | null;
  /** Whether the standard output is a terminal. What goes into a file or a pipe is kept, and read by others. */
  readonly isTerminal: boolean;
  /** An address of the console that signs in once, by the token. */
  signInLink(token: string): Promise<string | null>;
}

/** Null where the logs are for machines, or the service is one of a platform's. */
export async function bannerOf(config: Config, started: Started): Promise<string | null> {
  if (config.nats.kind !== 'embedded' || config.logFormat === 'json') return null;
  const token = await demoToken(config, started);
  const link = token === null ? null : await started.signInLink(token);
  return firstSteps(started.url, token ?? MINTING, link);
}

async function demoToken(
  { auth: { issuer, audience } }: Config,
  { generatedSecret, isTerminal }: Started,
): Promise<string | null> {
  if (generatedSecret === null || !isTerminal) return null;
  const claims = { user: 'demo', tier: 'enterprise', expiresInSeconds: DEMO_TOKEN_SECONDS };
  return mintToken(generatedSecret, { ...claims, issuer, audience });
}

function firstSteps(url: string, token: string, link: string | null): string {
  const signedIn = link === null ? '' : `\n  Signed in as demo, once, within ten minutes: ${link}`;
  return `
  task-service listens on ${url}: the console in a browser${signedIn}
  The API, described: ${url}/docs

  Your first task, due in three seconds; it shows the run, its result and its events:

  TASK_SERVICE_URL=${url} TASK_SERVICE_TOKEN=${token} node examples/first-task.mjs

`;
}
