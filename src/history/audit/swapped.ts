import type { GrowingTree } from './merkle.ts';

/** Beyond so many leaves it is not looked for: it takes their square. */
const MOST_LEAVES = 2_000;

/**
 * Which of the leaves after a tree stands where its neighbour should: exchanged, they give the root. Null where no such
 * exchange does.
 */
export function neighboursSwapped(base: GrowingTree, leaves: readonly Buffer[], root: Buffer): number | null {
  if (leaves.length > MOST_LEAVES) return null;
  const before = base.copy();
  for (const [at, leaf] of leaves.entries()) {
    const next = leaves[at + 1];
    if (next === undefined) return null;
    const other = before.copy();
    for (const each of [next, leaf, ...leaves.slice(at + 2)]) other.add(each);
    if (other.root().equals(root)) return at;
    before.add(leaf);
  }
  return null;
}
