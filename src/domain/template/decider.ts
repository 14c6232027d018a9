/** All that can be asked of a template. It is decided on its snapshot, for an edit is held against its revision. */
import type { Decider } from '../shared/decider.ts';
import type { Revision } from '../shared/ids.ts';
import {
  changeTemplate,
  publishTemplate,
  retireTemplate,
  type ShippedTemplate,
  shipTemplate,
} from './decide.ts';
import type { RecordedTemplateEvent, TemplateChanges, TemplateContent, TemplateEvent } from './events.ts';
import { advanceTemplate } from './evolve.ts';
import type { TemplateSnapshot } from './state.ts';

export type TemplateCommand =
  | { readonly type: 'publish'; readonly data: { content: TemplateContent; is_active: boolean } }
  | { readonly type: 'change'; readonly data: { changes: TemplateChanges; if_match: Revision | null } }
  | { readonly type: 'retire'; readonly data: { if_match: Revision | null } }
  /** What a starting service asks of each template that it ships. */
  | { readonly type: 'ship'; readonly data: ShippedTemplate };

export const templateDecider: Decider<
  TemplateSnapshot | null,
  TemplateCommand,
  TemplateEvent,
  RecordedTemplateEvent
> = {
  initial: null,
  decide(before, command) {
    switch (command.type) {
      case 'publish':
        return publishTemplate(before, command.data.content, command.data.is_active);
      case 'change':
        return changeTemplate(before, command.data.changes, command.data.if_match);
      case 'retire':
        return retireTemplate(before, command.data.if_match);
      case 'ship':
        return shipTemplate(before, command.data);
    }
  },
  evolve(before, event) {
    const snapshot = advanceTemplate(before, event);
    if (snapshot === null) {
      throw new Error(`${event.type} does not follow what ${event.meta.template_id} was`);
    }
    return snapshot;
  },
};
