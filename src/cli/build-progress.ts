/**
 * How far a long build is: percent, events a second and time left. On a terminal one line that is written over, elsewhere
 * a line now and then.
 */

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const LINE_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 200;
/** The speed is that of the last seconds. */
const SPEED_OVER_MS = 5_000;
const CLEAR = '\r\u001b[K';

export class BuildProgress {
  readonly #output: ProgressOutput;
  readonly #now: () => number;
  #seen: { readonly done: number; readonly at: number }[] = [];
  #toldAt: number | null = null;
  #told = '';

  /** `now`: monotonic milliseconds. */
  constructor(output: ProgressOutput, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#now = now;
  }

  at(done: number, of: number): void {
    const now = this.#now();
    this.#seen.push({ done, at: now });
    while (this.#seen.length > 2 && now - (this.#seen[1]?.at ?? now) >= SPEED_OVER_MS) this.#seen.shift();
    const isTerminal = this.#output.isTTY === true;
    const everyMs = isTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS;
    if (this.#toldAt !== null && now - this.#toldAt < everyMs && done < of) return;
    const line = describe(done, of, this.#perSecond());
    if (line === this.#told) return;
    this.#toldAt = now;
    this.#told = line;
    this.#output.write(isTerminal ? `${CLEAR}${line}` : `${line}\n`);
  }

  /** What comes next stands on a line of its own. */
  end(): void {
    if (this.#output.isTTY === true && this.#told !== '') this.#output.write('\n');
    this.#told = '';
  }

  /** Null before there is something to tell it from. */
  #perSecond(): number | null {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (first === undefined || last === undefined || last.at <= first.at) return null;
    return ((last.done - first.done) / (last.at - first.at)) * 1_000;
  }
}

function describe(done: number, of: number, perSecond: number | null): string {
  const percent = of === 0 ? 100 : Math.floor((Math.min(done, of) / of) * 100);
  const parts = [`${percent} %`, `${whole(done)} of ${whole(of)} events`];
  if (perSecond !== null && perSecond > 0) {
    parts.push(`${whole(perSecond)} events/s`);
    if (done < of) parts.push(`${timeLeft((of - done) / perSecond)} left`);
  }
  return parts.join(', ');
}

function whole(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

function timeLeft(seconds: number): string {
  const all = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(all / 3_600), Math.floor((all % 3_600) / 60)];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${all % 60} s` : `${all} s`;
}
