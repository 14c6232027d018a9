/** Events of templates to the bytes of the log and back: as tasks' (codec.ts), and all of it readable. */
import type { TemplateAppend } from '../../application/ports/log/log.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { RecordedTemplateEvent, TemplateEventType } from '../../domain/template/events.ts';
import { parseTemplateSubject } from '../connection/subjects.ts';
import {
  appendedMeta,
  cloudEvent,
  type EncodedEvent,
  encodedDocument,
  factMetaOf,
  malformed,
  readDocument,
  type StoredMessage,
  versionsOf,
} from './codec.ts';

const UPCASTERS: Upcasters<TemplateEventType> = {
  'template.published': [],
  'template.changed': [],
  'template.retired': [],
};

/** As `EVENT_VERSIONS`. */
export const TEMPLATE_EVENT_VERSIONS = versionsOf(UPCASTERS);

export function encodeTemplateEvent(append: TemplateAppend): EncodedEvent {
  const { type, data } = append.event;
  const meta = { subject: append.templateId, ...appendedMeta(append) };
  return encodedDocument(
    cloudEvent(type, TEMPLATE_EVENT_VERSIONS[type], data as unknown as JsonObject, meta),
  );
}

/** Throws UnreadableEvent. */
export function decodeTemplateEvent(message: StoredMessage): RecordedTemplateEvent {
  const { type, data, document } = readDocument(message, UPCASTERS);
  const template_id = parseTemplateSubject(message.subject);
  if (template_id === null || template_id !== document.subject) {
    throw malformed(message, `the document is of template ${document.subject}`);
  }
  const meta = { ...factMetaOf(message, document), template_id };
  return { type, data, meta } as unknown as RecordedTemplateEvent;
}
