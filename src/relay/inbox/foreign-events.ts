/**
 * What other services tell, as it is understood here: plain JSON, or a CloudEvent around it. Which event a message is
 * of is told by the end of its subject, so that services may be named as they are.
 */
import { z } from 'zod';
import { parseTraceparent } from '../../application/ports/traces.ts';
import { parseUserId } from '../../domain/shared/ids.ts';
import { instantFromRfc3339 } from '../../domain/shared/instant.ts';
import { Undeliverable } from '../clients/deliveries.ts';

const userId = z.string().transform((text, context) => {
  const parsed = parseUserId(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'must be a user id' });
  return z.NEVER;
});

const instant = z.string().transform((text, context) => {
  const parsed = instantFromRfc3339(text);
  if (parsed !== null) return parsed;
  context.addIssue({ code: 'custom', message: 'must be an RFC 3339 time with an offset' });
  return z.NEVER;
});

/** Four weeks. */
const MOST_MINUTES = 40_320;

/** Members beyond these are nobody's fault: other services grow too. */
const schemas = {
  'user.deleted': z.object({
    user_id: userId,
    timestamp: instant.nullish(),
    reason: z.string().max(2_000).nullish(),
  }),
  'subscription.changed': z.object({
    user_id: userId,
    old_tier: z.string().nullish(),
    new_tier: z.enum(['free', 'basic', 'pro', 'enterprise']),
  }),
  'event.created': z.object({
    event_id: z.string().min(1).max(255),
    user_id: userId,
    title: z.string().trim().min(1),
    start_time: instant,
    create_task: z.boolean().nullish(),
    remind_before_minutes: z.int().min(0).max(MOST_MINUTES).nullish(),
  }),
} as const;

export type ForeignType = keyof typeof schemas;
export const FOREIGN_TYPES = Object.keys(schemas) as ForeignType[];

export type ForeignEvent = {
  readonly [T in ForeignType]: {
    readonly type: T;
    readonly data: z.output<(typeof schemas)[T]>;
    /** The trace that it was told in, where a CloudEvent names one; else null. */
    readonly traceparent: string | null;
  };
}[ForeignType];

export const DEFAULT_PLATFORM_SUBJECTS: readonly string[] = [
  'account_service.user.deleted',
  'subscription_service.subscription.changed',
  'calendar_service.event.created',
];

/** A subject without wildcards that something here handles; null for any other. */
export function parsePlatformSubject(text: string): string | null {
  return /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(text) && foreignTypeOf(text) !== null ? text : null;
}

/** Null for a subject that nothing here handles. */
export function foreignTypeOf(subject: string): ForeignType | null {
  return FOREIGN_TYPES.find((type) => subject.endsWith(`.${type}`)) ?? null;
}

/** Throws Undeliverable, which says every fault. */
export function parseForeignEvent(subject: string, body: Uint8Array): ForeignEvent {
  const type = foreignTypeOf(subject);
  if (type === null) throw new Undeliverable(`nothing here handles ${subject}`);
  const told = toldBy(body);
  const parsed = schemas[type].safeParse(told.data);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
    throw new Undeliverable(`no ${type}: ${faults.join('; ')}`);
  }
  return { type, data: parsed.data, traceparent: told.traceparent } as ForeignEvent;
}

function toldBy(body: Uint8Array): { readonly data: unknown; readonly traceparent: string | null } {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new Undeliverable('the body is no JSON');
  }
  const isCloudEvent = typeof document === 'object' && document !== null && 'specversion' in document;
  if (!isCloudEvent) return { data: document, traceparent: null };
  const { data, traceparent } = document as { data?: unknown; traceparent?: unknown };
  return { data, traceparent: parseTraceparent(typeof traceparent === 'string' ? traceparent : null) };
}
