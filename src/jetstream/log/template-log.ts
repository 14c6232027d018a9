/** The catalogue of templates in TASK_LOG: one subject per template, appended to under its lock. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { TemplateAppend, TemplateAppended, TemplateLog } from '../../application/ports/log/log.ts';
import { NO_SEQUENCE, type Sequence, type TemplateId } from '../../domain/shared/ids.ts';
import type { RecordedTemplateEvent } from '../../domain/template/events.ts';
import { decodeTemplateEvent, encodeTemplateEvent } from '../codec/template-codec.ts';
import { readLast } from '../connection/leader-read.ts';
import { LOG_STREAM, TEMPLATE_SUBJECTS, templateSubject } from '../connection/subjects.ts';
import type { GroupCommit } from './commit/group-commit.ts';
import { readThrough } from './log-pages.ts';

export class JetStreamTemplateLog implements TemplateLog {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;

  constructor(nc: NatsConnection, commit: GroupCommit) {
    this.#nc = nc;
    this.#commit = commit;
  }

  async append(append: TemplateAppend): Promise<TemplateAppended> {
    const { templateId, eventId, event, after } = append;
    const outcome = await this.#commit.append([
      {
        subject: templateSubject(templateId),
        eventId,
        eventType: event.type,
        expected: after.sequence,
        body: encodeTemplateEvent(append).body,
      },
    ]);
    const [message] = outcome.kind === 'stored' ? outcome.messages : [];
    if (message === undefined) return { kind: 'conflict' };
    return { kind: 'appended', event: decodeTemplateEvent(message) };
  }

  async lastOfCatalogue(): Promise<Sequence> {
    return (await readLast(this.#nc, LOG_STREAM, TEMPLATE_SUBJECTS))?.sequence ?? NO_SEQUENCE;
  }

  readCatalogue(after: Sequence): Promise<RecordedTemplateEvent[]> {
    return this.#read(TEMPLATE_SUBJECTS, after);
  }

  readTemplate(templateId: TemplateId): Promise<RecordedTemplateEvent[]> {
    return this.#read(templateSubject(templateId), NO_SEQUENCE);
  }

  async #read(subject: string, after: Sequence): Promise<RecordedTemplateEvent[]> {
    const last = await readLast(this.#nc, LOG_STREAM, subject);
    if (last === null || last.sequence <= after) return [];
    const messages = await readThrough(this.#nc, subject, after, last.sequence);
    return messages.map(decodeTemplateEvent);
  }
}
