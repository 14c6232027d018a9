/**
 * How a command reaches the server that a running service has brought along: `run/nats-access`, readable for its owner
 * alone, who could read the keys beside it just as well. It is there from when the server is ready until the service
 * stops; one that a killed service has left behind names a process that holds the data folder no more.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const NAME = 'nats-access';

const access = z.object({ pid: z.int(), servers: z.string(), user: z.string(), pass: z.string() });

export type ServerAccess = z.output<typeof access>;

export async function writeServerAccess(runDir: string, given: ServerAccess): Promise<void> {
  const own = join(runDir, `.${NAME}.${randomBytes(4).toString('hex')}`);
  await writeFile(own, JSON.stringify(given), { mode: 0o600 });
  await rename(own, join(runDir, NAME));
}

export async function removeServerAccess(runDir: string): Promise<void> {
  await rm(join(runDir, NAME), { force: true });
}

/** Of the service of that process; null where its server is not ready, or another's file is there. */
export async function readServerAccess(dataDir: string, pid: number): Promise<ServerAccess | null> {
  try {
    const given = access.parse(JSON.parse(await readFile(join(dataDir, 'run', NAME), 'utf8')));
    return given.pid === pid ? given : null;
  } catch {
    return null;
  }
}
