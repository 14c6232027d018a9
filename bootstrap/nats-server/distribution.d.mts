/** Fetches the distribution's package into a folder and answers the executable's path. */
export function fetchFromDistribution(
  folder: string,
  context: unknown,
  machine?: { etc?: string },
): Promise<string>;

export interface Archive {
  readonly uri: string;
  readonly options: Readonly<Record<string, string>>;
}

export function configuredArchives(etc: string, codename: string, component: string): Archive[];
