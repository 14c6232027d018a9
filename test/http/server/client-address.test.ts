import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClientAddresses, parseNetwork } from '../../../src/http/server/client-address.ts';

function network(text: string) {
  const parsed = parseNetwork(text);
  if (parsed === null) throw new Error(`${text} is no network`);
  return parsed;
}

const addresses = new ClientAddresses(['10.0.0.0/8', '2001:db8:ffff::/48'].map(network));
const PROXY = '10.0.0.1';
const listed = (value: string, peer = PROXY) => addresses.of(new Headers({ 'X-Forwarded-For': value }), peer);
const forwarded = (value: string, peer = PROXY) => addresses.of(new Headers({ Forwarded: value }), peer);

test('a header is believed of trusted proxies only', () => {
  expect(listed('203.0.113.7', '198.51.100.1')).toBe('198.51.100.1');
  expect(forwarded('for=203.0.113.7', '198.51.100.1')).toBe('198.51.100.1');
  expect(listed('203.0.113.7')).toBe('203.0.113.7');
  expect(listed('203.0.113.7', '::ffff:10.0.0.1')).toBe('203.0.113.7');
  expect(listed('203.0.113.7', '2001:db8:ffff::1')).toBe('203.0.113.7');
  expect(new ClientAddresses([]).of(new Headers({ 'X-Forwarded-For': '203.0.113.7' }), '127.0.0.1')).toBe(
    '127.0.0.1',
  );
});

test('the client is the last that no trusted proxy has, whatever was written before it', () => {
  expect(listed('192.0.2.66, 203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
  expect(listed('10.0.0.9, 203.0.113.7')).toBe('203.0.113.7');
  expect(listed('10.0.0.3, 10.0.0.2')).toBe('10.0.0.3');
  expect(listed(`${'192.0.2.1, '.repeat(100_000)}203.0.113.7`)).toBe('203.0.113.7');
  // As headers that were given twice come.
  const twice = new Headers([
    ['X-Forwarded-For', '192.0.2.66'],
    ['X-Forwarded-For', '203.0.113.7'],
  ]);
  expect(addresses.of(twice, PROXY)).toBe('203.0.113.7');
  expect(addresses.of(new Headers(), PROXY)).toBe(PROXY);
});

test.each([
  ['203.0.113.7:4711', '203.0.113.7'],
  ['[2001:db8::7]:4711', '2001:db8::7'],
  ['[2001:db8::7]', '2001:db8::7'],
  ['2001:DB8:0::7', '2001:db8::7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
])('an address is known however it is written: %s', (written, address) => {
  expect(listed(written)).toBe(address);
  expect(forwarded(`for="${written}"`)).toBe(address);
});

test('Forwarded is read as RFC 7239 has it', () => {
  expect(forwarded('for=203.0.113.7;proto=https;by=10.0.0.1')).toBe('203.0.113.7');
  expect(forwarded('proto=https; For="[2001:db8::7]:4711"')).toBe('2001:db8::7');
  expect(forwarded('for=192.0.2.66, for=203.0.113.7, for=10.0.0.2')).toBe('203.0.113.7');
  // A quote that the client left open swallows nothing.
  expect(forwarded('for="192.0.2.66, for=203.0.113.7')).toBe('203.0.113.7');
  // Twice in one element is neither.
  expect(forwarded('for=192.0.2.66;for=203.0.113.7')).toBe(PROXY);
});

test.each([
  'unknown',
  '_hidden',
  'garbage',
  '203.0.113',
  '0x7f.1',
  '2130706433',
  '203.0.113.7:port',
  '203.0.113.7:99999999',
  '[203.0.113.7]',
  '[2001:db8::7',
  'fe80::1%eth0',
  'localhost',
  '',
  ', ,',
])('what is no address counts as the proxy that reported it: %s', (written) => {
  expect(listed(`192.0.2.66, ${written}`)).toBe(PROXY);
  expect(listed(`192.0.2.66, ${written}, 10.0.0.2`)).toBe('10.0.0.2');
  expect(forwarded(`for=192.0.2.66, for="${written}"`)).toBe(PROXY);
});

test('where both headers come, one of them is of somebody else, and neither is believed', () => {
  const headers = new Headers({ Forwarded: 'for=203.0.113.7', 'X-Forwarded-For': '192.0.2.66' });
  expect(addresses.of(headers, PROXY)).toBe(PROXY);
});

test('whatever a client sends through a proxy that appends, its own address counts', () => {
  const client = '203.0.113.7';
  const anything = fc.oneof(
    fc.string(),
    fc.ipV4(),
    fc.ipV6(),
    fc.constantFrom('10.0.0.5', 'unknown', '"', 'for="', '[', ','),
  );
  fc.assert(
    fc.property(fc.array(anything), (sent) => {
      const before = sent.join(',').replace(/[^\x20-\x7e]/g, '');
      expect(listed(`${before}, ${client}`)).toBe(client);
      expect(forwarded(`${before}, for=${client}`)).toBe(client);
    }),
  );
});

test.each([
  ['10.0.0.0/8', '10.0.0.0', 8],
  ['127.0.0.1', '127.0.0.1', 32],
  ['::1', '::1', 128],
  ['2001:db8::/32', '2001:db8::', 32],
])('a network is %s', (text, address, prefix) => {
  expect(parseNetwork(text)).toMatchObject({ address, prefix });
});

test.each([
  '',
  '/',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10/8',
  'proxy.example',
  'fe80::1%lo',
])('no network, or one of everybody: %s', (text) => {
  expect(parseNetwork(text)).toBeNull();
});
