import { describe, expect, test } from 'vitest';
import type { QuickType } from '../../../../src/console/compose/quick-add/marks.ts';
import { readQuickAdd } from '../../../../src/console/compose/quick-add/quick-add.ts';
import { taskDraft } from '../../../../src/console/compose/quick-add/task-draft.ts';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { HERE } from './shown.ts';

const draftOf = (line: string, type: QuickType = 'todo') => {
  const read = readQuickAdd(line, HERE);
  return taskDraft(read, read.taskType ?? type, HERE.zone);
};

describe('a line becomes', () => {
  test('a to-do that is due on a day, or at a time of it', () => {
    expect(draftOf('pay rent on 31 december !! #home').draft).toEqual({
      name: 'pay rent',
      task_type: 'todo',
      priority: 'urgent',
      tags: ['home'],
      config: {},
      schedule: null,
      due_date: '2026-12-31',
      due_timezone: 'Europe/Zurich',
    });
    expect(draftOf('call at 15:30').draft).toMatchObject({
      due_date: '2026-12-02T14:30:00.000Z',
      due_timezone: null,
      priority: 'medium',
    });
  });

  test('a to-do that repeats', () => {
    expect(draftOf('water plants every mon 8am').draft).toMatchObject({
      due_date: null,
      schedule: { type: 'weekly', weekdays: [1], run_time: '08:00', timezone: 'Europe/Zurich' },
    });
  });

  test('a reminder that comes once, in the morning of a day without a time', () => {
    const { draft } = draftOf('remind me to call mum tomorrow');
    expect(draft).toMatchObject({
      name: 'call mum',
      task_type: 'reminder',
      config: { reminder_message: 'call mum' },
      schedule: { type: 'once', run_time: '2026-12-03T08:00:00.000Z', timezone: 'Europe/Zurich' },
    });
    const parsed = parseSchedule(
      draft.schedule as unknown as JsonObject,
      '2026-12-02T10:00:00.000Z' as Instant,
    );
    expect(parsed).toMatchObject({ ok: true });
  });

  test('an event and a weather report', () => {
    expect(draftOf('event: Dinner fri 7pm').draft.config).toEqual({
      event_title: 'Dinner',
      event_time: '2026-12-04T18:00:00.000Z',
    });
    expect(draftOf('weather: Bern every day 7am').draft).toMatchObject({
      config: { location: 'Bern' },
      schedule: { type: 'daily', run_time: '07:00' },
    });
  });

  test('nothing, where what it needs is missing', () => {
    expect(draftOf('tomorrow').missing).toBe('Say what is to be done.');
    expect(draftOf('event: Dinner').missing).toContain('Say when');
    expect(draftOf('event: Dinner every friday').missing).toContain('on one day');
    expect(draftOf('call mum').missing).toBeNull();
  });
});
