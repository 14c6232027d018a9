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
}

export const DEFAULT_NOTIFY: Notify = {
  created: false,
  success: true,
  failure: true,
  reminder: true,
  status: true,
};
