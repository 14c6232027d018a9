import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { jetstreamApi } from '../connection/api.ts';
import { JetStreamCode, jetstreamErrorCode, unavailableOr } from '../connection/errors.ts';
import { deviceSubjects } from '../connection/subjects.ts';
import { DEVICES_API } from './device-messages.ts';

const STREAM = '$MQTT_msgs';
const TIMEOUT_MS = 10_000;

/** What the user's devices have not taken yet, overwritten; answers how many. Throws LogUnavailable. */
export async function eraseDeviceMessages(nc: NatsConnection, userId: UserId): Promise<number> {
  const ask = <Answer>(what: string, body: object) =>
    jetstreamApi<Answer>(nc, `STREAM.MSG.${what}.${STREAM}`, body, TIMEOUT_MS, DEVICES_API);
  const next_by_subj = `$MQTT.msgs.${deviceSubjects(userId)}.>`;
  let erased = 0;
  try {
    for (let seq = 1; ; erased++) {
      const { message } = await ask<{ message: { seq: number } }>('GET', { seq, next_by_subj });
      await ask('DELETE', { seq: message.seq });
      seq = message.seq + 1;
    }
  } catch (error) {
    if (jetstreamErrorCode(error) === JetStreamCode.noMessageFound) return erased;
    const failure = unavailableOr(error);
    if (!(failure instanceof LogUnavailable)) throw failure;
    const text =
      "the devices' account does not answer: do the servers have the lines for MSG.GET and MSG.DELETE of $MQTT_msgs (docs/accounts.md)?";
    throw new LogUnavailable(text, { cause: error });
  }
}
