/** What the log may fail with. */

/** The log did not answer: nothing is known to have been stored or read. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** An append was sent and its answer never came: it is in the log at most once, perhaps not at all. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** The log answered, and will not store the event: the same append again will be refused again. */
export class LogRefused extends Error {
  override readonly name: string = 'LogRefused';
  /**
   * `LOG_FULL`: no room left. `EVENT_TOO_LARGE`: above the server's message limit. `NO_USER_KEY`: the key that the
   * user's content is sealed under is gone, or does not open. `LOG_INCOMPLETE`: it has lost events, and nothing is
   * appended before that is mended.
   */
  readonly code: 'LOG_FULL' | 'LOG_INCOMPLETE' | 'EVENT_TOO_LARGE' | 'NO_USER_KEY' | 'REFUSED';

  constructor(code: LogRefused['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The log holds an event that cannot follow the one before it: it was changed, moved, or one between is missing. */
export class LogCorrupt extends Error {
  override readonly name = 'LogCorrupt';
}

/** Whether the log did not answer, or has no room now: the same may be asked again, and succeed. */
export function isLogAway(error: unknown): boolean {
  if (error instanceof LogRefused) return error.code === 'LOG_FULL' || error.code === 'LOG_INCOMPLETE';
  return error instanceof LogUnavailable || error instanceof OutcomeUnknown;
}
