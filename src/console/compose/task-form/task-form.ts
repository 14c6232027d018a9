/** What the form of a task holds, and what of it is sent. */
import { type ConfigField, configValue, isMembers } from '../forms/config-shape.ts';
import { isSame } from '../forms/three-way.ts';
import { askedSchedules, type ScheduleDocument, weekdayNumber } from '../schedule/schedule-document.ts';
import { scheduleDocumentOf } from '../schedule/schedule-form.ts';
import { type ListedSchedule, listedSchedules } from '../schedule/schedule-list.ts';

export interface TaskForm {
  readonly name: string;
  readonly description: string;
  readonly priority: string;
  /** Apart by commas or spaces. */
  readonly tags: string;
  readonly config: unknown;
  /** At least one; kept while they are off, so that a second thought costs nothing. */
  readonly schedules: readonly ListedSchedule[];
  readonly hasSchedule: boolean;
  /** RFC 3339, or a day of `dueZone`; empty for none. */
  readonly dueDate: string;
  readonly dueZone: string;
  /** RFC 3339, empty for none. */
  readonly reminderTime: string;
}

type Members = Readonly<Record<string, unknown>>;

/** What a form needs to know of a task as the API shows it. */
export interface ShownTask {
  readonly name: string;
  readonly description: string | null;
  readonly priority: string;
  readonly tags: readonly string[];
  readonly config: Members;
  readonly schedules: readonly Members[];
  readonly due_date: string | null;
  readonly due_timezone: string | null;
  readonly reminder_time: string | null;
}

/** What a form needs to know of a template. */
export interface ShownTemplate {
  readonly template_id: string;
  readonly name: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly default_config: Members;
  readonly metadata: Members;
  readonly required_fields: readonly string[];
}

export function newTaskForm(zone: string, now: number, name: string): TaskForm {
  return {
    name,
    description: '',
    priority: 'medium',
    tags: '',
    config: {},
    schedules: listedSchedules([], zone, now),
    hasSchedule: false,
    dueDate: '',
    dueZone: zone,
    reminderTime: '',
  };
}

/** With what the template gives; its suggested schedule at the same clock time in the viewer's zone. */
export function templateTaskForm(template: ShownTemplate, zone: string, now: number): TaskForm {
  const suggested = suggestedSchedule(template, zone);
  const needsName = template.required_fields.includes('name');
  return {
    ...newTaskForm(zone, now, needsName ? '' : template.name),
    description: template.description ?? '',
    tags: template.tags.join(', '),
    config: template.default_config,
    schedules: listedSchedules(suggested === null ? [] : [suggested], zone, now),
    hasSchedule: suggested !== null || template.required_fields.includes('schedule'),
  };
}

function suggestedSchedule({ metadata }: ShownTemplate, zone: string): ScheduleDocument | null {
  const suggested = metadata.suggested_schedule;
  if (!isMembers(suggested) || typeof suggested.type !== 'string') return null;
  const weekdays = Array.isArray(suggested.weekdays)
    ? { weekdays: suggested.weekdays.map(weekdayNumber) }
    : {};
  return { ...suggested, ...weekdays, type: suggested.type, timezone: zone };
}

export function taskFormOf(task: ShownTask, zone: string, now: number): TaskForm {
  return {
    name: task.name,
    description: task.description ?? '',
    priority: task.priority,
    tags: task.tags.join(', '),
    config: task.config,
    schedules: listedSchedules(task.schedules.map(documentOf), zone, now),
    hasSchedule: task.schedules.length > 0,
    dueDate: task.due_date ?? '',
    dueZone: task.due_timezone ?? zone,
    reminderTime: task.reminder_time ?? '',
  };
}

function documentOf(schedule: Members): ScheduleDocument {
  return { ...schedule, type: String(schedule.type) };
}

/** The schedules of the form; null: it is to have none. */
export function schedulesOfForm({ schedules, hasSchedule }: TaskForm): readonly ScheduleDocument[] | null {
  return hasSchedule ? schedules.map(({ form }) => scheduleDocumentOf(form)) : null;
}

/** All fields; schedules as a list, however many they are, so that two forms can be compared. */
export function fieldsOfForm(form: TaskForm, config: ConfigField): Members {
  return {
    name: form.name,
    description: form.description.trim() === '' ? null : form.description,
    priority: form.priority,
    tags: form.tags.split(/[,\s]+/).filter((tag) => tag !== ''),
    config: configValue(config, form.config) ?? {},
    schedules: schedulesOfForm(form),
    due_date: form.dueDate || null,
    due_timezone: isDay(form.dueDate) ? form.dueZone : null,
    reminder_time: form.reminderTime || null,
  };
}

/** Whether a due date has no time. */
export function isDay(dueDate: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(dueDate);
}

/** As the API takes them. */
export function askedFields(fields: Members): Members {
  if (!('schedules' in fields)) return fields;
  const { schedules, ...others } = fields;
  return { ...others, ...askedSchedules(schedules as readonly ScheduleDocument[] | null) };
}

/** Of a new task, what is said; of one from a template, what is not the template's anyway. */
export function newTaskFields(form: TaskForm, config: ConfigField, template: ShownTemplate | null): Members {
  const asked = askedFields(fieldsOfForm(form, config));
  const fields = Object.entries(asked).filter(([, value]) => value !== null);
  if (template === null) return Object.fromEntries(fields);
  const own: Members = { name: template.name, description: template.description, tags: template.tags };
  return {
    ...Object.fromEntries(fields.filter(([name, value]) => !(name in own && isSame(value, own[name])))),
    template_id: template.template_id,
  };
}

/** The fields that differ. */
export function changedFields(before: Members, after: Members): Members {
  return Object.fromEntries(Object.entries(after).filter(([name, value]) => !isSame(value, before[name])));
}
