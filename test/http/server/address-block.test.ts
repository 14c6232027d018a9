import { expect, test } from 'vitest';
import { addressBlock } from '../../../src/http/server/address-block.ts';

test('limits by address count IPv6 by its /64, and IPv4 however it is written', () => {
  expect(addressBlock('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
  expect(addressBlock('2001:db8:1:2:ffff::1')).toBe(addressBlock('2001:0db8:1:2::7'));
  expect(addressBlock('2001:db8:1:3::1')).not.toBe(addressBlock('2001:db8:1:2::1'));
  expect(addressBlock('fe80::1%eth0')).toBe('fe80::/64');
  expect(addressBlock('::ffff:192.0.2.1')).toBe('192.0.2.1');
  expect(addressBlock('192.0.2.1')).toBe('192.0.2.1');
  expect(addressBlock('')).toBe('');
  expect(addressBlock('not an address')).toBe('not an address');
});
