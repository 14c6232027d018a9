/** Charges a wallet for every run that succeeded and cost something, once: the execution's id is the call's id. */

import type { JsonObject } from '../../domain/shared/json.ts';
import type { PublishedEvent } from '../published/published-event.ts';
import type { ServiceClient } from './service-client.ts';

/** The wallet's word that this execution was charged before. */
const CHARGED_BEFORE = [409];

export async function charge(
  client: ServiceClient,
  told: PublishedEvent,
  signal: AbortSignal,
): Promise<void> {
  const { execution_id, status, credits_consumed, name } = told.data;
  if (told.type !== 'task.executed' || status !== 'completed') return;
  if (typeof credits_consumed !== 'number' || credits_consumed <= 0) return;
  const id = String(execution_id);
  const body = {
    user_id: told.userId,
    amount: credits_consumed,
    description: `Task: ${String(name)}`,
    reference_type: 'task_execution',
    reference_id: id,
  };
  const call = {
    method: 'POST',
    path: '/api/v1/wallet/deduct',
    body,
    id,
    traceparent: told.traceparent,
    alreadySo: CHARGED_BEFORE,
    saysDone: ({ success }: JsonObject) => success === true,
  } as const;
  await client.call(call, signal);
}
