/**
 * The token of a webhook: `tswh_` (left out of those of before) and base64url of 32 random bytes, the task's id and the user's, so that the task it is for is
 * found without a list of tokens. Whoever has it may run that task; the service keeps only its hash.
 */
import { createHash } from 'node:crypto';
import { type Hash, parseTaskId, parseUserId, type TaskId, type UserId } from '../../domain/shared/ids.ts';
import { WEBHOOK_TOKEN_PREFIX } from '../../kernel/secret-tokens.ts';

const SECRET_BYTES = 32;
const TASK_ID_BYTES = 'tsk_01JD0000000000000000000000'.length;
const USER_AT = SECRET_BYTES + TASK_ID_BYTES;
const MAX_LENGTH = Math.ceil(((USER_AT + 255) * 4) / 3);

export interface WebhookToken {
  readonly userId: UserId;
  readonly taskId: TaskId;
  readonly hash: Hash;
}

/** `secret`: 32 bytes. */
export function webhookToken(secret: Uint8Array, userId: UserId, taskId: TaskId): string {
  if (secret.length !== SECRET_BYTES) throw new RangeError(`a webhook needs ${SECRET_BYTES} random bytes`);
  const content = Buffer.concat([secret, Buffer.from(taskId), Buffer.from(userId)]);
  return `${WEBHOOK_TOKEN_PREFIX}${content.toString('base64url')}`;
}

/** Null for what is no token; one text only stands for each. */
export function parseWebhookToken(text: string): WebhookToken | null {
  const content = text.startsWith(WEBHOOK_TOKEN_PREFIX) ? text.slice(WEBHOOK_TOKEN_PREFIX.length) : text;
  if (content.length > MAX_LENGTH) return null;
  const bytes = Buffer.from(content, 'base64url');
  if (bytes.toString('base64url') !== content) return null;
  const taskId = parseTaskId(bytes.toString('latin1', SECRET_BYTES, USER_AT));
  const userId = parseUserId(bytes.toString('utf8', USER_AT));
  return taskId === null || userId === null ? null : { userId, taskId, hash: hashOfHookToken(text) };
}

export function hashOfHookToken(token: string): Hash {
  return createHash('sha256').update(token).digest('hex') as Hash;
}
