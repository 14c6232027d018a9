/**
 * The events of a template. As with tasks, names and shapes are the storage format. Nothing here is personal:
 * the catalogue is everybody's to read, so nothing of it is sealed.
 */
import type { CreditMicros } from '../shared/credits.ts';
import type { FactMeta } from '../shared/event.ts';
import type { TemplateId } from '../shared/ids.ts';
import type { JsonObject } from '../shared/json.ts';
import type { TaskType } from '../task/status.ts';
import type { Tier } from '../user/tier.ts';

export const TEMPLATE_CATEGORIES = ['productivity', 'monitoring', 'alerts', 'calendar', 'custom'] as const;
export type TemplateCategory = (typeof TEMPLATE_CATEGORIES)[number];

/** What a template says. */
export interface TemplateContent {
  readonly name: string;
  readonly description: string | null;
  readonly category: TemplateCategory;
  readonly task_type: TaskType;
  /** What a task's config is merged over (BR-TPL-004); holds no secrets. */
  readonly default_config: JsonObject;
  /**
   * What its user must give (BR-TPL-005), and what they may: members of the config, and those of `TASK_FIELDS`,
   * which are the task's own.
   */
  readonly required_fields: readonly string[];
  readonly optional_fields: readonly string[];
  /** JSON Schema 2020-12 in the dialect of `config-schema.ts`, for the merged config. */
  readonly config_schema: JsonObject;
  /** BR-TPL-002. */
  readonly required_subscription_level: Tier;
  readonly credits_per_run_micros: CreditMicros;
  readonly tags: readonly string[];
  readonly metadata: JsonObject;
}

export type TemplateEvent =
  | { readonly type: 'template.published'; readonly data: TemplatePublished }
  | { readonly type: 'template.changed'; readonly data: TemplateChanged }
  | { readonly type: 'template.retired'; readonly data: TemplateRetired };

export type TemplateEventType = TemplateEvent['type'];

export interface TemplatePublished {
  readonly content: TemplateContent;
  readonly is_active: boolean;
  /** Of the catalogue that comes with the service; null for an administrator's own. */
  readonly shipped_version: number | null;
}

export interface TemplateChanged {
  /** Names as the REST caller knows them, sorted. */
  readonly changed_fields: readonly string[];
  readonly changes: TemplateChanges;
  /** Null for a change by an administrator. */
  readonly shipped_version: number | null;
}

export type TemplateChanges = Partial<TemplateContent> & { readonly is_active?: boolean };

export type TemplateRetired = Readonly<Record<string, never>>;

/** Of an event of a template. */
export interface TemplateMeta extends FactMeta {
  readonly template_id: TemplateId;
}

export type RecordedTemplateEvent = TemplateEvent & { readonly meta: TemplateMeta };
