/**
 * JetStream's API spoken directly: one request, one JSON answer. The client's managers in between would drop fields
 * they do not know and choose timeouts of their own.
 */
import { type ApiError, JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** How long an answer of JetStream is waited for, milliseconds. */
export const JETSTREAM_TIMEOUT_MS = 2_000;

/** Where the API of one's own account is. */
const OWN_API = '$JS.API';

/**
 * Sends `$JS.API.<subject>`, or the same where another account's API is imported, and answers the parsed JSON. Throws
 * JetStreamApiError (with `code`) for a refusal, and the client's timeout and no-responders errors where nobody answers.
 */
export async function jetstreamApi<Answer>(
  nc: NatsConnection,
  subject: string,
  body: unknown = undefined,
  timeoutMs = JETSTREAM_TIMEOUT_MS,
  api = OWN_API,
): Promise<Answer> {
  const payload = body === undefined ? '' : JSON.stringify(body);
  const message = await nc.request(`${api}.${subject}`, payload, { timeout: timeoutMs });
  return answerOf<Answer>(message.json());
}

/** The answer of a publish or an API request as a value, or its refusal as a JetStreamApiError. */
export function answerOf<Answer>(json: unknown): Answer {
  const { error } = json as { error?: ApiError };
  if (error !== undefined) throw new JetStreamApiError(error);
  return json as Answer;
}
