/** Where this instance registers itself, and as what it is found there. */
import { z } from 'zod';

export interface ConsulConfig {
  /** Of the agent's HTTP API, no trailing slash. */
  readonly url: string;
  /** Sent as `X-Consul-Token`; null: none is. */
  readonly token: string | null;
  /** Where others, and the agent's check, reach this instance; null: where it listens. */
  readonly advertised: HostAndPort | null;
}

export interface HostAndPort {
  /** No brackets around an IPv6 address. */
  readonly host: string;
  /** Null: the one it listens on. */
  readonly port: number | null;
}

/** As the agent's own tools take it: `host:port`, or an http or https URL. */
export const consulAddressVariable = z.string().transform((value, context): string => {
  const url = value.includes('://') ? value : `http://${value}`;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const isAgent =
    parsed !== null &&
    ['http:', 'https:'].includes(parsed.protocol) &&
    parsed.hostname !== '' &&
    `${parsed.username}${parsed.password}${parsed.search}${parsed.hash}` === '';
  if (parsed !== null && isAgent) return parsed.href.replace(/\/+$/, '');
  context.addIssue({
    code: 'custom',
    message: 'must be host:port or an http or https URL, without a user name, password or query',
  });
  return z.NEVER;
});

export const consulTokenVariable = z
  .string()
  .regex(/^[\x21-\x7e]{1,512}$/, { error: 'must be at most 512 visible ASCII characters' });

/** `host`, `host:port`, `[::1]:8211`. */
export const advertisedVariable = z.string().transform((value, context): HostAndPort => {
  const parsed = URL.canParse(`http://${value}`) ? new URL(`http://${value}`) : null;
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:[\]/@?#\s]+)(?::(\d+))?$/i.exec(value) ?? [];
  if (parsed !== null && host !== undefined && !isEverywhere(host) && port !== '0') {
    return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? null : Number(port) };
  }
  context.addIssue({
    code: 'custom',
    message: 'must be host or host:port under which others reach this instance',
  });
  return z.NEVER;
});

/**
 * What this instance is registered as. Its id follows from its address, so that after a crash it takes its own place
 * again; without REST it has none, and is called what this process is.
 */
export function registrationOf(
  { url, token, advertised }: ConsulConfig,
  own: { readonly instance: string; readonly host: string; readonly port: number | null },
) {
  const rest =
    own.port === null ? null : { host: advertised?.host ?? own.host, port: advertised?.port ?? own.port };
  const serviceId = rest === null ? `task-service-${own.instance}` : `task-service-${rest.host}-${rest.port}`;
  return { url, token, rest, serviceId };
}

/** An address to listen on that nobody can call. */
export function isEverywhere(host: string): boolean {
  return ['0.0.0.0', '::', '[::]', '*'].includes(host);
}

export function showHostAndPort({ host, port }: HostAndPort): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  return port === null ? shown : `${shown}:${port}`;
}
