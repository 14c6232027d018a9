import type { EventMeta } from '../../../src/domain/shared/event.ts';
import { NO_HASH } from '../../../src/domain/shared/ids.ts';

/**
 * Throws unless the events, grouped by task, count their revisions 1, 2, 3, … in log order and each names the hash of
 * the one before it. `events` in log order, each task from its first event on.
 */
export function verifyChain(events: readonly { readonly meta: EventMeta }[]): void {
  const last = new Map<string, EventMeta>();
  for (const { meta } of events) {
    const subject = `${meta.user_id} ${meta.task_id}`;
    const before = last.get(subject);
    const at = `event ${meta.sequence} of ${subject}`;
    if (meta.revision !== (before?.revision ?? 0) + 1) {
      throw new Error(`${at}: revision ${meta.revision} after ${before?.revision ?? 0}`);
    }
    if (meta.prevhash !== (before?.hash ?? NO_HASH)) throw new Error(`${at}: its prevhash is another's`);
    if (before !== undefined && meta.sequence <= before.sequence) throw new Error(`${at}: out of order`);
    last.set(subject, meta);
  }
}
