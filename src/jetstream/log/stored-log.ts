/** The log as it is stored, whoever's: nothing is opened, so no key is needed. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { EntryFilter, StoredEntry, StoredLog } from '../../application/ports/log/audit.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { lastSequence, readLast } from '../connection/leader-read.ts';
import {
  LOG_STREAM,
  LOG_SUBJECTS,
  taskOfAnybody,
  taskSubject,
  userSubjects,
} from '../connection/subjects.ts';
import { readThrough } from './log-pages.ts';

const PAGE = 1_000;
const PAGE_BYTES = 4 * 1024 * 1024;

export class JetStreamStoredLog implements StoredLog {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  lastSequence(): Promise<Sequence> {
    return lastSequence(this.#nc, LOG_STREAM);
  }

  async *pages(
    filter: EntryFilter,
    after: Sequence,
    through: Sequence,
  ): AsyncGenerator<readonly StoredEntry[]> {
    const subject = subjectsOf(filter);
    const last = (await readLast(this.#nc, LOG_STREAM, subject))?.sequence ?? 0;
    for (let position = after; position < Math.min(last, through); ) {
      const page = await readThrough(this.#nc, subject, position, last as Sequence, PAGE, PAGE_BYTES);
      const end = page.findIndex(({ sequence }) => sequence > through);
      yield end < 0 ? page : page.slice(0, end);
      position = page.at(-1)?.sequence ?? through;
    }
  }
}

/** Of the log, those that a filter names. */
export function subjectsOf({ userId, taskId }: EntryFilter): string {
  if (userId === null) return taskId === null ? LOG_SUBJECTS : taskOfAnybody(taskId);
  return taskId === null ? userSubjects(userId) : taskSubject(userId, taskId);
}
