/** The schedules of a task as they are being written: in their order, for of several that have a slot the first decides. */
import { type FieldFault, faultsBelow } from '../../api/problems.ts';
import type { ScheduleDocument } from './schedule-document.ts';
import { newScheduleForm, type ScheduleForm, scheduleFormOf } from './schedule-form.ts';

export interface ListedSchedule {
  /** The same for as long as it is in the list, wherever it stands there. */
  readonly key: number;
  readonly form: ScheduleForm;
}

/** Of none, one that is yet to be written. */
export function listedSchedules(
  schedules: readonly ScheduleDocument[],
  zone: string,
  now: number,
): readonly ListedSchedule[] {
  const forms = schedules.map((one) => scheduleFormOf(one, zone, now));
  return (forms.length === 0 ? [newScheduleForm(zone, now)] : forms).map((form, key) => ({ key, form }));
}

/** Each day, in the zone of the last one, at a time that no other has: two that are the same are refused. */
export function withSchedule(list: readonly ListedSchedule[], now: number): readonly ListedSchedule[] {
  const used = new Set(list.map(({ form }) => form.time));
  const time = ['09:00', '18:00', '12:00', '06:00'].find((each) => !used.has(each)) ?? '21:00';
  const zone = list.at(-1)?.form.timezone ?? 'UTC';
  const key = Math.max(-1, ...list.map((each) => each.key)) + 1;
  return [...list, { key, form: { ...newScheduleForm(zone, now), time } }];
}

/** Before the one that is before it. */
export function movedUp(list: readonly ListedSchedule[], key: number): readonly ListedSchedule[] {
  const index = list.findIndex((each) => each.key === key);
  const [moved, before] = [list[index], list[index - 1]];
  if (moved === undefined || before === undefined) return list;
  return [...list.slice(0, index - 1), moved, before, ...list.slice(index + 1)];
}

/** Of one of the list; paths below that schedule. The faults of an only one come by the name of `schedule`, too. */
export function faultsOfSchedule(faults: readonly FieldFault[], index: number): readonly FieldFault[] {
  const only = index === 0 ? faultsBelow(faults, ['body', 'schedule']) : [];
  return [...only, ...faultsBelow(faults, ['body', 'schedules', index])];
}

/** Of the list as a whole. */
export function faultsOfList(faults: readonly FieldFault[]): readonly FieldFault[] {
  return faultsBelow(faults, ['body', 'schedules']).filter(({ loc }) => loc.length === 0);
}
