import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type QuickAdd, readQuickAdd, refusal } from '../../../../src/console/compose/quick-add/quick-add.ts';
import { parseSchedule } from '../../../../src/domain/schedule/parse/parse.ts';
import type { Instant } from '../../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { ENGLISH_LINES, GERMAN_LINES, HARMLESS_LINES } from './corpus.ts';
import { HERE, shownReading } from './shown.ts';

const read = (line: string) => shownReading(readQuickAdd(line, HERE));
const ALL_LINES = [...ENGLISH_LINES, ...GERMAN_LINES].map(([line]) => line);

describe('the corpus', () => {
  test('has at least 150 lines, and no line twice', () => {
    const lines = [...ALL_LINES, ...HARMLESS_LINES];
    expect(lines.length).toBeGreaterThanOrEqual(150);
    expect(new Set(lines).size).toBe(lines.length);
  });

  test.each([
    ['English', ENGLISH_LINES],
    ['German', GERMAN_LINES],
  ])('is read as it is meant: %s', (_, lines) => {
    expect(lines.map(([line]) => [line, read(line)])).toEqual(lines);
  });

  test('has no time in what says none', () => {
    expect(HARMLESS_LINES.map((line) => read(line))).toEqual(HARMLESS_LINES.map((line) => `${line} | - |`));
  });

  test('is read the same with other white space', () => {
    const spaced = (line: string) => `  ${line.replaceAll(' ', '   ')} `;
    for (const line of ALL_LINES) expect(read(spaced(line)), line).toBe(read(line));
  });

  test('gives schedules that the service takes', () => {
    for (const line of ALL_LINES) {
      const { when } = readQuickAdd(line, HERE);
      if (when?.kind !== 'repeat') continue;
      const parsed = parseSchedule(when.schedule as JsonObject, '2026-12-02T10:00:00.000Z' as Instant);
      expect(parsed, line).toMatchObject({ ok: true });
    }
  });
});

describe('chips', () => {
  test('are words again once they are refused, and what was hidden by them is not lost', () => {
    for (const line of [...ALL_LINES, ...HARMLESS_LINES]) {
      const refused = new Set<string>();
      let shown = readQuickAdd(line, HERE, refused);
      while (shown.parts.some(({ chip }) => chip !== null)) {
        const before = refused.size;
        for (const part of shown.parts) if (part.chip !== null) refused.add(refusal(part));
        expect(refused.size).toBeGreaterThan(before);
        shown = readQuickAdd(line, HERE, refused);
      }
      expect(shown.name).toBe(line.trim());
    }
  });

  test('are refused by their words, wherever these move', () => {
    const refused = new Set(['tomorrow']);
    expect(shownReading(readQuickAdd('read tomorrow never dies', HERE, refused))).toBe(
      'read tomorrow never dies | - |',
    );
    expect(shownReading(readQuickAdd('please read tomorrow on friday', HERE, refused))).toBe(
      'please read tomorrow | 2026-12-04 |',
    );
  });

  test('of a day and of a time that stand apart are two of one time', () => {
    const { parts } = readQuickAdd('tomorrow call Bob at 8', HERE);
    expect(parts.map(({ text, chip }) => [text, chip?.kind ?? null])).toEqual([
      ['tomorrow', 'when'],
      [' call Bob ', null],
      ['at 8', 'when'],
    ]);
  });
});

describe('a time is that of the zone of who writes it', () => {
  test.each([
    ['America/New_York', '2026-03-08T02:30', '2026-03-08T07:30:00.000Z'],
    ['Europe/Zurich', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
    ['Asia/Kathmandu', '2026-12-24T08:00', '2026-12-24T02:15:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00.000Z'],
    ['Pacific/Apia', '2011-12-31T08:00', '2011-12-30T18:00:00.000Z'],
  ])('%s %s', (zone, wall, at) => {
    const [date, time] = wall.split('T');
    const here = { now: Date.parse('2011-12-01T00:00:00Z'), zone };
    expect(readQuickAdd(`call ${date} at ${time}`, here).when).toMatchObject({ kind: 'once', at });
  });

  test('today is the day there', () => {
    const at = (zone: string) =>
      readQuickAdd('call today', { now: Date.parse('2026-12-02T03:00:00Z'), zone }).when;
    expect(at('America/New_York')).toMatchObject({ date: '2026-12-01' });
    expect(at('Asia/Kathmandu')).toMatchObject({ date: '2026-12-02' });
  });
});

describe('any text', () => {
  const words = [...new Set([...ALL_LINES, ...HARMLESS_LINES].flatMap((line) => line.split(' ')))];
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.oneof(fc.constantFrom(...words), fc.constantFrom('"', '#a', '!', ',', '.', '„', '“', '\u2028')),
        {
          maxLength: 12,
        },
      )
      .chain((pieces) => fc.constantFrom(' ', '  ', '\t', '').map((space) => pieces.join(space))),
  );
  const here = fc.record({
    now: fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2100-01-01') }),
    zone: fc.constantFrom(
      'UTC',
      'Europe/Zurich',
      'America/New_York',
      'Asia/Kathmandu',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    ),
  });

  test('is given back by its parts, and name and chips have all of its letters and digits', () => {
    fc.assert(
      fc.property(line, here, (text, at) => {
        const shown = readQuickAdd(text, at);
        expect(shown.parts.map((part) => part.text).join('')).toBe(text);
        expect(lettersOf(nameAndChips(shown))).toBe(lettersOf(sortedText(shown)));
      }),
      { numRuns: 600 },
    );
  });

  test('gives a time that exists', () => {
    fc.assert(
      fc.property(line, here, (text, at) => {
        const { when } = readQuickAdd(text, at);
        if (when?.kind !== 'once') return;
        expect(new Date(when.at).toISOString()).toBe(when.at);
        expect(when.date).toMatch(/^\d{4}-\d\d-\d\d$/);
      }),
      { numRuns: 200 },
    );
  });

  test('that no name could be is words', () => {
    const line = `${'every monday '.repeat(100)}tomorrow`;
    expect(readQuickAdd(line, HERE)).toMatchObject({ when: null, name: line });
  });

  function nameAndChips({ name, parts }: QuickAdd): string {
    return name + parts.flatMap(({ text, chip }) => (chip === null ? [] : [text])).join('');
  }

  /** The words first, then the chips. */
  function sortedText({ parts }: QuickAdd): string {
    return [...parts]
      .sort((a, b) => Number(a.chip !== null) - Number(b.chip !== null))
      .map(({ text }) => text)
      .join('');
  }

  function lettersOf(text: string): string {
    return text.replace(/[^\p{L}\p{N}]/gu, '');
  }
});
