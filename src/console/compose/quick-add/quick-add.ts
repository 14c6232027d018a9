/**
 * Quick add: a line of text to a task, by a grammar of our own.
 *
 *     water plants every mon 8am #home
 *     ~~~~~~~~~~~~ ------------- -----
 *     name         chip: when    chip: tag
 *
 * Words are read whole, in English and in German, each language by itself. There is one time, the last that the line
 * says; what a word mostly does not mean (`sun`, `may`, `so`) is taken for a time only where something beside it says
 * so. Each part that is read is a chip; one that is refused is words again, and nothing in quotes is ever read. The
 * parts, one after the other, are the text.
 */

import { ENGLISH } from './language/english.ts';
import { GERMAN } from './language/german.ts';
import type { Standing } from './language/standing.ts';
import { joinedPhrase, phraseAt, type TimePhrase } from './language/time-phrases.ts';
import { readingOf, type Vocabulary } from './language/vocabulary.ts';
import { type LineSpan, quotedSpans, runsOf } from './language/words.ts';
import { type Mark, marksOf, type QuickPriority, type QuickType } from './marks.ts';
import { type Here, resolveTime, type When } from './resolve-time.ts';

/** A day and a time of it that stand apart are two, of one `when`. */
type TimeChip = LineSpan & { readonly kind: 'when'; readonly when: When };

export type Chip = Mark | TimeChip;

/** A piece of the line: words, or a chip. */
export interface LinePart {
  readonly text: string;
  readonly chip: Chip | null;
}

export interface QuickAdd {
  /** What is no chip, with single spaces; may be empty. */
  readonly name: string;
  /** In order; their texts joined are the line. */
  readonly parts: readonly LinePart[];
  readonly when: When | null;
  readonly tags: readonly string[];
  readonly priority: QuickPriority | null;
  readonly taskType: QuickType | null;
}

const VOCABULARIES = [ENGLISH, GERMAN];
/** Longer lines are read as words alone: a name has at most 255 characters. */
const LONGEST_LINE = 1000;

/**
 * @param refused texts of chips that are to be words, as `refusal` names them
 */
export function readQuickAdd(text: string, here: Here, refused: ReadonlySet<string> = new Set()): QuickAdd {
  const chips = text.length > LONGEST_LINE ? [] : chipsOf(text, here, refused);
  const parts = partsOf(text, chips);
  return {
    name: nameOf(parts),
    parts,
    when: chips.find((chip) => chip.kind === 'when')?.when ?? null,
    tags: [...new Set(chips.flatMap((chip) => (chip.kind === 'tag' ? [chip.tag] : [])))],
    priority: chips.find((chip) => chip.kind === 'priority')?.priority ?? null,
    taskType: chips.find((chip) => chip.kind === 'type')?.taskType ?? null,
  };
}

/** By which a chip is refused, wherever in the line its words move. */
export function refusal(part: LinePart): string {
  return part.text.toLowerCase();
}

function chipsOf(text: string, here: Here, refused: ReadonlySet<string>): Chip[] {
  const isTaken = ({ start, end }: LineSpan) => !refused.has(text.slice(start, end).toLowerCase());
  const quoted = quotedSpans(text);
  const marks = onePriority(marksOf(text, quoted).filter(isTaken));
  const apart = [...marks, ...quoted];
  const found = VOCABULARIES.flatMap((vocabulary) => timesIn(text, apart, marks, vocabulary, here));
  const times = lastTime(found.filter(isTaken), here);
  return [...marks, ...times.map((time) => withLink(text, time, marks))].sort((a, b) => a.start - b.start);
}

/** The last one counts; those before are words. */
function onePriority(marks: readonly Mark[]): Mark[] {
  const last = marks.findLast((mark) => mark.kind === 'priority');
  return marks.filter((mark) => mark.kind !== 'priority' || mark === last);
}

interface FoundTime extends LineSpan {
  readonly phrase: TimePhrase;
  readonly when: When;
}

function timesIn(
  text: string,
  apart: readonly LineSpan[],
  marks: readonly LineSpan[],
  vocabulary: Vocabulary,
  here: Here,
): FoundTime[] {
  const found: FoundTime[] = [];
  for (const words of runsOf(text, apart, (folded) => isAbbreviation(vocabulary, folded))) {
    const reading = readingOf(words, vocabulary);
    for (let at = 0; at < words.length; ) {
      const read = phraseAt(reading, at);
      const [first, last] = [words[at], words[(read?.next ?? at) - 1]];
      const when = read && resolveTime(read.value.phrase, here);
      if (read && when && first && last && stands(read.value.standing, text, last.end, marks)) {
        found.push({ start: first.start, end: last.end, phrase: read.value.phrase, when });
        at = read.next;
      } else at += 1;
    }
  }
  return found;
}

function isAbbreviation({ meanings }: Vocabulary, folded: string): boolean {
  const kinds = meanings.get(folded)?.map(({ is }) => is) ?? [];
  return kinds.includes('weekday') || kinds.includes('month') || kinds.includes('meridiem');
}

function stands(standing: Standing, text: string, end: number, marks: readonly LineSpan[]): boolean {
  return standing === 'sure' || (standing === 'edge' && isEnd(text, end, marks));
}

/** Whether nothing but marks and punctuation follows. */
function isEnd(text: string, end: number, marks: readonly LineSpan[]): boolean {
  const rest = marks
    .filter((mark) => mark.start >= end)
    .reduceRight((shown, mark) => shown.slice(0, mark.start) + shown.slice(mark.end), text);
  return /^[\s\p{P}]*$/u.test(rest.slice(end));
}

/** The last that is said, with the one before where each says what the other leaves open: a day, and a time of it. */
function lastTime(found: readonly FoundTime[], here: Here): TimeChip[] {
  const [last, ...others] = found.toSorted((a, b) => b.end - a.end || a.start - b.start);
  if (last === undefined) return [];
  const before = others.find(({ end }) => end <= last.start);
  const both = before && joinedPhrase(before.phrase, last.phrase);
  const when = both && resolveTime(both, here);
  const spans = before && when ? [before, last] : [last];
  return spans.map(({ start, end }) => ({ kind: 'when', when: when ?? last.when, start, end }));
}

/** "Remind me tomorrow to call Bob": the word that led from one to the other goes with the time. */
function withLink(text: string, time: TimeChip, marks: readonly Mark[]): TimeChip {
  const type = marks.find((mark) => mark.kind === 'type' && mark.taskType === 'reminder');
  if (type === undefined || text.slice(type.end, time.start).trim() !== '') return time;
  const link = /^\s+(?:to|about|of|that|an|daran,?)(?=\s)/i.exec(text.slice(time.end))?.[0] ?? '';
  return { ...time, end: time.end + link.length };
}

function partsOf(text: string, chips: readonly Chip[]): LinePart[] {
  const parts: LinePart[] = [];
  let from = 0;
  for (const chip of chips) {
    if (chip.start > from) parts.push({ text: text.slice(from, chip.start), chip: null });
    parts.push({ text: text.slice(chip.start, chip.end), chip });
    from = chip.end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), chip: null });
  return parts;
}

/** Without the punctuation and the empty brackets that a chip leaves behind. */
function nameOf(parts: readonly LinePart[]): string {
  const words = oneLine(parts.map(({ text, chip }) => (chip === null ? text : ' ')).join(''));
  if (parts.every(({ chip }) => chip === null)) return words;
  const closed = words.replace(/\(\s*\)|\[\s*\]/g, ' ').replace(/\s+(?=[,.;:!?])/g, '');
  return oneLine(closed.replace(/^[,;:.\s]+|[,;:\s]+$/g, ''));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
