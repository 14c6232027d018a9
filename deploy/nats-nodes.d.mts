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

/** `from` it or higher, and below `to`. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** `range`: default 20,000 to 32,000, below the ports that systems give outgoing connections. */
export function freePorts(count: number, range?: PortRange): Promise<number[]>;
export function natsNodes(options: {
  readonly folder: string;
  readonly password: string;
  /** Of the servers among themselves. */
  readonly routesPassword: string;
  /** Public key of who signs which devices are let in. */
  readonly calloutIssuer: string;
  readonly range?: PortRange;
}): Promise<readonly NatsNode[]>;
