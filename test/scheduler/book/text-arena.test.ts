import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TextAddress, TextArena } from '../../../src/scheduler/book/text-arena.ts';

function add(arena: TextArena, text: string): TextAddress {
  const address = arena.add(text);
  if (address === null) throw new Error('too long');
  return address;
}

describe('text arena', () => {
  it('gives back each text until it is removed, whatever comes and goes beside it', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(fc.array(fc.tuple(texts, fc.boolean()), { maxLength: 100, size: 'max' }), (all) => {
        const arena = new TextArena();
        const held = new Map<TextAddress, string>();
        for (const [text, removeOne] of all) {
          held.set(add(arena, text), text);
          const [first] = held.keys();
          if (removeOne && first !== undefined) {
            arena.remove(first);
            held.delete(first);
          }
        }
        for (const [address, kept] of held) expect(arena.get(address)).toBe(kept.toWellFormed());
      }),
      { numRuns: 30 },
    );
  });

  it('uses freed space again', () => {
    const arena = new TextArena();
    const addresses = ['one', 'two', 'three'].map((text) => add(arena, text));
    for (const address of addresses) arena.remove(address);
    expect(['four', 'five', 'six'].map((text) => add(arena, text)).sort()).toEqual(addresses.sort());
  });

  it('grows by chunks and splits no text between two', () => {
    const arena = new TextArena();
    const text = (n: number) => `${n}`.padEnd(30_000, '.');
    const addresses = Array.from({ length: 1_200 }, (_, n) => add(arena, text(n)));
    for (const [n, address] of addresses.entries()) expect(arena.get(address) === text(n)).toBe(true);
  });

  it('has no place for a text that is too long', () => {
    expect(new TextArena().add('x'.repeat(65_536))).toBeNull();
  });
});
