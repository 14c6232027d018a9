import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import { endLine, entryLine, parseEntryLine } from '../../../src/history/audit/lines.ts';

const bodies = fc.oneof(
  fc.json({ noUnicodeString: false } as never).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('{"a":\n1}', '{"a":1}\r', '{', '', '"\u2028"').map((text) => Buffer.from(text)),
);

it('a line holds the very bytes of an event, whatever they are, and is one line of JSON', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.string(), bodies, (number, subject, body) => {
      const sequence = number as Sequence;
      const line = entryLine({ sequence, subject, body });
      expect(line.indexOf(0x0a)).toBe(line.length - 1);
      expect(typeof JSON.parse(line.toString())).toBe('object');
      expect(parseEntryLine(line.subarray(0, -1))).toEqual({ kind: 'entry', sequence, subject, body });
    }),
    { numRuns: 500 },
  );
});

it('the last line says so, and what is no line is told', () => {
  expect(parseEntryLine(endLine(28 as Sequence, 2).subarray(0, -1))).toEqual({
    kind: 'end',
    through: 28,
    count: 2,
  });
  const lines = [
    '',
    '[]',
    '{"sequence":0,"subject":"a","event":{}}',
    '{"sequence":1,"event":{}}',
    '{"end":{}}',
    'null',
  ];
  for (const line of [...lines, '{"subject":"a","sequence":1,"event":{}}']) {
    expect([line, parseEntryLine(Buffer.from(line)).kind]).toEqual([line, 'broken']);
  }
});
