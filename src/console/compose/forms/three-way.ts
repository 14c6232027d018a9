/** Two edits of one thing: what each changed, and both together where that is possible. */

type Fields = Readonly<Record<string, unknown>>;

export interface ThreeWay {
  /** Fields that both changed, to different values. */
  readonly conflicts: readonly string[];
  /** Fields that only the others changed: an edit on top of theirs keeps them. */
  readonly theirsOnly: readonly string[];
  /** What is to be sent on top of theirs: my changes, of the conflicts too. */
  readonly mine: Fields;
}

/** `base`: what my edit began with; `mine`: the fields that I send. */
export function threeWay(base: Fields, mine: Fields, theirs: Fields): ThreeWay {
  const changed = Object.keys(mine).filter((name) => !isSame(mine[name], base[name]));
  const changedThere = Object.keys(mine).filter((name) => !isSame(theirs[name], base[name]));
  return {
    conflicts: changed.filter((name) => changedThere.includes(name) && !isSame(mine[name], theirs[name])),
    theirsOnly: changedThere.filter((name) => !changed.includes(name)),
    mine: Object.fromEntries(
      changed.filter((name) => !isSame(mine[name], theirs[name])).map((name) => [name, mine[name]]),
    ),
  };
}

/** Whether two JSON values are the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    left.length === right.size &&
    left.every(([name, value]) => right.has(name) && isSame(value, right.get(name)))
  );
}
