/** Certificates for tests (X.509 v3, ECDSA P-256), made here: Node has no tool for it, and openssl may be missing. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificate {
  readonly name: string;
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority extends Certificate {
  /** A certificate of this authority for 127.0.0.1 and localhost, for servers and clients. */
  issue(name: string): Certificate;
}

const OID = {
  commonName: '0603550403',
  ecdsaWithSha256: '06082a8648ce3d040302',
  basicConstraints: '0603551d13',
  subjectAltName: '0603551d11',
};
const TRUE = '0101ff';

export function authority(name = 'test authority'): Authority {
  const own = keys();
  const cert = certificate({ issuer: name, subject: name, publicKey: own.publicKey, signer: own.privateKey });
  return {
    name,
    cert,
    key: pemOf(own.privateKey),
    issue: (subject) => {
      const { publicKey, privateKey } = keys();
      const issued = certificate({ issuer: name, subject, publicKey, signer: own.privateKey });
      return { name: subject, cert: issued, key: pemOf(privateKey) };
    },
  };
}

function keys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function certificate(of: {
  issuer: string;
  subject: string;
  publicKey: KeyObject;
  signer: KeyObject;
}): string {
  const algorithm = der('30', OID.ecdsaWithSha256);
  const isAuthority = of.issuer === of.subject;
  const day = 24 * 3600_000;
  const body = der(
    '30',
    der('a0', '020102'),
    der('02', `01${randomBytes(8).toString('hex')}`),
    algorithm,
    nameOf(of.issuer),
    der('30', time(Date.now() - day), time(Date.now() + day)),
    nameOf(of.subject),
    of.publicKey.export({ type: 'spki', format: 'der' }).toString('hex'),
    der('a3', der('30', isAuthority ? authorityExtension() : addressesExtension())),
  );
  const signature = sign('sha256', Buffer.from(body, 'hex'), of.signer).toString('hex');
  const whole = Buffer.from(der('30', body, algorithm, der('03', `00${signature}`)), 'hex');
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function authorityExtension(): string {
  return der('30', OID.basicConstraints, TRUE, der('04', der('30', TRUE)));
}

function addressesExtension(): string {
  const addresses = der('30', der('82', hex('localhost')), der('87', '7f000001'));
  return der('30', OID.subjectAltName, der('04', addresses));
}

function nameOf(commonName: string): string {
  return der('30', der('31', der('30', OID.commonName, der('0c', hex(commonName)))));
}

/** UTCTime. */
function time(ms: number): string {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return der('17', hex(digits.slice(2)));
}

function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex');
}

/** Tag, length, content, all in hexadecimal. */
function der(tag: string, ...content: readonly string[]): string {
  const whole = content.join('');
  const length = whole.length / 2;
  if (length < 0x80) return `${tag}${length.toString(16).padStart(2, '0')}${whole}`;
  const digits = length.toString(16);
  const bytes = digits.padStart(digits.length + (digits.length % 2), '0');
  return `${tag}${(0x80 + bytes.length / 2).toString(16)}${bytes}${whole}`;
}
