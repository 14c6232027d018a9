import { describe, expect, it } from 'vitest';
import { isSampled, NOT_TRACED, parseTraceparent, traceIdOf } from '../../../src/application/ports/traces.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('is kept as it came', () => {
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-01`)).toBe(`00-${TRACE}-${PARENT}-01`);
    expect(parseTraceparent(`00-${TRACE}-${PARENT}-00`)).toBe(`00-${TRACE}-${PARENT}-00`);
  });

  it('of a later version goes on as one of version 00, with the flags that this one knows', () => {
    expect(parseTraceparent(`cc-${TRACE}-${PARENT}-03-what-the-future-holds`)).toBe(
      `00-${TRACE}-${PARENT}-01`,
    );
    expect(parseTraceparent(`01-${TRACE}-${PARENT}-02`)).toBe(`00-${TRACE}-${PARENT}-00`);
  });

  it.each([
    null,
    '',
    'none',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-01-more`,
    `00-${TRACE}-${PARENT}-01 `,
    `cc-${TRACE}-${PARENT}-01more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    `00-${'g'.repeat(32)}-${PARENT}-01`,
  ])('that is none is not believed: %s', (sent) => {
    expect(parseTraceparent(sent)).toBeNull();
  });

  it('says which trace it is of and whether that is recorded', () => {
    expect(traceIdOf(`00-${TRACE}-${PARENT}-01`)).toBe(TRACE);
    const sampled = ['00', '01', '02', '03'].map((flags) => isSampled(`00-${TRACE}-${PARENT}-${flags}`));
    expect(sampled).toEqual([false, true, false, true]);
  });
});

it('without anybody who records, a span is what it was begun under, and the same one where that is nothing', () => {
  const traceparent = `00-${TRACE}-${PARENT}-01`;
  const begun = NOT_TRACED.begin('any', 'server', traceparent);
  expect(begun).toMatchObject({ traceparent, isRecorded: false });
  expect(NOT_TRACED.begin('any', 'server', null)).toBe(NOT_TRACED.begin('other', 'client', null));
});
