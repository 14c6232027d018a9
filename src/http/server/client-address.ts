/**
 * Which address a request comes from. A header that names it can be written by anybody, so it is believed only where the
 * peer of the connection is a proxy that the operator trusts, and only as far as trusted proxies wrote it:
 *
 *     X-Forwarded-For: anything, 203.0.113.7, 10.0.0.2      peer 10.0.0.1
 *                          '-- the client: the last one that no trusted proxy has
 *
 * The walk begins at the right, with what the peer itself has added, and ends at the first address that is no trusted
 * proxy's. What is no address (`unknown`, a name that was hidden, nonsense) ends it too: then whoever reported that
 * counts.
 */
import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A network, such as `10.0.0.0/8`. */
export interface Network {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** An address in the one way in which it is written here. */
interface KnownAddress {
  readonly address: string;
  readonly isTrusted: boolean;
}

const MOST_KNOWN = 1_000;
/** Proxies in a row that are looked at: nobody has more. */
const MOST_HOPS = 32;

export class ClientAddresses {
  readonly #trusted = new BlockList();
  /** The same few connections ask again and again, and looking at an address takes as long as looking at a request. */
  readonly #known = new Map<string, KnownAddress>();

  constructor(proxies: readonly Network[]) {
    for (const { address, prefix, family } of proxies) this.#trusted.addSubnet(address, prefix, family);
  }

  /** `peer`: of the connection; empty where there is none. */
  of(headers: Headers, peer: string): string {
    const known = this.#look(peer);
    if (known === null) return peer;
    let { address } = known;
    if (!known.isTrusted) return address;
    const hops = hopsFrom(headers);
    for (let count = 0; count < MOST_HOPS; count++) {
      const next = hops.next().value ?? null;
      if (next === null) break;
      address = next;
      if (!this.isTrusted(address)) break;
    }
    return address;
  }

  isTrusted(address: string): boolean {
    return this.#look(address)?.isTrusted === true;
  }

  /** Null for what is no address. */
  #look(text: string): KnownAddress | null {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const address = parseAddress(text);
    if (address === null) return null;
    const isTrusted = this.#trusted.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(text, { address, isTrusted });
    return { address, isTrusted };
  }
}

/** `10.0.0.0/8`, `2001:db8::/32`, or one address. Null for anything else, and for a network of all addresses. */
export function parseNetwork(text: string): Network | null {
  const [, written = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(written);
  if (version === 0 || written.includes('%')) return null;
  const most = version === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (prefix === 0 || prefix > most) return null;
  return { address: written, prefix, family: version === 4 ? 'ipv4' : 'ipv6' };
}

export function showNetwork({ address, prefix }: Network): string {
  return `${address}/${prefix}`;
}

/** From the nearest on; null, and then nothing more, for what is no address. */
function* hopsFrom(headers: Headers): Generator<string | null, null> {
  const forwarded = headers.get('forwarded');
  const listed = headers.get('x-forwarded-for');
  // A proxy writes one of them. The other one is of somebody before it, and which is which cannot be told.
  const text = forwarded !== null && listed !== null ? null : (forwarded ?? listed);
  if (text === null) return null;
  const addressIn = forwarded === null ? nodeAddress : forwardedAddress;
  for (let end = text.length; end > 0; ) {
    const comma = text.lastIndexOf(',', end - 1);
    const address = addressIn(text.slice(comma + 1, end).trim());
    if (address === null) return null;
    yield address;
    end = comma;
  }
  return null;
}

/**
 * An element of `Forwarded` (RFC 7239): `for=192.0.2.1;proto=https`, `For="[2001:db8::1]:4711"`. It is cut out at commas
 * whatever is in quotes: what `for` may say has none, and a quote that somebody left open must not swallow what was
 * written behind it.
 */
function forwardedAddress(element: string): string | null {
  const named = element.split(';').filter((pair) => /^\s*for\s*=/i.test(pair));
  const [pair] = named;
  if (pair === undefined || named.length > 1) return null;
  const value = pair.slice(pair.indexOf('=') + 1).trim();
  return nodeAddress(/^"(.*)"$/.exec(value)?.[1] ?? value);
}

/** An address with or without a port, IPv6 in brackets or without. */
function nodeAddress(node: string): string | null {
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(node)?.[1];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? parseAddress(bracketed) : null;
  return parseAddress(node) ?? parseAddress(/^([\d.]+):\d{1,5}$/.exec(node)?.[1] ?? '');
}

/** IPv4 within IPv6 as IPv4. */
function parseAddress(text: string): string | null {
  if (isIP(text) === 0 || text.includes('%')) return null;
  return ipaddr.process(text).toString();
}
