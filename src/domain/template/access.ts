/** BR-TPL-002: who may use a template, and what it costs. */
import { atLeast, type TaskTypeTerms } from '../task/type-terms.ts';
import type { TemplateState } from './state.ts';

/** The template at the terms of its task type, where it asks for less than those. */
export function atTypeTerms(template: TemplateState, terms: TaskTypeTerms): TemplateState {
  const { required_subscription_level: tier, credits_per_run_micros } = template;
  const offered = atLeast({ tier, credits_per_run_micros }, terms[template.task_type]);
  return {
    ...template,
    required_subscription_level: offered.tier,
    credits_per_run_micros: offered.credits_per_run_micros,
  };
}
