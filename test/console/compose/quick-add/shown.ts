import type { QuickAdd } from '../../../../src/console/compose/quick-add/quick-add.ts';
import type { When } from '../../../../src/console/compose/quick-add/resolve-time.ts';

/** Wednesday, 2 December 2026, 11:00 in Zurich. */
export const HERE = { now: Date.parse('2026-12-02T10:00:00Z'), zone: 'Europe/Zurich' };

/** What was read in one line: `name | when | marks`. */
export function shownReading({ name, when, tags, priority, taskType }: QuickAdd): string {
  const marks = [...tags.map((tag) => `#${tag}`), priority, taskType].filter((mark) => mark !== null);
  return [name, when === null ? '-' : shownWhen(when), marks.join(' ')].join(' | ').trim();
}

function shownWhen(when: When): string {
  if (when.kind === 'once') return [when.date, when.time].filter((part) => part !== null).join(' ');
  const { type, timezone, weekdays, day, interval_seconds, rrule, start_date, run_time, ...bounds } =
    when.schedule;
  const shape = [type, weekdays, day, interval_seconds, rrule, start_date, run_time];
  const bound = Object.entries(bounds).map(([key, value]) => `${key}=${value}`);
  return [...shape, ...bound].filter((part) => part !== undefined).join(' ');
}
