import { test } from 'vitest';
import { createTask } from '../../../../src/domain/task/decide/decide.ts';
import { newTask, onceIn } from '../../../support/history.ts';
import { given } from '../../given.ts';
import { created } from '../happened.ts';

test('A new task whose schedule has no slot ahead is refused (BR-TSK-008, BR-SCH-001)', () => {
  given()
    .when((state) => createTask(state, newTask({ schedule: onceIn(-3_600_000) })))
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});

test('A task that exists is not created again: a repeat changes nothing', () => {
  given(created())
    .when((state) => createTask(state, newTask()))
    .changesNothing();
});
