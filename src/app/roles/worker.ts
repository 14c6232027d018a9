/** The role `worker`: commands become attempts, and attempts outcomes. */
import type { LocalWorker } from '../../application/ports/work/local-worker.ts';
import { EgressPolicy } from '../../outbound/egress.ts';
import { OutboundHttp } from '../../outbound/outbound-http.ts';
import { DocumentThreads } from '../../task-types/foreign/document-threads.ts';
import { Worker, type WorkerStatus } from '../../worker/worker.ts';
import type { Parts } from '../parts.ts';
import type { Role } from './role.ts';

export class WorkerRole implements Role<WorkerStatus> {
  readonly #documents = new DocumentThreads();
  readonly #worker: Worker;

  constructor(parts: Parts) {
    const { config, instance, queue, commands, queries, log, executors, clock, traces, users } = parts;
    this.#worker = new Worker({
      workerId: instance,
      isDeleted: (userId) => users.isDeleted(userId),
      usersKnown: (signal) => users.onceKnown(signal),
      queue,
      commands,
      tasks: parts.repository,
      queries,
      log,
      executors,
      outbound: new OutboundHttp(new EgressPolicy({ allow: config.egressAllow }), {}, traces),
      documents: this.#documents,
      clock,
      logger: parts.logger.child({ component: 'worker' }),
      traces,
      leases: parts.workers,
      concurrency: config.workerConcurrency,
    });
  }

  async start(): Promise<void> {
    this.#worker.start();
  }

  async stop(): Promise<void> {
    await this.#worker.stop();
    await this.#documents.stop();
  }

  /** As the scheduler of this process sees it. */
  get local(): LocalWorker {
    return this.#worker.local;
  }

  status(): WorkerStatus {
    return this.#worker.status();
  }
}
