/** What is marked by a sign rather than read from words: tags, priority, and the type of task at the beginning. */
import type { LineSpan } from './language/words.ts';

export type QuickPriority = 'low' | 'medium' | 'high' | 'urgent';
/** Types of task that a line can say in full. */
export type QuickType = 'todo' | 'reminder' | 'calendar_event' | 'daily_weather';

export type Mark = LineSpan &
  (
    | { readonly kind: 'tag'; readonly tag: string }
    | { readonly kind: 'priority'; readonly priority: QuickPriority }
    | { readonly kind: 'type'; readonly taskType: QuickType }
  );

/** A letter is in it: `#12` is the number of something. At most as long as the API takes. */
const TAG = /(?<![^\s])#([\p{L}\p{N}_-]{1,64})(?=[\s.,;:!?]|$)/gu;
const HAS_LETTER = /\p{L}/u;
const PRIORITY = /(?<![^\s])(!{1,3}|!\p{L}+|![1-4])(?=[\s.,;]|$)/gu;

const PRIORITIES: ReadonlyMap<string, QuickPriority> = new Map<string, QuickPriority>([
  ...(['!!!', '!!', '!urgent', '!dringend', '!1'] as const).map((word) => [word, 'urgent'] as const),
  ...(['!', '!high', '!hoch', '!wichtig', '!important', '!2'] as const).map(
    (word) => [word, 'high'] as const,
  ),
  ...(['!medium', '!mittel', '!3'] as const).map((word) => [word, 'medium'] as const),
  ...(['!low', '!niedrig', '!4'] as const).map((word) => [word, 'low'] as const),
]);

/** Only at the beginning, and only what nobody says otherwise: with a colon, or a whole turn of phrase. */
const TYPES: readonly (readonly [RegExp, QuickType])[] = [
  [/^\s*(?:to-?do|task|aufgabe)\s*:/i, 'todo'],
  [/^\s*(?:reminder|erinnerung)\s*:/i, 'reminder'],
  [/^\s*remind\s+me(?:\s+(?:to|of|about|that))?(?=\s)/i, 'reminder'],
  [/^\s*erinnere?\s+mich(?:\s+(?:an|daran,?))?(?=\s)/i, 'reminder'],
  [/^\s*(?:event|appointment|termin)\s*:/i, 'calendar_event'],
  [/^\s*(?:weather|wetter)\s*:/i, 'daily_weather'],
];

/** In order; `apart`: spans that are not read. */
export function marksOf(text: string, apart: readonly LineSpan[]): Mark[] {
  const marks = [...typeMarks(text), ...priorityMarks(text), ...tagMarks(text)];
  return marks
    .filter((mark) => !apart.some((span) => mark.start < span.end && span.start < mark.end))
    .sort((a, b) => a.start - b.start);
}

function typeMarks(text: string): Mark[] {
  for (const [pattern, taskType] of TYPES) {
    const found = pattern.exec(text)?.[0];
    if (found === undefined) continue;
    const start = found.length - found.trimStart().length;
    return [{ kind: 'type', taskType, start, end: found.trimEnd().length }];
  }
  return [];
}

function priorityMarks(text: string): Mark[] {
  return [...text.matchAll(PRIORITY)].flatMap(({ index, 0: found }): Mark[] => {
    const priority = PRIORITIES.get(found.toLowerCase());
    return priority ? [{ kind: 'priority', priority, start: index, end: index + found.length }] : [];
  });
}

function tagMarks(text: string): Mark[] {
  return [...text.matchAll(TAG)].flatMap(({ index, 0: found, 1: tag = '' }): Mark[] =>
    HAS_LETTER.test(tag) ? [{ kind: 'tag', tag, start: index, end: index + found.length }] : [],
  );
}
