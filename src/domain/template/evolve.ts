/** The fold of a template's events. */
import type { RecordedTemplateEvent } from './events.ts';
import type { TemplateSnapshot, TemplateState } from './state.ts';

/** Throws where the first event is not `template.published`. */
export function evolveTemplate(state: TemplateState | null, event: RecordedTemplateEvent): TemplateState {
  const { template_id, sequence, time } = event.meta;
  if (event.type === 'template.published') {
    const { content, is_active, shipped_version } = event.data;
    return {
      ...content,
      template_id,
      id: sequence,
      is_active,
      shipped_version,
      is_customised: shipped_version === null,
      created_at: time,
      updated_at: time,
    };
  }
  if (state === null) throw new Error(`${event.type} before template.published on ${template_id}`);
  switch (event.type) {
    case 'template.changed': {
      const { changes, shipped_version } = event.data;
      return {
        ...state,
        ...changes,
        shipped_version: shipped_version ?? state.shipped_version,
        is_customised: shipped_version === null,
        updated_at: time,
      };
    }
    case 'template.retired':
      return { ...state, is_active: false, is_customised: true, updated_at: time };
  }
}

/**
 * The snapshot with the event folded in; as it was where it holds the event already. Null where events between the
 * two are missing: fold the template anew.
 */
export function advanceTemplate(
  snapshot: TemplateSnapshot | null,
  event: RecordedTemplateEvent,
): TemplateSnapshot | null {
  const { sequence, revision, hash } = event.meta;
  if (snapshot !== null && sequence <= snapshot.sequence) return snapshot;
  if (revision !== (snapshot?.revision ?? 0) + 1) return null;
  return { sequence, revision, hash, state: evolveTemplate(snapshot?.state ?? null, event) };
}
