export interface FoundNatsServer {
  /** Path of the executable. */
  readonly binary: string;
  /** As `2.15.1`. */
  readonly version: string;
}

/** A way to fetch nats-server: puts the executable somewhere below `folder` and answers its path. */
export interface FetchWay {
  readonly name: string;
  fetchInto(
    folder: string,
    context: { env: NodeJS.ProcessEnv; say: (line: string) => void },
  ): Promise<string>;
}

/** No nats-server can be had; the message says what was tried, and the way out. */
export class NatsServerMissing extends Error {}

/**
 * The nats-server to run, the first that works of NATS_SERVER_BIN, the PATH, the cache and, with `fetch`, the
 * official release and the distribution's package. Throws NatsServerMissing.
 */
export function findNatsServer(options?: {
  env?: NodeJS.ProcessEnv;
  /** Whether it may be fetched over the network. Default false. */
  fetch?: boolean;
  /** Gets a line for what was fetched or passed over. */
  say?: (line: string) => void;
  ways?: readonly FetchWay[];
}): Promise<FoundNatsServer>;
