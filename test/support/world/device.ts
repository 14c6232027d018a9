import { connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { onTestFinished } from 'vitest';

export interface Heard {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  /** The body as text. */
  readonly text: string;
  /** When it came, `Date.now()`. */
  readonly at: number;
}

/** A person's device: a real MQTT 3.1.1 client that is let in, or was refused. */
export class Device {
  readonly heard: readonly Heard[];
  readonly client: MqttClient;
  /** Whether the server still had a session of this client id. */
  readonly sessionPresent: boolean;

  constructor(client: MqttClient, sessionPresent: boolean, heard: readonly Heard[]) {
    this.client = client;
    this.sessionPresent = sessionPresent;
    this.heard = heard;
  }

  /** Whether the server lets it listen there. */
  async listensTo(filter: string, qos: 0 | 1 | 2 = 1): Promise<boolean> {
    const granted = await this.client.subscribeAsync(filter, { qos }).catch(() => null);
    return granted?.every((each) => each.qos < 128) ?? false;
  }

  /** Resolves when so many messages have come. */
  async hears(count: number): Promise<readonly Heard[]> {
    while (this.heard.length < count) {
      await new Promise((resolve) => this.client.once('message', () => setImmediate(resolve)));
    }
    return this.heard;
  }

  /** Resolves when the connection has ended, whoever ended it. */
  async ended(): Promise<void> {
    if (this.client.connected) await new Promise<void>((resolve) => this.client.once('close', resolve));
  }

  async leave(): Promise<void> {
    await this.client.endAsync();
  }
}

/** Connects; throws what the server says where it refuses. `clientId` and `password` are the test's business. */
export async function device(port: number, options: IClientOptions): Promise<Device> {
  const client = connectMqtt(`mqtt://127.0.0.1:${port}`, {
    username: 'device',
    clean: false,
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 10_000,
    ...options,
  });
  onTestFinished(() => void client.end(true));
  const heard: Heard[] = [];
  // What waits in the session comes right behind the server's welcome.
  client.on('message', (topic, payload, { qos, retain }) =>
    heard.push({ topic, qos, retain, text: payload.toString(), at: Date.now() }),
  );
  const sessionPresent = await new Promise<boolean>((resolve, reject) => {
    client.once('connect', (packet) => resolve(packet.sessionPresent));
    client.once('error', reject);
    client.once('close', () => reject(new Error('closed')));
  });
  client.on('error', () => {});
  return new Device(client, sessionPresent, heard);
}
