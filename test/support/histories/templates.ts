import { ulid } from 'ulid';
import type { CreditMicros } from '../../../src/domain/shared/credits.ts';
import type { Decision } from '../../../src/domain/shared/decision.ts';
import type { EventId, Hash, Revision, Sequence, TemplateId } from '../../../src/domain/shared/ids.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type {
  RecordedTemplateEvent,
  TemplateContent,
  TemplateEvent,
} from '../../../src/domain/template/events.ts';
import { advanceTemplate } from '../../../src/domain/template/evolve.ts';
import type { TemplateSnapshot } from '../../../src/domain/template/state.ts';

export const TEMPLATE = 'tpl_office_weather' as TemplateId;

export const content: TemplateContent = {
  name: 'Weather at the office',
  description: null,
  category: 'productivity',
  task_type: 'daily_weather',
  default_config: { units: 'metric' },
  required_fields: ['location'],
  optional_fields: ['units'],
  config_schema: {
    type: 'object',
    properties: {
      location: { type: 'string', minLength: 3 },
      units: { enum: ['metric', 'imperial'] },
    },
    required: ['location'],
    additionalProperties: false,
  },
  required_subscription_level: 'basic',
  credits_per_run_micros: 250_000 as CreditMicros,
  tags: ['weather'],
  metadata: {},
};

/** A template as its decisions make it, one event after another. */
export class TemplateHistory {
  snapshot: TemplateSnapshot | null = null;
  readonly events: RecordedTemplateEvent[] = [];

  /** Records the event, if the decision is one; answers the decision. */
  take(decision: Decision<TemplateEvent>): Decision<TemplateEvent> {
    if (decision.kind !== 'event') return decision;
    const revision = this.events.length + 1;
    const event: RecordedTemplateEvent = {
      ...decision.event,
      meta: {
        id: ulid() as EventId,
        sequence: (revision * 10) as Sequence,
        revision: revision as Revision,
        time: instantOf(Date.UTC(2026, 10, 23) + revision),
        template_id: TEMPLATE,
        actor: 'user:admin',
        correlation_id: 'req_1',
        causation_id: null,
        traceparent: null,
        hash: 'a'.repeat(64) as Hash,
        prevhash: 'b'.repeat(64) as Hash,
      },
    };
    this.events.push(event);
    this.snapshot = advanceTemplate(this.snapshot, event);
    return decision;
  }
}

/** One event of each type, with everything in it that the type can carry. */
export const sampleTemplateEvents: readonly TemplateEvent[] = [
  { type: 'template.published', data: { content, is_active: true, shipped_version: 3 } },
  {
    type: 'template.changed',
    data: {
      changed_fields: [...Object.keys(content), 'is_active'].sort(),
      changes: { ...content, is_active: false },
      shipped_version: null,
    },
  },
  { type: 'template.retired', data: {} },
];
