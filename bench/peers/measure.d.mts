export interface Creates {
  readonly perSecond: number;
  /** Of the whole machine, for one. */
  readonly cpuMs: number;
}

export interface Burst {
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** From the first due instant to the last entry. */
  readonly lastMs: number;
  readonly cpuMs: number;
}

export interface Runs {
  arm(dues: readonly number[]): Promise<unknown>;
  entered():
    | readonly (readonly [due: number, at: number])[]
    | Promise<readonly (readonly [number, number])[]>;
  isDone(amount: number): boolean | Promise<boolean>;
}

export const TASK: Record<string, unknown>;
export function creates(
  store: (index: number) => Promise<unknown>,
  inFlight: number,
  amount: number,
): Promise<Creates>;
export function burst(runs: Runs, amount: number, everyMs: number, leadMs: number): Promise<Burst>;
export function atOnce(
  amount: number,
  inFlight: number,
  act: (index: number) => Promise<unknown>,
): Promise<void>;
export function until(holds: () => unknown): Promise<void>;
