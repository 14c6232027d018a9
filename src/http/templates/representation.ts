import { creditsOf } from '../../domain/shared/credits.ts';
import type { TemplateSnapshot } from '../../domain/template/state.ts';

/** A template as REST shows it. */
export function templateOf({ state }: TemplateSnapshot) {
  return {
    id: state.id,
    template_id: state.template_id,
    name: state.name,
    description: state.description,
    category: state.category,
    task_type: state.task_type,
    default_config: state.default_config,
    required_fields: state.required_fields,
    optional_fields: state.optional_fields,
    config_schema: state.config_schema,
    required_subscription_level: state.required_subscription_level,
    credits_per_run: creditsOf(state.credits_per_run_micros),
    tags: state.tags,
    metadata: state.metadata,
    is_active: state.is_active,
    created_at: state.created_at,
    updated_at: state.updated_at,
  };
}
