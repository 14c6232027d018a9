import { createHmac } from 'node:crypto';
import { epochMs, type Instant } from '../../domain/shared/instant.ts';

/** The headers of Standard Webhooks 1.0; unsigned where there is no key. */
export function standardWebhook(
  message: { readonly id: string; readonly at: Instant; readonly body: string },
  key: Uint8Array | null,
): Record<string, string> {
  const timestamp = String(Math.floor(epochMs(message.at) / 1000));
  const headers = { 'webhook-id': message.id, 'webhook-timestamp': timestamp };
  if (key === null) return headers;
  const signature = createHmac('sha256', key)
    .update(`${message.id}.${timestamp}.${message.body}`)
    .digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
