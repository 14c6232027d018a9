import { createHmac } from 'node:crypto';
import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import type { HookScheme } from '../../domain/task/events/events.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import type { HookTerms } from '../../domain/task/state.ts';
import { type IfMatch, revisionFor } from '../commands/if-match.ts';
import { WHSEC } from '../outgoing/standard-webhooks.ts';
import type { Write } from './idempotent-writes.ts';
import { hashOfHookToken, webhookToken } from './webhook-token.ts';

export interface WebhookRequest {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly ifMatch: IfMatch;
  readonly withHeaders: boolean;
  /** What callers are to sign by; without a secret they get one that is made here. */
  readonly verify: { readonly scheme: HookScheme; readonly secret: string | null } | null;
}

export interface NewWebhook {
  readonly token: string;
  /** What callers sign with; null: they sign nothing. */
  readonly secret: string | null;
  readonly snapshot: TaskSnapshot;
}

/** Gives a task a new webhook in place of its old one. Nobody can be told the token again. Throws WriteRefused. */
export async function issueNewWebhook(
  write: Pick<Write, 'execute' | 'newSecret'>,
  { userId, taskId, ifMatch, withHeaders, verify }: WebhookRequest,
): Promise<NewWebhook> {
  // Who has the URL must not be able to sign: neither secret follows from the other.
  const seed = write.newSecret();
  const token = webhookToken(secretFor('url', seed), userId, taskId);
  const secret = verify && (verify.secret ?? signingSecret(verify.scheme, secretFor('signature', seed)));
  const token_hash = hashOfHookToken(token);
  const terms: HookTerms | null =
    verify === null && !withHeaders
      ? null
      : { with_headers: withHeaders, verify: verify && { scheme: verify.scheme, secret: secret ?? '' } };
  const { snapshot } = await write.execute(taskId, (state) => ({
    type: 'issue_webhook',
    data: { if_match: revisionFor(ifMatch, state), token_hash, terms },
  }));
  // A repeat after a crash finds the event of the first try, and must find its token again.
  if (snapshot.state.webhook !== token_hash) throw new Error('the token of a webhook is lost');
  return { token, secret, snapshot };
}

function secretFor(purpose: 'url' | 'signature', seed: Uint8Array): Uint8Array {
  return createHmac('sha256', seed).update(`webhook ${purpose}`).digest();
}

function signingSecret(scheme: HookScheme, bytes: Uint8Array): string {
  const content = Buffer.from(bytes);
  return scheme === 'github' ? content.toString('hex') : WHSEC + content.toString('base64');
}
