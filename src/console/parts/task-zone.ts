/** The zone that a schedule is in; null: it names none. */
export function zoneOf(schedule: Readonly<Record<string, unknown>> | null): string | null {
  return typeof schedule?.timezone === 'string' ? schedule.timezone : null;
}

type Shown = Readonly<Record<string, unknown>>;

/** The zone that a task's slots are told in: of several schedules that of the first. */
export function taskZone({
  schedule,
  schedules,
}: {
  readonly schedule: Shown | null;
  readonly schedules: readonly Shown[];
}): string | null {
  return zoneOf(schedule ?? schedules[0] ?? null);
}
