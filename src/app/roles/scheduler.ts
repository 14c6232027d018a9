/** The role `scheduler`: due slots become requested executions, and messages start the tasks that wait for them. */
import { JetStreamCommandPublisher } from '../../jetstream/queues/command-publisher.ts';
import { JetStreamTriggerQueue } from '../../jetstream/queues/trigger-queue.ts';
import { Scheduler } from '../../scheduler/scheduler.ts';
import { EventTriggers } from '../../scheduler/triggers/event-triggers.ts';
import type { Parts } from '../parts.ts';
import type { Role, RoleStatuses } from './role.ts';

export class SchedulerRole implements Role<RoleStatuses['scheduler']> {
  readonly #scheduler: Scheduler;
  readonly #triggers: EventTriggers;

  constructor(parts: Parts) {
    const { nc, replicas, log, follower, views, commands, clock, users } = parts;
    const { executionTimeoutSeconds, userConcurrency } = parts.config;
    const logger = (component: string) => parts.logger.child({ component });
    this.#scheduler = new Scheduler({
      log,
      calendars: parts.calendars,
      follower,
      views,
      local: parts.roles.worker && { worker: parts.roles.worker.local, tasks: parts.repository },
      lease: parts.lease('scheduler'),
      workers: parts.workers,
      commands: new JetStreamCommandPublisher(nc, { logger: logger('queue'), replicas }),
      clock,
      ids: parts.ids,
      logger: logger('scheduler'),
      executionTimeoutSeconds,
      userConcurrency,
      measures: parts.measures,
      traces: parts.traces,
      admissions: parts.admissions,
      usersKnown: (signal) => users.onceKnown(signal),
    });
    this.#triggers = new EventTriggers({
      queue: new JetStreamTriggerQueue(nc, { logger: logger('triggers'), replicas }),
      views,
      follower,
      commands,
      clock,
      logger: logger('triggers'),
      executionTimeoutSeconds,
    });
  }

  async start(): Promise<void> {
    this.#scheduler.start();
    this.#triggers.start();
  }

  async stop(): Promise<void> {
    await this.#triggers.stop();
    await this.#scheduler.stop();
  }

  status(): RoleStatuses['scheduler'] {
    return { scheduler: this.#scheduler.status(), triggers: this.#triggers.status() };
  }
}
