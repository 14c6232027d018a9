/**
 * Messages to people's devices, through nats-server's MQTT listener.
 *
 * A device that listens at QoS 1 is a durable consumer of the stream `$MQTT_msgs` in the devices' account, and that is
 * the only way by which it gets what came while it was offline. What NATS publishes to the topic's own subject arrives
 * at QoS 0, at those who are online. So a message is published twice, as nats-server does with what an MQTT client
 * publishes at QoS 1: into the stream, on `$MQTT.msgs.<subject>`, and on the subject itself for those who listen at
 * QoS 0. The header `Nmqtt-Pub: 1` says what it is, and a listener at QoS 1 passes over the second.
 *
 * The stream keeps a message as long as somebody has not taken it, so it cannot tell what was published last. A message
 * that is published again is dropped by its id for two minutes; a device sees others twice, with the same `id` in them.
 * One person's messages are published one after another, so that a repeat is never behind what came after it.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { LogUnavailable } from '../../application/ports/failures.ts';
import type {
  PublishedMessage,
  PublishedPosition,
  PublishedStream,
} from '../../application/ports/platform.ts';
import { NO_SEQUENCE, type UserId } from '../../domain/shared/ids.ts';
import { answerOf, JETSTREAM_TIMEOUT_MS } from '../connection/api.ts';
import { headersFrom, type PublishAnswer } from '../connection/atomic-batch.ts';
import { UnfitServer } from '../connection/connection.ts';
import { notWritten } from '../connection/errors.ts';
import { deviceSubject } from '../connection/subjects.ts';
import { DEVICE_STREAMS, loadDeclarations } from '../provisioning/declarations.ts';
import { type ProvisionOptions, type ProvisionReport, provision } from '../provisioning/provision.ts';
import { publishedId } from '../publishing/published-stream.ts';

/** Where the service's account imports `$MQTT.msgs` and the stream's API from the devices' account. */
const MESSAGES = 'devices';
export const DEVICES_API = 'devices.api';

/** As MQTT would publish it at QoS 1. */
const AS_QOS_1 = { 'Nmqtt-Pub': '1' };

/**
 * Makes the stream before nats-server does, which would keep for ever what a lost device does not take. Throws
 * UnfitServer where the devices' account does not answer for 30 s (`patienceMs`).
 */
export async function provisionDevices(
  nc: NatsConnection,
  options: Pick<ProvisionOptions, 'replicas' | 'patienceMs'>,
): Promise<ProvisionReport> {
  try {
    const declarations = await loadDeclarations(DEVICE_STREAMS);
    return await provision(nc, { ...options, api: DEVICES_API, declarations });
  } catch (error) {
    if (!(error instanceof LogUnavailable)) throw error;
    const message =
      "the devices' account does not answer: does the servers' configuration have it (docs/devices.md)?";
    throw new UnfitServer('DEVICES_MISSING', message, { cause: error });
  }
}

export class JetStreamDeviceMessages implements PublishedStream {
  readonly #nc: NatsConnection;

  constructor(nc: NatsConnection) {
    this.#nc = nc;
  }

  async position(): Promise<PublishedPosition> {
    return { last: 0, logSequence: NO_SEQUENCE };
  }

  /** In order for each user. Where it throws, some are published and will be again. */
  async publish(messages: readonly PublishedMessage[], after: number): Promise<number> {
    const users = new Map<UserId, PublishedMessage[]>();
    for (const message of messages) {
      const others = users.get(message.userId);
      if (others === undefined) users.set(message.userId, [message]);
      else others.push(message);
    }
    const published = await Promise.allSettled([...users.values()].map((each) => this.#inOrder(each)));
    for (const each of published) if (each.status === 'rejected') throw each.reason;
    return after;
  }

  async #inOrder(messages: readonly PublishedMessage[]): Promise<void> {
    for (const message of messages) await this.#publishOne(message);
  }

  async #publishOne(message: PublishedMessage): Promise<void> {
    const subject = deviceSubject(message.userId, message.type);
    const payload = message.body;
    const headers = { ...AS_QOS_1, 'Nats-Msg-Id': publishedId(message) };
    try {
      const options = { headers: headersFrom(headers), timeout: JETSTREAM_TIMEOUT_MS };
      const answer = await this.#nc.request(`${MESSAGES}.${subject}`, payload, options);
      const { duplicate } = answerOf<PublishAnswer>(answer.json());
      if (duplicate !== true) this.#nc.publish(subject, payload, { headers: headersFrom(AS_QOS_1) });
    } catch (error) {
      throw notWritten(error);
    }
  }
}
