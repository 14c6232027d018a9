/** A small service that embeds a nats-server, to be killed. Prints a line of JSON when ready; SIGTERM stops it. */
import pino from 'pino';
import { DataDirInUse } from '../../../src/jetstream/embedded-server/data-dir-lock.ts';
import { startEmbeddedServer } from '../../../src/jetstream/embedded-server/embedded-server.ts';
import { threadsWaitedForCores, waitedForCores } from '../../support/processes/waited-for-cores.ts';

const [binary = '', dataDir = ''] = process.argv.slice(2);
const startedAt = performance.now();
const waitedBefore = waitedForCores(process.pid);
try {
  const server = await startEmbeddedServer({ binary, dataDir, logger: pino({ level: 'silent' }) });
  const { servers, user, pass, pid } = server;
  const waitedMs = waitedForCores(process.pid) + threadsWaitedForCores(pid);
  const startMs = Math.round(performance.now() - startedAt - waitedMs + waitedBefore);
  process.stdout.write(`${JSON.stringify({ servers, user, pass, pid, startMs })}\n`);
  process.once('SIGTERM', () => server.stop());
} catch (error) {
  if (!(error instanceof DataDirInUse)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
