/** One try to deliver an event: what is sent, and what became of it. */
import { standardWebhook } from '../../application/outgoing/standard-webhooks.ts';
import type {
  DeliveryRecord,
  EndpointAnswer,
  EndpointCall,
  PendingDelivery,
} from '../../application/ports/event-deliveries.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Instant } from '../../domain/shared/instant.ts';

export interface EventDelivery {
  readonly event: RecordedTaskEvent;
  /** `pending`: it was tried before, or asked for by hand. */
  readonly from: 'log' | 'replay' | 'pending';
  readonly before: PendingDelivery | null;
}

export function isReplayed({ from, before }: EventDelivery): boolean {
  return from === 'replay' || before?.is_replay === true;
}

export function isDelivered(answer: EndpointAnswer): boolean {
  return answer.kind === 'answered' && answer.status >= 200 && answer.status <= 299;
}

export function signedCall(
  delivery: EventDelivery,
  endpoint: { readonly url: string; readonly secret: string },
  body: string,
  at: Instant,
): EndpointCall {
  const { id, sequence } = delivery.event.meta;
  const key = Buffer.from(endpoint.secret.replace(/^whsec_/, ''), 'base64');
  const headers = {
    ...standardWebhook({ id, at, body }, key),
    'content-type': 'application/cloudevents+json',
    'event-sequence': String(sequence),
    ...(isReplayed(delivery) ? { 'event-replay': 'true' } : {}),
  };
  return { url: endpoint.url, headers, body };
}

/** `nextAt`: when it is tried again; null where that is not needed, or not done any more. */
export function deliveryRecord(
  delivery: EventDelivery,
  answer: EndpointAnswer,
  {
    now,
    nextAt,
    durationMs,
  }: { readonly now: Instant; readonly nextAt: Instant | null; readonly durationMs: number },
): DeliveryRecord {
  const { event, before } = delivery;
  const { id, sequence, task_id } = event.meta;
  return {
    event_id: id,
    sequence,
    event_type: event.type,
    task_id,
    status: isDelivered(answer) ? 'delivered' : nextAt === null ? 'failed' : 'waiting',
    attempts: (before?.attempts ?? 0) + 1,
    is_replay: isReplayed(delivery),
    response_status: answer.kind === 'answered' ? answer.status : null,
    error: answer.kind === 'answered' ? null : answer.code,
    duration_ms: durationMs,
    first_attempt_at: before?.first_at ?? now,
    last_attempt_at: now,
    next_attempt_at: nextAt,
  };
}
