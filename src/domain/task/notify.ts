/** Which notices a task's owner wants of it. */
export interface Notify {
  readonly created: boolean;
  /** A run that has something to tell. */
  readonly success: boolean;
  readonly failure: boolean;
  /** Reminders, and the due date passing. */
  readonly reminder: boolean;
  /** Changes of the status that the owner did not make. */
  readonly status: boolean;
  /** Slots that nothing ran for: missed, or left out because a limit was reached. */
  readonly missed: boolean;
}

export const DEFAULT_NOTIFY: Notify = {
  created: false,
  success: true,
  failure: true,
  reminder: true,
  status: true,
  missed: true,
};

/** Stored switches that may be older than some of them: those as by default. */
export function withAllSwitches(stored: Partial<Notify> | null): Notify | null {
  return stored === null ? null : { ...DEFAULT_NOTIFY, ...stored };
}
