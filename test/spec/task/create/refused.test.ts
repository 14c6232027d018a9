import { test } from 'vitest';
import { newTask, onceIn } from '../../../support/histories/history.ts';
import { created, given } from '../happened.ts';

test('A new task whose schedule has no slot ahead is refused (BR-TSK-008, BR-SCH-001)', () => {
  given()
    .when({ type: 'create', data: newTask({ schedule: onceIn(-3_600_000) }) })
    .isRefused({ code: 'NO_FUTURE_SLOT' });
});

test('A task that exists is not created again: a repeat changes nothing', () => {
  given(created()).when({ type: 'create', data: newTask() }).changesNothing();
});
