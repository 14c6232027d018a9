/**
 * What a run of each task type costs at least, and which tier may have tasks of it. It is the service's to say, however
 * a task is made: a template, or a caller, may only ask for more.
 */
import type { CreditMicros } from '../shared/credits.ts';
import { covers, type Tier } from '../user/tier.ts';
import type { TaskType } from './status.ts';

export interface TypeTerms {
  /** The lowest that may have it. */
  readonly tier: Tier;
  /** The least that a run costs. */
  readonly credits_per_run_micros: CreditMicros;
}

export type TaskTypeTerms = Readonly<Record<TaskType, TypeTerms>>;

function terms(tier: Tier, credits: number): TypeTerms {
  return { tier, credits_per_run_micros: Math.round(credits * 1_000_000) as CreditMicros };
}

export const DEFAULT_TASK_TYPE_TERMS: TaskTypeTerms = {
  todo: terms('free', 0),
  reminder: terms('free', 0),
  daily_weather: terms('free', 0.1),
  daily_news: terms('basic', 0.2),
  calendar_event: terms('basic', 0),
  weather_alert: terms('pro', 0.2),
  price_tracker: terms('pro', 0.5),
  news_monitor: terms('pro', 0.5),
  data_backup: terms('enterprise', 1),
  custom: terms('enterprise', 0.5),
};

/** What is asked, or the terms where they are more. */
export function atLeast(asked: TypeTerms, least: TypeTerms): TypeTerms {
  const [a, b] = [asked.credits_per_run_micros, least.credits_per_run_micros];
  return {
    tier: covers(asked.tier, least.tier) ? asked.tier : least.tier,
    credits_per_run_micros: Math.max(a, b) as CreditMicros,
  };
}
