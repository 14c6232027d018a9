/** The variables that say how much users and callers may do: read, and shown again by `config`. */
import { z } from 'zod';
import { MOST_CHANGES_A_DAY, MOST_OWN_CALENDARS } from '../../domain/calendar/calendars.ts';
import { MOST_DESTINATIONS } from '../../domain/destination/event-destination.ts';
import { type CreditMicros, creditsOf, parseCredits } from '../../domain/shared/credits.ts';
import { TASK_TYPES, type TaskType } from '../../domain/task/status.ts';
import { DEFAULT_TASK_TYPE_TERMS, type TaskTypeTerms } from '../../domain/task/type-terms.ts';
import { DEFAULT_TIER_LIMITS, type Limits, type TierLimits } from '../../domain/user/limits.ts';
import { TIERS, type Tier } from '../../domain/user/tier.ts';
import type { RateLimit, RateLimits } from '../../http/server/rate-limit.ts';

const EXAMPLE = '{"free": {"tasks": 5, "executions_per_day": 10, "credits_per_month": 100}}';

const whole = z.int().min(0).nullable();
const credits = z
  .number()
  .refine((value) => parseCredits(value) !== null)
  .transform((value) => parseCredits(value) as CreditMicros)
  .nullable();
const positive = z.int().min(1).nullable();
const someLimits = z.strictObject({
  tasks: whole,
  executions_per_day: whole,
  credits_per_month: credits,
  existing_tasks: whole,
  edits_per_day: whole,
  stored_bytes: whole,
  timeout_seconds: positive,
  attempts: positive,
  event_destinations: z.int().min(0).max(MOST_DESTINATIONS),
  calendars: z.int().min(0).max(MOST_OWN_CALENDARS),
  calendar_changes_per_day: z.int().min(0).max(MOST_CHANGES_A_DAY),
});
const tierLimits = z.strictObject(
  Object.fromEntries(TIERS.map((tier) => [tier, someLimits.partial()])) as Record<
    Tier,
    ReturnType<typeof someLimits.partial>
  >,
);

/** `TIER_LIMITS`: what is not named stays as it is by default; null is unlimited. */
export const tierLimitsVariable = z.string().transform((text, context): TierLimits => {
  const parsed = tierLimits.partial().safeParse(jsonOf(text));
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.flatMap(placesOf))].filter(Boolean).join(', ');
    const message = `must be JSON such as ${EXAMPLE}, whole numbers and credits, null for unlimited`;
    context.addIssue({ code: 'custom', message: where === '' ? message : `${message}; wrong at ${where}` });
    return z.NEVER;
  }
  return Object.fromEntries(
    TIERS.map((tier) => {
      const { credits_per_month, ...counts } = parsed.data[tier] ?? {};
      const changed = {
        ...counts,
        ...(credits_per_month === undefined ? {} : { credits_per_month_micros: credits_per_month }),
      };
      const given = Object.entries(changed).filter(([, value]) => value !== undefined);
      return [tier, { ...DEFAULT_TIER_LIMITS[tier], ...Object.fromEntries(given) }];
    }),
  ) as TierLimits;
});

const TERMS_EXAMPLE = '{"custom": {"tier": "pro", "credits_per_run": 0.1}}';
const someTerms = z.strictObject({ tier: z.enum(TIERS), credits_per_run: credits.unwrap() }).partial();
const typeTerms = z.strictObject(
  Object.fromEntries(TASK_TYPES.map((type) => [type, someTerms])) as Record<TaskType, typeof someTerms>,
);

/** `TASK_TYPE_TERMS`: what is not named stays as it is by default. */
export const taskTypeTermsVariable = z.string().transform((text, context): TaskTypeTerms => {
  const parsed = typeTerms.partial().safeParse(jsonOf(text));
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.flatMap(placesOf))].filter(Boolean).join(', ');
    const message = `must be JSON such as ${TERMS_EXAMPLE}, by task type`;
    context.addIssue({ code: 'custom', message: where === '' ? message : `${message}; wrong at ${where}` });
    return z.NEVER;
  }
  return Object.fromEntries(
    TASK_TYPES.map((type) => {
      const standard = DEFAULT_TASK_TYPE_TERMS[type];
      const { tier = standard.tier, credits_per_run = standard.credits_per_run_micros } =
        parsed.data[type] ?? {};
      return [type, { tier, credits_per_run_micros: credits_per_run }];
    }),
  ) as TaskTypeTerms;
});

export function showTaskTypeTerms(terms: TaskTypeTerms): string {
  const shown = TASK_TYPES.map((type) => {
    const { tier, credits_per_run_micros } = terms[type];
    return [type, { tier, credits_per_run: creditsOf(credits_per_run_micros) }];
  });
  return JSON.stringify(Object.fromEntries(shown));
}

/** `free.tasks`; a member that is not known by its own name. */
function placesOf(issue: z.core.$ZodIssue): string[] {
  const names = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]];
  return names.map((name) => [...issue.path, ...name].join('.'));
}

export function showTierLimits(limits: TierLimits): string {
  return JSON.stringify(Object.fromEntries(TIERS.map((tier) => [tier, shown(limits[tier])])));
}

function shown({ credits_per_month_micros: micros, ...counts }: Limits) {
  return { ...counts, credits_per_month: micros === null ? null : creditsOf(micros) };
}

const FAILURES: RateLimit = { requests: 300, windowSeconds: 60 };
export const DEFAULT_RATE_LIMITS: RateLimits = {
  callers: { requests: 60_000, windowSeconds: 60 },
  failures: FAILURES,
};

/** `<requests>/<seconds>` of one caller, and after a comma of one address with wrong credentials; each may be `off`. */
export const rateLimitVariable = z.string().transform((text, context): RateLimits => {
  const [callers, failures, ...more] = text.split(',').map((part) => rateLimitFrom(part.trim()));
  if (callers === undefined || failures === null || callers === null || more.length > 0) {
    const message = 'must be requests/seconds, such as 600/60, or off, or two of them with a comma between';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const limitOf = (part: RateLimit | 'off') => (part === 'off' ? null : part);
  return { callers: limitOf(callers), failures: limitOf(failures ?? FAILURES) };
});

function rateLimitFrom(text: string): RateLimit | 'off' | null {
  if (text === 'off') return 'off';
  const [, requests, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,4})$/.exec(text) ?? [];
  if (requests === undefined || seconds === undefined) return null;
  return { requests: Number(requests), windowSeconds: Number(seconds) };
}

export function showRateLimits({ callers, failures }: RateLimits): string {
  const shownLimit = (limit: RateLimit | null) =>
    limit === null ? 'off' : `${limit.requests}/${limit.windowSeconds}`;
  return `${shownLimit(callers)},${shownLimit(failures)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
