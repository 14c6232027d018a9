/**
 * Wrapped keys as lines, for a log that is moved:
 *
 *     {"format":"task-service wrapped keys","format_version":1}
 *     {"user_id":"alice","wrapped_key":"v1.1.…"}
 *     {"service_key":"calls","wrapped_key":"v1.1.…"}
 *     {"end":{"keys":2}}
 *
 * Worth nothing without SECRETS_KEY. Destroyed keys are in none.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { parseUserId, type UserId } from '../../domain/shared/ids.ts';
import { readLast } from '../connection/leader-read.ts';
import { readStream } from '../log/log-pages.ts';
import type { KeyBucket } from './rewrap.ts';
import { SERVICE_KEY_NAMES, type ServiceKeyName, serviceKeyBucket } from './service-keys.ts';
import { userKeyBucket } from './user-keys.ts';
import type { SecretsKeys } from './wrapping.ts';

const HEAD = { format: 'task-service wrapped keys', format_version: 1 };
export const KEYS_FILE_HEAD = JSON.stringify(HEAD);

const wrapped_key = z.string().regex(/^v1\.1\.[A-Za-z0-9+/]{60,200}={0,2}$/);
const keyLine = z.union([
  z.strictObject({
    user_id: z.string().transform((text, context): UserId => {
      const userId = parseUserId(text);
      if (userId === null) context.addIssue({ code: 'custom', message: 'no user id' });
      return userId as UserId;
    }),
    wrapped_key,
  }),
  z.strictObject({
    service_key: z.enum(SERVICE_KEY_NAMES as [ServiceKeyName, ...ServiceKeyName[]]),
    wrapped_key,
  }),
  z.strictObject({ end: z.strictObject({ keys: z.int().nonnegative() }) }),
]);

export type KeyLine = z.output<typeof keyLine>;

/** Null for what is no such line. */
export function parseKeyLine(line: string): KeyLine | null {
  try {
    return keyLine.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** With their line breaks. Throws LogUnavailable. */
export async function* wrappedKeyLines(nc: NatsConnection, secretsKeys: SecretsKeys): AsyncGenerator<string> {
  yield `${KEYS_FILE_HEAD}\n`;
  let keys = 0;
  for (const [bucket, member] of [
    [userKeyBucket(secretsKeys), 'user_id'],
    [serviceKeyBucket(secretsKeys), 'service_key'],
  ] as const) {
    for await (const { owner, wrapped } of keysOf(nc, bucket)) {
      keys++;
      yield `${JSON.stringify({ [member]: owner, wrapped_key: wrapped })}\n`;
    }
  }
  yield `${JSON.stringify({ end: { keys } })}\n`;
}

async function* keysOf(nc: NatsConnection, { stream, prefix, ownerOf }: KeyBucket) {
  for await (const { subject, sequence } of readStream(nc, { stream, subject: `${prefix}>` })) {
    const owner = ownerOf(subject);
    const last = await readLast(nc, stream, subject);
    // Destroyed, or wrapped anew meanwhile: that one comes later.
    const isThere = last !== null && last.sequence === sequence && last.header('KV-Operation') === '';
    if (owner !== null && isThere) yield { owner, wrapped: Buffer.from(last.body).toString() };
  }
}
