import { z } from 'zod';
import { customIssue, saidOfIssue } from '../../application/faults/issue-said.ts';
import { text } from '../config-schema.ts';

/** A place by name, or where it lies. */
export type WeatherPlace = Coordinates | string;

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

const coordinates = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});
const placeName = text(255).min(2);

const PAIR = /^([+-]?\d{1,3}(?:\.\d+)?)\s*,\s*([+-]?\d{1,3}(?:\.\d+)?)$/;

/** `{latitude, longitude}`, the same as text ("52.52, 13.41"), or the name of a place. */
export const location = z.unknown().transform((value, context): WeatherPlace => {
  const pair = typeof value === 'string' ? PAIR.exec(value.trim()) : null;
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const spelled = pair === null ? value : { latitude: Number(pair[1]), longitude: Number(pair[2]) };
  const parsed = (pair !== null || isObject ? coordinates : placeName).safeParse(spelled);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    // A fault of the pair as text lies in the text as a whole.
    const path = isObject ? issue.path : [];
    context.issues.push({ ...customIssue(saidOfIssue(issue)), path, input: value });
  }
  return z.NEVER;
});

export const units = z.enum(['metric', 'imperial']).default('metric');
export type Units = z.output<typeof units>;
