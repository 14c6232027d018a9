/** EX_DATAERR of sysexits.h. */
const EXIT_DATA = 65;

/** What was given is not what it should be; the message says why. */
export class UnusableData extends Error {
  override readonly name = 'UnusableData';
  readonly exitCode = EXIT_DATA;
}
