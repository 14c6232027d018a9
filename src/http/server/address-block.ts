/**
 * What limits by address count as one: an IPv4 address, and the /64 of an IPv6 address. Whoever has one IPv6 address
 * commonly has 2^64 of them, so that a limit on each alone would be none.
 */
import ipaddr from 'ipaddr.js';

const PREFIX_PARTS = 4;

/** `192.0.2.1` (also where it is written within IPv6), `2001:db8:0:1::/64`; what is no address stays as it is. */
export function addressBlock(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const prefix = parsed.parts.slice(0, PREFIX_PARTS);
  return `${new ipaddr.IPv6([...prefix, 0, 0, 0, 0]).toString()}/64`;
}
