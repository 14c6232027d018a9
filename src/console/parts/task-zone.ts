/** The zone that a schedule is in; null: it names none. */
export function zoneOf(schedule: Readonly<Record<string, unknown>> | null): string | null {
  return typeof schedule?.timezone === 'string' ? schedule.timezone : null;
}
