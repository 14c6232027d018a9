import { describe, expect, test } from 'vitest';
import { configField } from '../../../src/console/compose/forms/config-shape.ts';
import { threeWay } from '../../../src/console/compose/forms/three-way.ts';
import {
  faultsOfList,
  faultsOfSchedule,
  movedUp,
  withSchedule,
} from '../../../src/console/compose/schedule/schedule-list.ts';
import {
  askedFields,
  changedFields,
  fieldsOfForm,
  newTaskFields,
  newTaskForm,
  type TaskForm,
  taskFormOf,
} from '../../../src/console/compose/task-form/task-form.ts';

const NOW = Date.parse('2026-12-02T10:00:00Z');
const CONFIG = configField({});
const MORNING = { id: 'main', type: 'daily', run_time: '07:00', timezone: 'Europe/Zurich' };
const EVENING = { id: 'evening', type: 'weekly', weekdays: [5], run_time: '19:00', timezone: 'Asia/Tokyo' };

function formOf(...schedules: readonly (typeof MORNING | typeof EVENING)[]): TaskForm {
  const bare = { description: null, due_date: null, due_timezone: null, reminder_time: null };
  const shown = { ...bare, name: 'a', priority: 'low', tags: [], config: {}, schedules };
  return taskFormOf(shown, 'UTC', NOW);
}
const asked = (form: TaskForm) => askedFields(fieldsOfForm(form, CONFIG));
const changes = (before: TaskForm, after: TaskForm) =>
  askedFields(changedFields(fieldsOfForm(before, CONFIG), fieldsOfForm(after, CONFIG)));

describe('the schedules of the form of a task', () => {
  test('are sent as one where there is one that goes by no id of its own', () => {
    const { id: _, ...morning } = MORNING;
    expect(asked(formOf(MORNING))).toMatchObject({ schedule: morning });
    expect(asked(formOf(MORNING))).not.toHaveProperty('schedules');
    expect(asked(formOf(EVENING))).toMatchObject({ schedules: [EVENING] });
    expect(asked(formOf(MORNING, EVENING))).toMatchObject({ schedules: [MORNING, EVENING] });
    expect(asked(formOf())).toMatchObject({ schedule: null });
  });

  test('are not sent where nothing of them is changed', () => {
    for (const form of [formOf(MORNING), formOf(MORNING, EVENING), formOf()]) {
      expect(changes(form, { ...form, name: 'b' })).toEqual({ name: 'b' });
    }
  });

  test('are added, removed and moved, each by its own key', () => {
    const before = formOf(MORNING);
    const added: TaskForm = { ...before, schedules: withSchedule(before.schedules, NOW) };
    expect(changes(before, added)).toMatchObject({
      schedules: [MORNING, { type: 'daily', timezone: 'Europe/Zurich' }],
    });
    expect((changes(before, added).schedules as object[])[1]).not.toHaveProperty('id');
    const two = formOf(MORNING, EVENING);
    const turned = movedUp(two.schedules, 1);
    expect(turned.map(({ key, form }) => [key, form.id])).toEqual([
      [1, 'evening'],
      [0, 'main'],
    ]);
    expect(movedUp(turned, 1)).toEqual(turned);
    const left = { ...two, schedules: two.schedules.filter(({ key }) => key === 0) };
    expect(changes(two, left)).toMatchObject({ schedule: { run_time: '07:00' } });
    expect(changes(two, { ...two, hasSchedule: false })).toEqual({ schedule: null });
  });

  test('of a new task are sent only where it has any', () => {
    const form = { ...newTaskForm('UTC', NOW, 'a'), hasSchedule: true };
    expect(newTaskFields(form, CONFIG, null)).toMatchObject({ schedule: { type: 'daily' } });
    expect(newTaskFields({ ...form, hasSchedule: false }, CONFIG, null)).not.toHaveProperty('schedule');
    const several = { ...form, schedules: withSchedule(form.schedules, NOW) };
    expect(newTaskFields(several, CONFIG, null).schedules).toHaveLength(2);
  });

  test('are both changed where two people change them, one to several and one within one', () => {
    const fields = (form: TaskForm) => fieldsOfForm(form, CONFIG);
    const later = { ...MORNING, run_time: '08:00' };
    const merge = threeWay(fields(formOf(MORNING)), fields(formOf(MORNING, EVENING)), fields(formOf(later)));
    expect(merge.conflicts).toEqual(['schedules']);
  });

  test('have the faults that the service names by their place in the list', () => {
    const fault = (...loc: (string | number)[]) => ({ loc, msg: 'm', type: 't', params: {} });
    const faults = [
      fault('body', 'schedules', 1, 'run_time'),
      fault('body', 'schedules'),
      fault('body', 'schedule', 'day'),
      fault('body', 'name'),
    ];
    expect(faultsOfSchedule(faults, 1).map(({ loc }) => loc)).toEqual([['run_time']]);
    expect(faultsOfSchedule(faults, 0).map(({ loc }) => loc)).toEqual([['day']]);
    expect(faultsOfList(faults).map(({ loc }) => loc)).toEqual([[]]);
  });
});
