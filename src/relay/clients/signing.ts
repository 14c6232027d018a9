import { hkdfSync } from 'node:crypto';

/** The key that calls to other services are signed with: made from SECRETS_KEY, the same in every instance. */
export function platformSigningKey(secretsKey: Uint8Array): Uint8Array {
  return Buffer.from(hkdfSync('sha256', secretsKey, '', 'task-service calls to other services', 32));
}

/** As Standard Webhooks writes it: what a receiver verifies with. */
export function platformSigningSecret(secretsKey: Uint8Array): string {
  return `whsec_${Buffer.from(platformSigningKey(secretsKey)).toString('base64')}`;
}
