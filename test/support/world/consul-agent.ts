import type { ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { type HttpReceiver, type ReceivedRequest, startHttpReceiver } from './http-receiver.ts';

/** A Consul agent as its HTTP API documents it, as far as services register with one. */
export interface ConsulAgent extends HttpReceiver {
  /** By their ids, as they were registered last. */
  readonly services: Map<string, Registered>;
  /** By their ids, as they were reported last. */
  readonly checks: Map<string, { readonly Status: string; readonly Output: string }>;
  /** What the agent answers to everything from now on; null: as it should. */
  refuse(how: ((response: ServerResponse) => void) | null): void;
  /** `<method> <path>` of all that was asked. */
  asked(): string[];
}

export interface Registered {
  readonly ID: string;
  readonly Check: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

export async function consulAgent(token: string | null = null): Promise<ConsulAgent> {
  const services = new Map<string, Registered>();
  const checks = new Map<string, { readonly Status: string; readonly Output: string }>();
  let refusal: ((response: ServerResponse) => void) | null = null;
  const receiver = await startHttpReceiver((request, response) => {
    if (refusal !== null) refusal(response);
    else if (token !== null && request.headers['x-consul-token'] !== token) {
      text(response, 403, 'Permission denied: token lacks permission');
    } else text(response, ...answerTo(request));
  });
  onTestFinished(() => receiver.stop());

  function answerTo({ method, path, body }: ReceivedRequest): [number, string] {
    const [, , , kind, ...rest] = new URL(path, 'http://agent').pathname.split('/').map(decodeURIComponent);
    const [one = '', two = ''] = rest;
    if (method === 'GET' && kind === 'service') {
      const service = services.get(one);
      return service === undefined ? [404, `unknown service ID: ${one}`] : [200, JSON.stringify(service)];
    }
    if (method === 'PUT' && kind === 'service' && one === 'register') return registered(body);
    if (method === 'PUT' && kind === 'service' && one === 'deregister') {
      return services.delete(two) ? [200, ''] : [404, `Unknown service ID "${two}"`];
    }
    if (method === 'PUT' && kind === 'check' && one === 'update') {
      const known = [...services.values()].some(({ Check }) => Check.CheckID === two && 'TTL' in Check);
      if (known) checks.set(two, JSON.parse(body));
      return known ? [200, ''] : [404, `Unknown check ID "${two}"`];
    }
    return [404, ''];
  }

  function registered(body: string): [number, string] {
    const service = JSON.parse(body) as Registered & { readonly Name?: string };
    const { HTTP, TTL, Interval } = service.Check;
    if (service.Name === undefined) return [400, 'Missing service name'];
    if (TTL === undefined && (HTTP === undefined || Interval === undefined)) {
      return [400, 'Invalid check: TTL must be > 0 for TTL checks'];
    }
    services.set(service.ID, service);
    return [200, ''];
  }

  return {
    ...receiver,
    services,
    checks,
    refuse: (how) => {
      refusal = how;
    },
    asked: () => receiver.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '')}`),
  };
}

export function text(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
}
