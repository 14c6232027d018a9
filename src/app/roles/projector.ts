/** The role `projector`: runs in a thread of its own, which is started again should it die. */
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { NO_SEQUENCE } from '../../domain/shared/ids.ts';
import { threadFile } from '../../kernel/project-folder.ts';
import { EXECUTIONS_KEPT } from '../../projections/executions.ts';
import type { ProjectorStatus } from '../../projector/projector-status.ts';
import type { Parts } from '../parts.ts';
import type { ProjectorThreadData } from '../threads/projector-thread.ts';
import type { Role } from './role.ts';

const RESTART_AFTER_MS = 1_000;
const THREAD = threadFile('app/threads/projector-thread');

export class ProjectorRole implements Role<ProjectorStatus> {
  readonly #data: ProjectorThreadData;
  readonly #logger: Logger;
  #thread: Worker | null = null;
  #restart: NodeJS.Timeout | null = null;
  #stopped = false;
  #status: ProjectorStatus = { state: 'stopped', checkpoint: NO_SEQUENCE, lag: 0, error: null };

  constructor({ config, nats, secretsKeys, instance, logger }: Parts) {
    this.#data = {
      nats: nats.options,
      secretsKeys,
      executionsKept: EXECUTIONS_KEPT,
      holder: instance,
      logging: { level: config.logLevel, format: config.logFormat },
    };
    this.#logger = logger.child({ component: 'projector' });
  }

  async start(): Promise<void> {
    this.#startThread();
  }

  #startThread(): void {
    const thread = new Worker(THREAD, { workerData: this.#data });
    this.#thread = thread;
    thread.on('message', (status: ProjectorStatus) => {
      this.#status = status;
    });
    thread.on('error', (err) => {
      this.#logger.error({ err }, 'the projector thread died');
      this.#status = { ...this.#status, state: 'waiting', error: String(err) };
    });
    thread.once('exit', () => {
      this.#thread = null;
      if (!this.#stopped) this.#restart = setTimeout(() => this.#startThread(), RESTART_AFTER_MS);
    });
  }

  /** The step under way is finished and the lease given up. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#restart !== null) clearTimeout(this.#restart);
    const thread = this.#thread;
    if (thread === null) return;
    const exited = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage('stop');
    await exited;
  }

  /** At most half a second old. */
  status(): ProjectorStatus {
    return this.#status;
  }
}
