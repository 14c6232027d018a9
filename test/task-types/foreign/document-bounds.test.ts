import { describe, expect, test } from 'vitest';
import { checkJson, checkMarkup } from '../../../src/task-types/foreign/document-bounds.ts';

const BOUNDS = { elements: 5, attributes: 6, attributesOfOne: 4, entries: 2 };

/** The code of the refusal, null for none. */
function refusal(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('markup', () => {
  test.each([
    ['<a/>'.repeat(5), null],
    ['<a/>'.repeat(6), 'TOO_MANY_ELEMENTS'],
    ['<a><b><c><d><e></e></d></c></b></a>', null],
    ['<item/><entry></entry>', null],
    ['<item/><atom:entry><item>', 'TOO_MANY_ENTRIES'],
    ['<items/><items/><items/><entryx/>', null],
    ['<a b="1" c=\'2\' d="<x/>" e="f>g"/>', null],
    ['<a b c d e f>', 'TOO_MANY_ATTRIBUTES'],
    ['<a b="1"c="2"d="3"e="4"f="5">', 'TOO_MANY_ATTRIBUTES'],
    ['<a b = "1" c = "2" d\n=\n"3" e="4" />', null],
    ['<a b=1 c=2 d=3 e=4><a b=1 c=2 d=3>', 'TOO_MANY_ATTRIBUTES'],
    ['1 < 2 and 3 <4', null],
    ['<?xml a="1" b="2" c="3" d="4" e="5"?><!DOCTYPE a b c d e f>', null],
    ['<a', null],
    ['<a b="', null],
    ['', null],
  ])('%j: %s', (text, expected) => {
    expect(refusal(() => checkMarkup(text, BOUNDS, 'xml'))).toBe(expected);
    expect(refusal(() => checkMarkup(text, BOUNDS, 'html'))).toBe(expected);
  });

  test('in comments and CDATA of XML is text; HTML knows no such CDATA', () => {
    const cdata = `<![CDATA[${'<a/>'.repeat(9)}]]>`;
    expect(refusal(() => checkMarkup(`<!--${'<a/>'.repeat(9)}-->${cdata}`, BOUNDS, 'xml'))).toBeNull();
    expect(refusal(() => checkMarkup(`<![CDATA[${'<a/>'.repeat(9)}`, BOUNDS, 'xml'))).toBeNull();
    expect(refusal(() => checkMarkup(cdata, BOUNDS, 'html'))).toBe('TOO_MANY_ELEMENTS');
  });

  test('made to be slow is counted in one pass', () => {
    const slow = [
      '<a b="'.repeat(300_000),
      '<'.repeat(2_000_000),
      '<!--'.repeat(500_000),
      '<a '.repeat(700_000),
    ];
    const endless = {
      elements: Infinity,
      attributes: Infinity,
      attributesOfOne: Infinity,
      entries: Infinity,
    };
    const before = process.cpuUsage();
    for (const text of slow) checkMarkup(text, endless, 'html');
    const { user } = process.cpuUsage(before);
    expect(user / 1_000).toBeLessThan(2_000);
  });
});

test.each([
  ['[1,2,3]', null],
  ['[1,2,3,4]', null],
  ['[1,2,3,4,5]', 'TOO_MANY_VALUES'],
  ['[[[[[]]]]]', 'TOO_MANY_VALUES'],
  [String.raw`{"a":"[,[,[,[\"[[[,,,\\"}`, null],
])('JSON %s: %s', (text, expected) => {
  expect(refusal(() => checkJson(text, 5))).toBe(expected);
});
