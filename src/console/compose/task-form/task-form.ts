/** What the form of a task holds, and what of it is sent. */
import { type ConfigField, configValue, isMembers } from '../forms/config-shape.ts';
import { isSame } from '../forms/three-way.ts';
import { type ScheduleDocument, weekdayNumber } from '../schedule/schedule-document.ts';
import {
  newScheduleForm,
  type ScheduleForm,
  scheduleDocumentOf,
  scheduleFormOf,
} from '../schedule/schedule-form.ts';

export interface TaskForm {
  readonly name: string;
  readonly description: string;
  readonly priority: string;
  /** Apart by commas or spaces. */
  readonly tags: string;
  readonly config: unknown;
  /** Kept while it is off, so that a second thought costs nothing. */
  readonly schedule: ScheduleForm;
  readonly hasSchedule: boolean;
  /** It has several, or one by an id of its own: a form of one schedule leaves them as they are. */
  readonly keepsSchedules: boolean;
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
  readonly schedule: Members | null;
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
    schedule: newScheduleForm(zone, now),
    hasSchedule: false,
    keepsSchedules: false,
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
    schedule: scheduleFormOf(suggested, zone, now),
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
    schedule: scheduleFormOf(scheduleOfTask(task), zone, now),
    hasSchedule: task.schedule !== null,
    keepsSchedules: task.schedule === null && task.schedules.length > 0,
    dueDate: task.due_date ?? '',
    dueZone: task.due_timezone ?? zone,
    reminderTime: task.reminder_time ?? '',
  };
}

function scheduleOfTask({ schedule }: ShownTask): ScheduleDocument | null {
  return schedule === null ? null : { ...schedule, type: String(schedule.type) };
}

/** All fields, as the API takes them. */
export function fieldsOfForm(form: TaskForm, config: ConfigField): Members {
  return {
    name: form.name,
    description: form.description.trim() === '' ? null : form.description,
    priority: form.priority,
    tags: form.tags.split(/[,\s]+/).filter((tag) => tag !== ''),
    config: configValue(config, form.config) ?? {},
    ...(form.keepsSchedules ? {} : { schedule: form.hasSchedule ? scheduleDocumentOf(form.schedule) : null }),
    due_date: form.dueDate || null,
    due_timezone: isDay(form.dueDate) ? form.dueZone : null,
    reminder_time: form.reminderTime || null,
  };
}

/** Whether a due date has no time. */
export function isDay(dueDate: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(dueDate);
}

/** Of a new task, what is said; of one from a template, what is not the template's anyway. */
export function newTaskFields(form: TaskForm, config: ConfigField, template: ShownTemplate | null): Members {
  const fields = Object.entries(fieldsOfForm(form, config)).filter(([, value]) => value !== null);
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
