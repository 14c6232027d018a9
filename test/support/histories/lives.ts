/** The log of several users, each with several tasks of random lives, in the order of time. */
import fc from 'fast-check';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence, TaskId, TemplateId, UserId } from '../../../src/domain/shared/ids.ts';
import { TASK_TYPES } from '../../../src/domain/task/status.ts';
import { creations, play, steps } from './history.ts';

export const USERS = ['usr_1', 'usr_2', 'usr_3'] as UserId[];

export const lives: fc.Arbitrary<readonly RecordedTaskEvent[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...USERS),
      fc
        .tuple(creations, fc.constantFrom(...TASK_TYPES), fc.constantFrom(null, 'tpl_a' as TemplateId))
        .map(([given, task_type, template_id]) => ({ ...given, task_type, template_id })),
      steps,
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((all) => {
    const events = all.flatMap(([user_id, creation, taken], index) => {
      const task_id = `tsk_01JD${String(index).padStart(22, '0')}` as TaskId;
      return play(creation, taken).events.map(
        (event) => ({ ...event, meta: { ...event.meta, user_id, task_id } }) as RecordedTaskEvent,
      );
    });
    return events
      .sort((a, b) => (a.meta.time < b.meta.time ? -1 : a.meta.time > b.meta.time ? 1 : 0))
      .map((event, index) => {
        const sequence = (index * 2 + 10) as Sequence;
        return { ...event, meta: { ...event.meta, sequence } } as RecordedTaskEvent;
      });
  });
