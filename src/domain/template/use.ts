/** What a template and its user make together. */
import type { JsonObject } from '../shared/json.ts';
import type { TemplateContent } from './events.ts';

/** Fields that are the task's own; any other name that a template requires or offers is a member of the config. */
export const TASK_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'description',
  'schedule',
  'priority',
  'tags',
  'metadata',
  'due_date',
  'due_timezone',
  'reminder_time',
  'remind_before',
]);

/** BR-TPL-004: member by member; what the user gives replaces the default whole. */
export function mergedConfig(
  template: Pick<TemplateContent, 'default_config'>,
  given: JsonObject,
): JsonObject {
  return { ...template.default_config, ...given };
}

/** BR-TPL-005: the required fields that neither the task's own fields nor the config give; null gives nothing. */
export function missingFields(
  { required_fields }: Pick<TemplateContent, 'required_fields'>,
  given: { readonly fields: JsonObject; readonly config: JsonObject },
): readonly string[] {
  return required_fields.filter((name) => {
    const from = TASK_FIELDS.has(name) ? given.fields : given.config;
    return !Object.hasOwn(from, name) || from[name] === null;
  });
}
