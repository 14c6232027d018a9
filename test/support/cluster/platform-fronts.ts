/**
 * What the instances of an outside cluster call where they look for the services of the platform. They look at the same
 * ports for as long as they run, and only some tests have such services: while there is one behind a front, it gets
 * and answers everything; while there is none, the front itself knows everybody and takes everything, so that nothing
 * fails that other tests do.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { testPorts } from '../nats/ports.ts';
import { json } from '../world/http-receiver.ts';
import { forward, serve } from './forward.ts';

/** Loopback ports where a test has its service, which gets what the instances send. */
export interface PlatformPorts {
  readonly accounts: number;
  readonly notification: number;
  readonly wallet: number;
  readonly calendar: number;
}
type Service = keyof PlatformPorts;

export interface PlatformFronts {
  /** For the instances: where they look for each. */
  readonly env: Readonly<Record<string, string>>;
  readonly ports: PlatformPorts;
  stop(): Promise<void>;
}

type StandIn = (request: IncomingMessage, response: ServerResponse) => void;

const SERVICES: Readonly<Record<Service, { readonly name: string; readonly standIn: StandIn }>> = {
  accounts: {
    name: 'account',
    standIn: ({ url = '' }, response) => {
      const user_id = decodeURIComponent(url.split('/').at(-1) ?? '');
      json(response, 200, { user_id, is_active: true });
    },
  },
  notification: {
    name: 'notification',
    standIn: (_, response) => json(response, 202, { accepted: true }),
  },
  wallet: {
    name: 'wallet',
    standIn: (_, response) => json(response, 200, { success: true }),
  },
  calendar: {
    name: 'calendar',
    standIn: ({ method }, response) =>
      method === 'POST' ? json(response, 201, { event_id: 'evt' }) : json(response, 200, {}),
  },
};

export async function startPlatformFronts(): Promise<PlatformFronts> {
  const services = Object.keys(SERVICES) as Service[];
  const free = await testPorts(2 * services.length);
  const urls: string[] = [];
  const ports: Partial<Record<Service, number>> = {};
  const stops: (() => Promise<void>)[] = [];
  for (const service of services) {
    const [front = 0, behind = 0] = free.splice(0, 2);
    const { name, standIn } = SERVICES[service];
    stops.push(await startFront(front, behind, standIn));
    urls.push(`${name}=http://127.0.0.1:${front}`);
    ports[service] = behind;
  }
  const stop = async () => void (await Promise.all(stops.map((each) => each())));
  return { env: { PLATFORM_SERVICES: urls.join(',') }, ports: ports as PlatformPorts, stop };
}

/** Answers how to stop. */
function startFront(port: number, behind: number, standIn: StandIn): Promise<() => Promise<void>> {
  return serve(port, (incoming, response) => {
    forward(`http://127.0.0.1:${behind}`, incoming, response, (error) => {
      if (error.code === 'ECONNREFUSED') standIn(incoming, response);
      else response.destroy();
    });
  });
}
