/**
 * What went wrong, told by class and code, never by text. JetStream's own refusals carry a numeric code; everything
 * that means "the server did not answer" becomes the port's LogUnavailable.
 */
import { JetStreamApiError } from '@nats-io/jetstream';
import { errors, type Msg } from '@nats-io/transport-node';
import { LogRefused, LogUnavailable } from '../../application/ports/failures.ts';

/** Codes of JetStream's refusals that the service acts on. */
export const JetStreamCode = {
  consumerNotFound: 10014,
  consumerExists: 10148,
  insufficientResources: 10023,
  noMessageFound: 10037,
  /** Deleted before, or while it was asked for. */
  sequenceNotFound: 10043,
  /** Also: it is not there. */
  messageNotDeleted: 10057,
  notEnabledForAccount: 10039,
  noSuitablePeers: 10005,
  replicasNeedCluster: 10074,
  streamNameInUse: 10058,
  streamNotFound: 10059,
  wrongLastSequence: 10071,
  /** The lock was lost to a message that is still in flight: the same request may succeed a moment later. */
  wrongLastSequenceInFlight: 10164,
  accountFull: 10002,
  storageFull: 10047,
  /** The stream's own limits, or its disk. */
  streamFull: 10077,
} as const;

/** The numeric code of a refusal by JetStream, wherever in the chain of causes it stands; null for anything else. */
export function jetstreamErrorCode(error: unknown): number | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof JetStreamApiError) return cause.code;
  }
  return null;
}

/** What the client throws where no answer came or none can come. */
const NO_ANSWER = [
  LogUnavailable,
  errors.TimeoutError,
  errors.RequestError,
  errors.NoRespondersError,
  errors.ClosedConnectionError,
  errors.DrainingConnectionError,
  errors.ConnectionError,
];

/** Whether an error says that the server or its JetStream did not answer (for now): the request may be repeated. */
export function isUnavailable(error: unknown): boolean {
  let unanswered = false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof errors.PermissionViolationError) return false;
    if (cause instanceof JetStreamApiError) {
      return cause.status === 503 || cause.code === JetStreamCode.insufficientResources;
    }
    if (NO_ANSWER.some((kind) => cause instanceof kind)) unanswered = true;
  }
  return unanswered;
}

/** `catch (error) { throw unavailableOr(error) }`: LogUnavailable where the server did not answer, else the error itself. */
export function unavailableOr(error: unknown): unknown {
  if (error instanceof LogUnavailable || !isUnavailable(error)) return error;
  return new LogUnavailable('the log did not answer', { cause: error });
}

/** No room in the account, the server, the disk or the stream. */
const FULL: readonly number[] = [
  JetStreamCode.accountFull,
  JetStreamCode.insufficientResources,
  JetStreamCode.storageFull,
  JetStreamCode.streamFull,
];

/** Whether JetStream refused a write for want of room. */
export function isFull(error: unknown): boolean {
  return FULL.includes(jetstreamErrorCode(error) ?? 0);
}

/** For a write beside the log: LogRefused where there is no room, else as `unavailableOr`. */
export function notWritten(error: unknown): unknown {
  if (!isFull(error)) return unavailableOr(error);
  return new LogRefused('LOG_FULL', 'the store has no room left', { cause: error });
}

/** Whether a message is the server's word that nobody answers on the subject it was sent to. */
export function isNoResponders(message: Msg): boolean {
  return message.data.length === 0 && message.headers?.code === 503;
}
