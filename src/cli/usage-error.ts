/** The command line was used wrongly: the message says how, and the help follows it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
