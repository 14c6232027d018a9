export interface Release {
  readonly version: string;
  /** Address that `/v<version>/<archive>` is below. */
  readonly base: string;
  /** SHA-256 of the archive, by platform. */
  readonly pins: Readonly<Record<string, string>>;
}

/** Fetches the release for this platform into a folder and answers the executable's path. */
export function fetchRelease(
  folder: string,
  context: { env: NodeJS.ProcessEnv },
  release?: Release,
): Promise<string>;

/** As releases name it: `linux-amd64`. Throws for a platform without a release. */
export function platformName(platform?: string, arch?: string): string;
