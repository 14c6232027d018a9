import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../../app/config/config.ts';
import { KEY_FILE } from '../../app/start/local-secrets.ts';

/** A key that would be made here opens nothing of what comes from elsewhere. Throws ConfigError. */
export function requireKeyOfOrigin({ secretsKeys, dataDir }: Config): void {
  if (secretsKeys !== null || existsSync(join(dataDir, KEY_FILE))) return;
  throw new ConfigError([
    `SECRETS_KEY must be that of the service that the data is of, in the environment or as ${join(dataDir, KEY_FILE)}`,
  ]);
}
