export interface NatsNode {
  readonly name: string;
  /** `nats://127.0.0.1:port` */
  readonly url: string;
  /** `http://127.0.0.1:port` */
  readonly monitor: string;
  /** `127.0.0.1:port`, by MQTT. */
  readonly devices: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export function freePorts(count: number): Promise<number[]>;
export function natsNodes(options: {
  readonly folder: string;
  readonly password: string;
  /** Public key of who signs which devices are let in. */
  readonly calloutIssuer: string;
}): Promise<readonly NatsNode[]>;
