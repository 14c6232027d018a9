/** The template of the specification, and what happens to it, as the log has it. */
import type { EventMeta } from '../../../src/domain/shared/event.ts';
import type { Revision, Sequence } from '../../../src/domain/shared/ids.ts';
import { templateDecider } from '../../../src/domain/template/decider.ts';
import type {
  RecordedTemplateEvent,
  TemplateChanges,
  TemplateEvent,
} from '../../../src/domain/template/events.ts';
import { START } from '../../support/histories/history.ts';
import { content, TEMPLATE } from '../../support/histories/templates.ts';
import { type HappenedAt, specifiedBy } from '../given.ts';

type Happened = HappenedAt<TemplateEvent>;

export const given = specifiedBy(
  templateDecider,
  (event: TemplateEvent, time, revision): RecordedTemplateEvent => {
    const meta = {
      template_id: TEMPLATE,
      time,
      sequence: (10 * revision) as Sequence,
      revision: revision as Revision,
      hash: revision.toString(16).padStart(64, '0'),
    };
    return { ...event, meta: meta as unknown as EventMeta & { template_id: typeof TEMPLATE } };
  },
);

/** By an administrator. */
export function published(): Happened {
  return [START, { type: 'template.published', data: { content, is_active: true, shipped_version: null } }];
}

/** By the service itself, that comes with it. */
export function shipped(version: number): Happened {
  return [
    START,
    { type: 'template.published', data: { content, is_active: true, shipped_version: version } },
  ];
}

/** By an administrator, or with a newer shipped version. */
export function changed(changes: TemplateChanges, shipped_version: number | null = null): Happened {
  const data = { changed_fields: Object.keys(changes).sort(), changes, shipped_version };
  return [START, { type: 'template.changed', data }];
}

export function retired(): Happened {
  return [START, { type: 'template.retired', data: {} }];
}
