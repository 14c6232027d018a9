/**
 * REST in a thread of its own, with a connection and parts of its own: whatever a request costs, scheduling, leases and
 * the log's own work wait for none of it (docs/adr/0034).
 *
 * Here is what runs inside the thread; `api-apart.ts` is its outside.
 */
import { parentPort } from 'node:worker_threads';
import type { Logger } from 'pino';
import type { StoredMessage } from '../../jetstream/codec/codec.ts';
import { connectionEnd, connectNats } from '../../jetstream/connection/connection.ts';
import { ReadCoalescer } from '../../kernel/read-coalescer.ts';
import { ThreadCalls } from '../../kernel/threads/thread-calls.ts';
import { nameThread } from '../../kernel/threads/thread-priority.ts';
import { createForwardingLogger } from '../../observability/logging.ts';
import type { ProcessStatus } from '../health/process-status.ts';
import { assembleParts, type LeadingThread, type Stops } from '../parts.ts';
import { ApiRole } from '../roles/api.ts';
import { startFaultOf } from '../start/start-faults.ts';
import { openTraces } from '../start/traces.ts';
import type { ApiAnswers, ApiThreadData, LeaderAnswers } from './api-messages.ts';
import { packMessages } from './stored-messages.ts';

type Leader = ThreadCalls<LeaderAnswers, ApiAnswers>;

/** The leader's thread does nothing that takes longer, unless it has no core. */
const ANSWERS_WITHIN_MS = 2_000;

function main(port: NonNullable<typeof parentPort>): void {
  nameThread('api');
  const stops: Stops = [];
  let role: ApiRole | null = null;
  const leader: Leader = new ThreadCalls(port, {
    begin: async (data: ApiThreadData) => {
      const { logger, flush } = createForwardingLogger(data.config.logLevel, (lines) =>
        leader.tell('logged', lines),
      );
      process.once('exit', flush);
      try {
        role = await start(leader, data, logger, stops);
        leader.tell('started', role.status());
      } catch (error) {
        leader.tell('failed', startFaultOf(error));
        process.exit(1);
      }
    },
    signInLink: async (token: string) => (await role?.signInLink(token)) ?? '',
    stop: async () => {
      for (const each of stops.reverse().splice(0)) await each();
      process.exit(0);
    },
  });
}

async function start(leader: Leader, data: ApiThreadData, logger: Logger, stops: Stops): Promise<ApiRole> {
  const { config, instance, secretsKeys, auth, calloutSeed, replicas, loss } = data;
  const { traces, stop } = await openTraces(config.traces, instance, logger);
  stops.push(stop);
  const options = { ...data.nats, name: `${data.nats.name} api` };
  const nc = await connectNats(options);
  stops.push(() => nc.close());
  const lost = connectionEnd(nc);
  // Ends the thread, with the reason; what is the matter with the process is for its first thread to say.
  void lost.then((error) => {
    throw error;
  });
  const nats = { options, lost, calloutSeed };
  // It provisions nothing.
  const declarations: never[] = [];
  const access = { config, logger, instance, secretsKeys, auth, traces, nats, nc, replicas, declarations };
  const parts = await assembleParts(access, stops, leadingThread(leader, loss));
  const role = new ApiRole(parts);
  stops.push(() => role.stop());
  await role.start();
  return role;
}

function leadingThread(leader: Leader, loss: string | null): LeadingThread {
  const asked = new ReadCoalescer<ProcessStatus | null>();
  return {
    loss,
    process: (look) =>
      asked.read(`${look}`, () => leader.ask('process', look, ANSWERS_WITHIN_MS).catch(() => null)),
    counted: () => leader.ask('counted', null, ANSWERS_WITHIN_MS),
    appended: (outcome) => leader.tell('appended', outcome),
    stored: tellingTogether(leader),
  };
}

/** What one commit has stored goes over together: each message wakes the other thread. */
function tellingTogether(leader: Leader): LeadingThread['stored'] {
  let waiting: StoredMessage[] = [];
  const tell = () => {
    const packed = packMessages(waiting);
    waiting = [];
    leader.tell('stored', packed, [packed.bodies.buffer]);
  };
  return (messages) => {
    if (waiting.length === 0) setImmediate(tell);
    waiting.push(...messages);
  };
}

if (parentPort !== null) main(parentPort);
