import type { TaskSchedule } from '../../domain/schedule/types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { CreateTask } from '../../domain/task/commands.ts';
import type { TemplateState } from '../../domain/template/state.ts';

/** A template that the caller may use, and what it is used with. */
export interface TemplateUse {
  readonly template: TemplateState;
  /** Merged. */
  readonly config: JsonObject;
  readonly schedule: TaskSchedule | null;
}

/** What the caller says of the task; undefined: as the template says, or nothing. */
export type GivenFields = {
  readonly [F in
    | 'name'
    | 'description'
    | 'priority'
    | 'tags'
    | 'metadata'
    | 'due_date'
    | 'due_day'
    | 'reminder_time'
    | 'remind_before'
    | 'trigger'
    | 'trigger_filter'
    | 'notify']?: CreateTask[F] | undefined;
};

/** What the caller gives comes before what the template says. */
export function taskFromTemplate(
  given: GivenFields,
  { template, config, schedule }: TemplateUse,
): Omit<CreateTask, 'now'> {
  return {
    task_type: template.task_type,
    name: given.name ?? template.name,
    description: given.description === undefined ? template.description : given.description,
    priority: given.priority ?? 'medium',
    config,
    schedule,
    credits_per_run_micros: template.credits_per_run_micros,
    tags: given.tags ?? template.tags,
    metadata: given.metadata ?? {},
    due_date: given.due_date ?? null,
    due_day: given.due_day ?? null,
    reminder_time: given.reminder_time ?? null,
    remind_before: given.remind_before ?? null,
    trigger: given.trigger ?? null,
    trigger_filter: given.trigger_filter ?? null,
    notify: given.notify ?? null,
    template_id: template.template_id,
  };
}
