/**
 * How long runs took, counted by classes: each is at most a tenth wider than it is long, so a percentile is right within
 * 5 %. A year of runs is some fifty numbers, and two counts add up to one.
 *
 * The bounds are made by whole numbers and one multiplication, which every machine and every version of Node does alike:
 * what is counted must not depend on who counts.
 */

/** Runs by the class of their duration; classes without any are left out. */
export type Durations = Readonly<Record<number, number>>;

const WIDTH = 1.1;
/** Longer ones, if there ever are any, belong to the last class. */
const LONGEST_MS = 7 * 86_400_000;
/** The least duration of each class, milliseconds: 0, 1, 2, ... 19, 20, 22, 24, ... */
const LEAST = leastOfClasses();

function leastOfClasses(): readonly number[] {
  const least = [0];
  for (let at = 1; at <= LONGEST_MS; at = Math.max(at + 1, Math.floor(at * WIDTH))) least.push(at);
  return least;
}

/** `into`: what is changed; default: a copy. */
export function addDuration(
  durations: Durations,
  ms: number,
  into: Record<number, number> = { ...durations },
): Durations {
  const at = classOf(ms);
  into[at] = (into[at] ?? 0) + 1;
  return into;
}

/** The duration, milliseconds, that `share` of the runs did not exceed; null of none. */
export function durationAt(all: readonly Durations[], share: number): number | null {
  const counts = LEAST.map(() => 0);
  let total = 0;
  for (const durations of all) {
    for (const [name, count] of Object.entries(durations)) {
      counts[Number(name)] = (counts[Number(name)] ?? 0) + count;
      total += count;
    }
  }
  let left = Math.max(1, Math.ceil(total * share));
  for (const [at, count] of counts.entries()) {
    left -= count;
    if (count > 0 && left <= 0) return middleOf(at);
  }
  return null;
}

function classOf(ms: number): number {
  let [low, high] = [0, LEAST.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((LEAST[middle] ?? 0) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

function middleOf(at: number): number {
  const least = LEAST[at] ?? 0;
  return (least + (LEAST[at + 1] ?? least + 1) - 1) / 2;
}
