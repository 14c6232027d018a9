/**
 * Which addresses outbound calls may reach.
 *
 * A task's author chooses URLs, the service stands inside somebody's network: without a guard every task could
 * read the cloud's metadata service or an internal console. So a host is resolved once, *every* address it has is
 * looked at, and the connection goes to those very addresses, never to a second answer of the name server (DNS
 * rebinding). Only globally routable unicast addresses pass; what carries an IPv4 address inside is judged by that
 * address. `EGRESS_ALLOW` names hosts that may be reached wherever they are.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { resolveBySystem } from './host-names.ts';

export type OutboundErrorCode =
  | 'EGRESS_REFUSED'
  | 'TIMEOUT'
  | 'CONNECTION_FAILED'
  | 'RESPONSE_TOO_LARGE'
  | 'INVALID_ENCODING'
  | 'TOO_MANY_REDIRECTS';

const RETRYABLE: Readonly<Record<OutboundErrorCode, boolean>> = {
  EGRESS_REFUSED: false,
  TIMEOUT: true,
  CONNECTION_FAILED: true,
  RESPONSE_TOO_LARGE: false,
  INVALID_ENCODING: true,
  TOO_MANY_REDIRECTS: false,
};

/** An outbound call without an answer. The message is fit for the task's owner: it names no address inside. */
export class OutboundError extends Error {
  override readonly name = 'OutboundError';
  readonly code: OutboundErrorCode;

  constructor(code: OutboundErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return RETRYABLE[this.code];
  }
}

/** All addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export interface AllowedHost {
  /** As `URL.hostname` writes it: lower case, IPv6 in brackets, no trailing dot. */
  readonly host: string;
  /** Null: any port. */
  readonly port: number | null;
}

/** One entry of `EGRESS_ALLOW`: `host`, `host:port`, `192.0.2.1:80`, `[::1]:80` or `::1`. Null for anything else. */
export function parseAllowedHost(text: string): AllowedHost | null {
  const bare = isIP(text) === 6 ? `[${text}]` : text;
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]\\*]+)(?::(\d{1,5}))?$/.exec(bare);
  if (match?.[1] === undefined) return null;
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  try {
    return { host: withoutTrailingDot(new URL(`http://${match[1]}/`).hostname), port };
  } catch {
    return null;
  }
}

/** Azure's metadata and management address: public by number, inside by meaning. */
const INSIDE_BY_MEANING = ['168.63.129.16'];
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const NAT64 = ipaddr.IPv6.parse('64:ff9b::');

/** Whether an address is globally routable unicast, and so is every IPv4 address inside it. */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0) return false;
  const address = ipaddr.parse(text);
  if (address instanceof ipaddr.IPv4) return isPublicIPv4(address);
  if (!(address instanceof ipaddr.IPv6) || address.zoneId) return false;
  if (address.isIPv4MappedAddress()) return isPublicIPv4(address.toIPv4Address());
  // DNS64 networks reach all of IPv4 by this prefix; 6to4 and Teredo are not worth the same care: refused.
  if (address.match(NAT64, 96)) return isPublicIPv4(new ipaddr.IPv4(address.toByteArray().slice(12)));
  const isatap = ipv4OfIsatap(address);
  if (isatap !== null && !isPublicIPv4(isatap)) return false;
  return address.match(GLOBAL_UNICAST, 3) && address.range() === 'unicast';
}

/** The IPv4 address that a router with an ISATAP interface (RFC 5214) would send to; null for other addresses. */
function ipv4OfIsatap(address: ipaddr.IPv6): ipaddr.IPv4 | null {
  const [, , , , high, low, first = 0, second = 0] = address.parts;
  if ((high !== 0 && high !== 0x200) || low !== 0x5efe) return null;
  return new ipaddr.IPv4([first >> 8, first & 0xff, second >> 8, second & 0xff]);
}

function isPublicIPv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast' && !INSIDE_BY_MEANING.includes(address.toString());
}

export class EgressPolicy {
  readonly #allow: readonly AllowedHost[];
  readonly #resolve: Resolve;

  constructor(options: { readonly allow: readonly AllowedHost[]; readonly resolve?: Resolve }) {
    this.#allow = options.allow;
    this.#resolve = options.resolve ?? resolveBySystem;
  }

  /**
   * The addresses that a connection to the URL's host may be made to, at least one. Throws OutboundError:
   * EGRESS_REFUSED where any of them lies inside, CONNECTION_FAILED where the name has none.
   */
  async addressesFor(url: URL): Promise<readonly string[]> {
    const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
    const addresses = isIP(host) === 0 ? await this.#resolved(host) : [host];
    if (!this.#allows(url) && !addresses.every(isPublicAddress)) {
      throw new OutboundError('EGRESS_REFUSED', `${url.host} is not an address on the public Internet`);
    }
    return addresses;
  }

  async #resolved(host: string): Promise<readonly string[]> {
    try {
      const addresses = await this.#resolve(host);
      if (addresses.length > 0) return addresses;
    } catch (cause) {
      throw new OutboundError('CONNECTION_FAILED', `the host name ${host} could not be resolved`, { cause });
    }
    throw new OutboundError('CONNECTION_FAILED', `the host name ${host} has no address`);
  }

  #allows(url: URL): boolean {
    const port = portOf(url);
    return this.#allow.some(
      (allowed) => allowed.host === url.hostname && (allowed.port === null || allowed.port === port),
    );
  }
}

/** Port of an http or https URL, where the default is left out too. */
function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/**
 * Text to a URL that may be called: http or https, a host, no user name or password in it. What the URL standard
 * makes of odd hosts (decimal, octal and hexadecimal addresses, full-width letters) is what is judged later. Says
 * what is wrong otherwise.
 */
export function parseTarget(text: string, base?: URL): URL | { readonly refused: string } {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch {
    return { refused: 'not a valid URL' };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { refused: 'not an http or https URL' };
  if (url.username !== '' || url.password !== '') {
    return { refused: 'a URL with a user name or password in it: send them as a header' };
  }
  if (url.port === '0') return { refused: 'a URL with port 0' };
  const host = withoutTrailingDot(url.hostname);
  if (host === '') return { refused: 'a URL without a host' };
  if (host !== url.hostname) url.hostname = host;
  return url;
}

function withoutTrailingDot(host: string): string {
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
