import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteArena, type PieceAddress } from '../../../src/scheduler/book/byte-arena.ts';

function add(arena: ByteArena, bytes: Uint8Array): PieceAddress {
  const address = arena.add(bytes);
  if (address === null) throw new Error('too long');
  return address;
}

describe('byte arena', () => {
  it('gives back each piece until it is removed, whatever comes and goes beside it', () => {
    const pieces = fc.uint8Array({ maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(fc.array(fc.tuple(pieces, fc.boolean()), { maxLength: 100, size: 'max' }), (all) => {
        const arena = new ByteArena();
        const held = new Map<PieceAddress, Uint8Array>();
        for (const [bytes, removeOne] of all) {
          held.set(add(arena, bytes), bytes);
          const [first] = held.keys();
          if (removeOne && first !== undefined) {
            arena.remove(first);
            held.delete(first);
          }
        }
        for (const [address, kept] of held) expect([...arena.get(address)]).toEqual([...kept]);
      }),
      { numRuns: 30 },
    );
  });

  it('uses freed space again', () => {
    const arena = new ByteArena();
    const piece = (n: number) => Uint8Array.of(n, n, n);
    const addresses = [1, 2, 3].map((n) => add(arena, piece(n)));
    for (const address of addresses) arena.remove(address);
    expect([4, 5, 6].map((n) => add(arena, piece(n))).sort()).toEqual(addresses.sort());
  });

  it('grows by chunks and splits no piece between two', () => {
    const arena = new ByteArena();
    const piece = (n: number) => new Uint8Array(30_000).fill(n % 251);
    const addresses = Array.from({ length: 200 }, (_, n) => add(arena, piece(n)));
    for (const [n, address] of addresses.entries()) {
      expect(arena.get(address).equals(piece(n))).toBe(true);
    }
  });

  it('has no place for a piece that is too long', () => {
    expect(new ByteArena().add(new Uint8Array(65_536))).toBeNull();
  });
});
