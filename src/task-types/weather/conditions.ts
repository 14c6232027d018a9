/** What somebody wants to be told about the weather, and whether it is so. */

import { z } from 'zod';
import { refusing } from '../../application/faults/issue-said.ts';
import { says } from '../../domain/shared/says.ts';

const METRICS = [
  'temperature',
  'wind_speed',
  'precipitation',
  'chance_of_rain',
  'wind_gusts',
  'snowfall',
] as const;
export type WeatherMetric = (typeof METRICS)[number];

const COMPARE = {
  '>': (value: number, threshold: number) => value > threshold,
  '>=': (value: number, threshold: number) => value >= threshold,
  '<': (value: number, threshold: number) => value < threshold,
  '<=': (value: number, threshold: number) => value <= threshold,
  '==': (value: number, threshold: number) => value === threshold,
  '!=': (value: number, threshold: number) => value !== threshold,
} as const;
type Operator = keyof typeof COMPARE;

const WORDS = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '==', ne: '!=' } as const;

const signs = z.enum(Object.keys(COMPARE) as [Operator, ...Operator[]]);
const words = z.enum(Object.keys(WORDS) as [keyof typeof WORDS, ...(keyof typeof WORDS)[]]);
/** Each as a sign or as a word. */
export const OPERATORS_OF_CONDITIONS = [...signs.options, ...words.options] as const;
const operator = z
  .enum(OPERATORS_OF_CONDITIONS)
  .transform((sign): Operator => (sign in WORDS ? WORDS[sign as keyof typeof WORDS] : (sign as Operator)));

const condition = z.strictObject({ operator, value: z.number() });

export const alertConditions = z
  .strictObject({
    temperature: condition.optional(),
    wind_speed: condition.optional(),
    precipitation: condition.optional(),
    chance_of_rain: condition.optional(),
    wind_gusts: condition.optional(),
    snowfall: condition.optional(),
  })
  .refine((conditions) => Object.keys(conditions).length > 0, refusing(says`needs at least one condition`));

export interface Condition {
  readonly metric: WeatherMetric;
  readonly operator: Operator;
  readonly threshold: number;
}

export function conditionsOf(config: z.output<typeof alertConditions>): readonly Condition[] {
  return METRICS.flatMap((metric) => {
    const given = config[metric];
    return given === undefined ? [] : [{ metric, operator: given.operator, threshold: given.value }];
  });
}

/** A value, and the local time it is for; null where the provider does not know it. */
export interface Reading {
  readonly at: string;
  readonly value: number | null;
}

/** The first reading that meets the condition; null where none does, `unknown` where there is no value at all. */
export function firstMeeting(
  { operator, threshold }: Condition,
  readings: readonly Reading[],
): Reading | null | 'unknown' {
  const known = readings.filter(({ value }) => value !== null);
  if (known.length === 0) return 'unknown';
  return known.find(({ value }) => value !== null && COMPARE[operator](value, threshold)) ?? null;
}
