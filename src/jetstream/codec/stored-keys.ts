/** Buckets that hold a wrapped key a subject: each write knows what it follows. */
import type { NatsConnection } from '@nats-io/transport-node';
import { failIfLeaderGone } from '../connection/abandoned-requests.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { headersFrom } from '../connection/atomic-batch.ts';
import { eraseMessage } from '../connection/erase.ts';
import { JetStreamCode, jetstreamErrorCode, notWritten } from '../connection/errors.ts';
import { type LeaderMessage, readNext } from '../connection/leader-read.ts';

export interface KeyWrite {
  readonly stream: string;
  readonly subject: string;
  /** Sequence of the subject's last message, 0 for none. */
  readonly after: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** False where the subject's last message is another than `after`. Throws LogUnavailable. */
export async function storeKey(
  nc: NatsConnection,
  { stream, subject, after, headers = {} }: KeyWrite,
  body: string,
): Promise<boolean> {
  try {
    const request = nc.request(subject, body, {
      headers: headersFrom({ 'Nats-Expected-Last-Subject-Sequence': `${after}`, ...headers }),
      timeout: JETSTREAM_TIMEOUT_MS,
    });
    const answer = await failIfLeaderGone(nc, stream, request);
    answerOf(answer.json());
    return true;
  } catch (error) {
    const code = jetstreamErrorCode(error);
    if (code === JetStreamCode.wrongLastSequence || code === JetStreamCode.wrongLastSequenceInFlight)
      return false;
    throw notWritten(error);
  }
}

/** Overwrites on the disk what a subject held before a message; answers how many there were. Throws LogUnavailable. */
export async function eraseBefore(
  nc: NatsConnection,
  stream: string,
  { subject, sequence }: Pick<LeaderMessage, 'subject' | 'sequence'>,
): Promise<number> {
  for (let erased = 0; ; erased++) {
    const first = await readNext(nc, stream, subject, 0);
    if (first === null || first.sequence >= sequence) return erased;
    await eraseMessage(nc, stream, first.sequence);
  }
}
