import { describe, expect, test } from 'vitest';
import { EgressPolicy, isPublicAddress, parseAllowedHost, parseTarget } from '../../src/outbound/egress.ts';

const PUBLIC = [
  '8.8.8.8',
  '1.1.1.1',
  '93.184.215.14',
  '172.15.255.255',
  '172.32.0.1',
  '2606:4700:4700::1111',
];

const INSIDE = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1'],
  'unique local': ['fc00::1', 'fd00:ec2::254', 'fdff::1'],
  'link-local and metadata': ['169.254.169.254', '169.254.0.1', 'fe80::1', '168.63.129.16'],
  'carrier-grade NAT': ['100.64.0.1', '100.100.100.200', '100.127.255.255'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: [
    '240.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '192.88.99.1',
  ],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '::ffff:0:127.0.0.1'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1', '::a00:1'],
  NAT64: ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::10.0.0.1'],
  '6to4': ['2002:7f00:1::1', '2002:a9fe:a9fe::', '2002:808:808::1'],
  ISATAP: ['2606:4700:1:2:0:5efe:7f00:1', '2606:4700:1:2:200:5efe:a00:1', '2606:4700::5efe:169.254.169.254'],
  'NAT64 of other prefixes': ['64:ff9b:1:fffe::7f00:1', '64:ff9b:0:1::808:808'],
  Teredo: ['2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001::1'],
  'site-local, documentation, discard and the like': [
    'fec0::1',
    '2001:db8::1',
    '3fff::1',
    '100::1',
    '5f00::1',
  ],
  'with a zone': ['fe80::1%eth0', '2606:4700:4700::1111%eth0'],
  'not an address': ['', 'localhost', '127.1', '0x7f.0.0.1', '2130706433'],
};

describe('an address is public', () => {
  test.each(PUBLIC)('%s', (address) => expect(isPublicAddress(address)).toBe(true));
  test.each(['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2606:4700:1:2:200:5efe:808:808'])(
    '%s, by the public address inside',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe.each(Object.entries(INSIDE))('an address is refused: %s', (_range, addresses) => {
  test.each(addresses)('%s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('a URL to an inside address is refused however it is written', () => {
  const policy = new EgressPolicy({ allow: [] });
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://0/',
    'http://0.0.0.0:80/',
    'http://localhost/',
    'http://LOCALHOST./',
    'https://127.0.0.1:443/',
    'http://0177.0.0.1/',
    'http://0x7f.0x0.0x0.0x1/',
    'http://00000177.1/',
    'http://0x7f000001./',
    'http://０ｘ７ｆ．１/',
    'http://127.0.0.1．/',
    'http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/',
    'http:127.0.0.1/',
    'http:\\\\127.0.0.1\\',
    'http:////127.0.0.1/',
    ' http://127.0.0.1/ ',
    'http://127.\t0.\n0.1/',
    'http://loc\u00adalhost/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://[::ffff:7f00:0001]/',
    'http://[0000:0000:0000:0000:0000:ffff:127.0.0.1]/',
    'http://[::]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://127.0.0.1/?@example.com#@example.org',
    'http://127.0.0.1\\@example.com/',
  ])('%s', async (text) => {
    const url = parseTarget(text);
    if (!(url instanceof URL)) throw new Error(url.refused);
    await expect(policy.addressesFor(url)).rejects.toMatchObject({
      code: 'EGRESS_REFUSED',
      retryable: false,
    });
  });
});

describe('a URL is not taken at all', () => {
  test.each([
    ['ftp://example.com/', 'not an http or https URL'],
    ['file:///etc/passwd', 'not an http or https URL'],
    ['gopher://127.0.0.1:6379/_x', 'not an http or https URL'],
    ['javascript:alert(1)', 'not an http or https URL'],
    ['data:text/plain,x', 'not an http or https URL'],
    ['//example.com/', 'not a valid URL'],
    ['', 'not a valid URL'],
    ['http://', 'not a valid URL'],
    ['http://./', 'a URL without a host'],
    ['http://exa mple.com/', 'not a valid URL'],
    ['http://[fe80::1%25eth0]/', 'not a valid URL'],
    ['http://256.256.256.256/', 'not a valid URL'],
    ['http://example.com:99999/', 'not a valid URL'],
    ['http://user@example.com/', 'a URL with a user name or password in it: send them as a header'],
    ['http://user:secret@example.com/', 'a URL with a user name or password in it: send them as a header'],
    ['http://example.com:0/', 'a URL with port 0'],
    ['http://127.0.0.1%00.example.com/', 'not a valid URL'],
    ['http://[::1%25lo]/', 'not a valid URL'],
    ['http://127.0.0.1.1/', 'not a valid URL'],
    ['http://0x7f.0.0.0.1/', 'not a valid URL'],
    ['http://xn--a/', 'not a valid URL'],
    ['http://example.com@127.0.0.1/', 'a URL with a user name or password in it: send them as a header'],
  ])('%s: %s', (text, refused) => expect(parseTarget(text)).toEqual({ refused }));
});

describe('a name is judged by every address it has', () => {
  const url = new URL('https://mixed.example/');
  const resolving = (...addresses: string[]) =>
    new EgressPolicy({ allow: [], resolve: async () => addresses }).addressesFor(url);

  test('all public: all of them', async () => {
    expect(await resolving('8.8.8.8', '2606:4700:4700::1111')).toEqual(['8.8.8.8', '2606:4700:4700::1111']);
  });
  test('one of them inside: refused', async () => {
    await expect(resolving('8.8.8.8', '10.0.0.1')).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });
    await expect(resolving('8.8.8.8', '::ffff:10.0.0.1')).rejects.toMatchObject({ code: 'EGRESS_REFUSED' });
  });
  test('the refusal does not say what the address is', async () => {
    await expect(resolving('10.1.2.3')).rejects.toThrow(/^mixed\.example is not an address/);
  });
  test('none: a connection that failed, to be tried again', async () => {
    await expect(resolving()).rejects.toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
  });
  test('a resolver that fails likewise', async () => {
    const policy = new EgressPolicy({ allow: [], resolve: () => Promise.reject(new Error('SERVFAIL')) });
    await expect(policy.addressesFor(url)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});

describe('EGRESS_ALLOW', () => {
  const allowing = async (entry: string, url: string) => {
    const allowed = parseAllowedHost(entry);
    if (allowed === null) throw new Error('not an entry');
    const policy = new EgressPolicy({ allow: [allowed], resolve: async () => ['10.0.0.1'] });
    const target = parseTarget(url);
    if (!(target instanceof URL)) throw new Error(target.refused);
    return policy.addressesFor(target).then(
      () => 'reached',
      (error: { code: string }) => error.code,
    );
  };

  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/x'],
    ['127.0.0.1', 'http://127.0.0.1:9/'],
    ['internal.example', 'https://internal.example/'],
    ['INTERNAL.example', 'https://internal.EXAMPLE./'],
    ['internal.example:443', 'https://internal.example/'],
    ['internal.example:80', 'http://internal.example/'],
    ['[::1]:8080', 'http://[0:0:0:0:0:0:0:1]:8080/'],
    ['::1', 'http://[::1]:8080/'],
  ])('%s opens %s', async (entry, url) => expect(await allowing(entry, url)).toBe('reached'));

  test.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8081/'],
    ['internal.example:443', 'http://internal.example/'],
    ['internal.example', 'https://sub.internal.example/'],
    ['internal.example', 'https://internal.example.org/'],
    ['127.0.0.1', 'http://127.0.0.2/'],
  ])('%s does not open %s', async (entry, url) => expect(await allowing(entry, url)).toBe('EGRESS_REFUSED'));

  test.each([
    '',
    ' ',
    'http://x',
    'a b',
    'x:',
    'x:0',
    'x:70000',
    'x:y',
    'a/b',
    'u@x',
    '*',
    '*.example',
    '[::1',
  ])('%j is not an entry', (entry) => expect(parseAllowedHost(entry)).toBeNull());
});
