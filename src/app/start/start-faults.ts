/** How what a start fails with is told to the person who has to mend it: one line, and an exit code. */
import { getSystemErrorMap } from 'node:util';
import { NatsServerMissing } from '../../../bootstrap/nats-server/nats-server.mjs';
import { UnfitServer } from '../../jetstream/connection/connection.ts';
import { EmbeddedServerFailed } from '../../jetstream/embedded-server/embedded-server.ts';
import { ConfigError, EXIT_CONFIG } from '../config/config.ts';

/** The log has lost events; `message` says which, and the ways out. */
export class LogIncomplete extends Error {
  override readonly name = 'LogIncomplete';
  readonly exitCode = EXIT_CONFIG;
}

/** The exit code that an error stands for; 1 for all that no configuration can mend. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof NatsServerMissing) return EXIT_CONFIG;
  const code = error instanceof Error && 'exitCode' in error ? error.exitCode : undefined;
  return typeof code === 'number' ? code : 1;
}

/** What a start has failed with, in another thread: as plain data. */
export interface StartFault {
  readonly message: string;
  readonly stack: string | undefined;
  readonly exitCode: number;
  readonly isSelfExplanatory: boolean;
}

export function startFaultOf(error: unknown): StartFault {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, exitCode: exitCodeOf(error), isSelfExplanatory: isSelfExplanatory(error) };
}

/** The start of another thread failed; told as if it had been this one's. */
export class FailedStart extends Error {
  override readonly name = 'FailedStart';
  readonly exitCode: number;
  readonly isSelfExplanatory: boolean;

  constructor({ message, stack, exitCode, isSelfExplanatory }: StartFault) {
    super(message);
    if (stack !== undefined) this.stack = stack;
    this.exitCode = exitCode;
    this.isSelfExplanatory = isSelfExplanatory;
  }
}

/** Whether the message says all there is to know: where in the code it was thrown helps nobody. */
export function isSelfExplanatory(error: unknown): error is Error {
  if (error instanceof FailedStart) return error.isSelfExplanatory;
  return exitCodeOf(error) !== 1 || error instanceof UnfitServer || error instanceof EmbeddedServerFailed;
}

/**
 * `catch (error) { throw faultOf('DATA_DIR: ./data', error) }`: what the machine refuses, a port or a folder, as the
 * fault of the variable that asked for it; any other error as it is.
 */
export function asConfigError(what: string, error: unknown): unknown {
  const { code, errno, syscall } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || code === undefined || syscall === undefined) return error;
  const [, meaning = code] = getSystemErrorMap().get(errno ?? 0) ?? [];
  return new ConfigError([`${what} cannot be used: ${meaning} (${code})`]);
}
