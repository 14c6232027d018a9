import type { TaskId, UserId } from '../../domain/shared/ids.ts';
import type { TaskSnapshot } from '../../domain/task/evolve/snapshot.ts';
import { type IfMatch, revisionFor } from '../commands/if-match.ts';
import type { Write } from './idempotent-writes.ts';
import { hashOfHookToken, webhookToken } from './webhook-token.ts';

export interface WebhookRequest {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly ifMatch: IfMatch;
}

/** Gives a task a new webhook in place of its old one. Nobody can be told the token again. Throws WriteRefused. */
export async function issueNewWebhook(
  write: Pick<Write, 'execute' | 'newSecret'>,
  { userId, taskId, ifMatch }: WebhookRequest,
): Promise<{ readonly token: string; readonly snapshot: TaskSnapshot }> {
  const token = webhookToken(write.newSecret(), userId, taskId);
  const token_hash = hashOfHookToken(token);
  const { snapshot } = await write.execute(taskId, (state) => ({
    type: 'issue_webhook',
    data: { if_match: revisionFor(ifMatch, state), token_hash },
  }));
  // A repeat after a crash finds the event of the first try, and must find its token again.
  if (snapshot.state.webhook !== token_hash) throw new Error('the token of a webhook is lost');
  return { token, snapshot };
}
