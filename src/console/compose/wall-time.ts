/** What clocks of a zone show, to instants and back; and when those clocks are changed. */
import { instantOfWall } from '../../domain/schedule/calendar/local-day.ts';
import { offsetAt, stretchAt } from '../../domain/schedule/calendar/zone.ts';

/** As a field for date and time has it: `2026-12-24T08:30`. */
export function localText(zone: string, instant: number): string {
  return new Date(instant + offsetAt(zone, instant)).toISOString().slice(0, 16);
}

/** Of such a text, null where it is none. */
export function instantOfLocal(zone: string, text: string): number | null {
  const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text) ? Date.parse(`${text}:00Z`) : Number.NaN;
  return Number.isNaN(wall) ? null : instantOfWall(zone, wall);
}

export interface ClockChange {
  /** The first instant with the new offset, epoch ms. */
  readonly at: number;
  /** Minutes by which clocks are put forward; negative: back. */
  readonly byMinutes: number;
}

/** The changes of a zone's clocks from one instant up to another, in order. */
export function clockChanges(zone: string, from: number, to: number): ClockChange[] {
  const changes: ClockChange[] = [];
  let stretch = stretchAt(zone, from);
  while (stretch.to < to) {
    const next = stretchAt(zone, stretch.to);
    if (next.offset !== stretch.offset) {
      changes.push({ at: stretch.to, byMinutes: (next.offset - stretch.offset) / 60_000 });
    }
    stretch = next;
  }
  return changes;
}
