/** How values of variables are read: shapes that several of them share, and those that need a word. */
import { z } from 'zod';
import { parseSignerKeys } from '../../history/audit/note.ts';
import { parseNewsFeed } from '../../task-types/news/feed-list.ts';
import { MOST_SOURCES } from '../../task-types/news/sources.ts';

export const ROLES = ['api', 'projector', 'scheduler', 'worker', 'relay'] as const;
export type RoleName = (typeof ROLES)[number];

export const anyText = z.string();

export function wholeNumberFrom(least: number, most: number) {
  return z
    .string()
    .refine((value) => /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: `must be a whole number from ${least} to ${most}`,
    })
    .transform(Number);
}

export function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** Nothing in it is secret, so it may be shown. */
export const baseUrl = z
  .string()
  .refine((value) => isUrl(value, ['http:', 'https:']) && !/[?#]/.test(value), {
    error: 'must be an http or https URL without a query',
  })
  .transform((value) => value.replace(/\/+$/, ''))
  .refine((value) => !hasCredentials(value), { error: 'must not contain a user name or password' });

/** As the provider writes itself: another spelling is another issuer. */
export const issuerUrl = z
  .string()
  .refine((value) => isUrl(value, ['https:']) || (isUrl(value, ['http:']) && isLocal(value)), {
    error: 'must be an https URL, or an http one of the machine itself',
  })
  .refine((value) => !/[?#]/.test(value) && !hasCredentials(value), {
    error: 'must not contain a query, a fragment or credentials',
  });

function isLocal(url: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
}

export const keySetUrl = z
  .string()
  .refine((value) => isUrl(value, ['http:', 'https:']) && !hasCredentials(value), {
    error: 'must be an http or https URL without a user name or password',
  });

export const corsOrigins = listOf('origins (https://app.example)', (entry) =>
  isUrl(entry, ['http:', 'https:']) && new URL(entry).origin === entry.toLowerCase()
    ? new URL(entry).origin
    : null,
);

export const servers = listOf('nats://, tls:// or host:port addresses', (entry) => {
  const address = entry.includes('://') ? entry : `nats://${entry}`;
  return isUrl(address, ['nats:', 'tls:']) ? address : null;
}).refine((addresses) => addresses.every((address) => new URL(address).username === ''), {
  error: 'must not contain credentials: set NATS_USER and NATS_PASSWORD, or NATS_CREDS',
});

export const roleNames = listOf(ROLES.join(', '), (entry) => ROLES.find((role) => role === entry) ?? null);

export const newsFeeds = listOf('URLs, name=URL or name[category|category]=URL', parseNewsFeed)
  .refine((feeds) => new Set(feeds.map(({ name }) => name.toLowerCase())).size === feeds.length, {
    error: 'must not name two feeds alike',
  })
  .refine((feeds) => feeds.length <= MOST_SOURCES, {
    error: `must not name more than ${MOST_SOURCES} feeds: a task that names none reads them all`,
  });

/** `name=URL`, separated by commas: for each of the names at most one base URL. No fault shows what may be a secret. */
export function urlTable<const Name extends string>(names: readonly Name[]) {
  return z.string().transform((value, context): { readonly [N in Name]?: string } => {
    const table: { [N in Name]?: string } = {};
    const fault = (message: string) => context.addIssue({ code: 'custom', message });
    for (const entry of value.split(',')) {
      const [key = '', ...rest] = entry.split('=');
      const name = names.find((one) => one === key.trim());
      const url = baseUrl.safeParse(rest.join('=').trim());
      if (name === undefined || rest.length === 0) fault(`must be a list of ${names.join('=URL, ')}=URL`);
      else if (table[name] !== undefined) fault(`must name ${name} once`);
      else if (url.success) table[name] = url.data;
      else fault(`at ${name} ${url.error.issues[0]?.message}`);
    }
    return table;
  });
}

const READER_NAMES = ['subscriber', 'auditor'] as const;
type ReaderPasswords = { readonly [N in (typeof READER_NAMES)[number]]: string | null };

/** `name:password`, separated by commas. A password stands in the server's configuration, where `$` begins other things. */
export const readers = z.string().transform((value, context): ReaderPasswords => {
  const passwords: Record<(typeof READER_NAMES)[number], string | null> = { subscriber: null, auditor: null };
  for (const entry of value.split(',').map((one) => one.trim())) {
    const [, key, password = ''] = /^([a-z]+):(.*)$/.exec(entry) ?? [];
    const name = READER_NAMES.find((one) => one === key);
    if (name !== undefined && passwords[name] === null && /^(?!\$)[\x21-\x7e]{16,128}$/.test(password)) {
      passwords[name] = password;
      continue;
    }
    context.addIssue({
      code: 'custom',
      message:
        'must be subscriber:PASSWORD, auditor:PASSWORD or both with a comma between; a password is 16 to 128 visible ASCII characters without a comma, the first of them no $',
    });
    return z.NEVER;
  }
  return passwords;
});

/** Sent as a bearer token. */
export const monitoringToken = z.string().regex(/^[A-Za-z0-9._~+/=-]{16,256}$/, {
  error: 'must be 16 to 256 characters of a bearer token (openssl rand -hex 32)',
});

export const auditKey = z.string().refine((value) => parseSignerKeys(value) !== null, {
  error:
    'must be a signer key (task-service audit key --new), or a new one and the old one of the same name (task-service audit rotate-key)',
});

/** Of an account's nkey. */
export const accountSeed = z.string().regex(/^SA[A-Z2-7]{56}$/, {
  error: 'must be the seed of an account nkey (nk -gen account), SA...',
});

export function listOf<T>(what: string, parse: (entry: string) => T | null) {
  return z.string().transform((value, context): T[] => {
    const entries = value
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    const parsed: T[] = [];
    for (const entry of entries) {
      const item = parse(entry);
      if (item === null) {
        context.addIssue({
          code: 'custom',
          message: `must be a list of ${what}; ${JSON.stringify(entry)} is not`,
        });
      } else parsed.push(item);
    }
    if (entries.length === 0) context.addIssue({ code: 'custom', message: `must be a list of ${what}` });
    return parsed;
  });
}

function isUrl(value: string, protocols: readonly string[]): boolean {
  return URL.canParse(value) && protocols.includes(new URL(value).protocol) && new URL(value).hostname !== '';
}

function hasCredentials(value: string): boolean {
  return URL.canParse(value) && `${new URL(value).username}${new URL(value).password}` !== '';
}

const KEY_FORM = '32 random bytes in base64 (openssl rand -base64 32), or several such, the newest first';
const LEAST_KEY_BYTES = 32;
/** More than are ever needed at once, and few enough to be tried one after another. */
const MOST_KEYS = 8;

/** One or several, of which the first wraps; each at least 32 bytes. */
export const sealingKeys = z.string().transform((value, context): readonly Uint8Array[] => {
  const keys = decodeKeys(value);
  if (keys === null) context.addIssue({ code: 'custom', message: `must be ${KEY_FORM}` });
  return keys ?? [];
});

/** Null where one of them is no key, or there twice. */
export function decodeKeys(value: string): readonly Uint8Array[] | null {
  const keys = value.split(',').map((entry) => decodeKey(entry.trim()));
  const isFit = keys.every(({ length }) => length >= LEAST_KEY_BYTES) && keys.length <= MOST_KEYS;
  const isOnce = new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size === keys.length;
  return isFit && isOnce ? keys : null;
}

/** 64 hex digits, or base64 of either alphabet; anything else is an empty key. */
function decodeKey(value: string): Uint8Array {
  if (/^[0-9a-fA-F]{64,}$/.test(value)) return Buffer.from(value, 'hex');
  return /^[\w+/-]+={0,2}$/.test(value) ? Buffer.from(value, 'base64') : new Uint8Array();
}
