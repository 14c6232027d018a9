/** Whether the log is whole, as far as this process knows. */
export interface LogGuard {
  /** Null: nothing is missing. Else one message for operators: what is missing, and the ways out. */
  loss(): string | null;
  /** Null but while it is not certain: then it resolves when it is. */
  doubt(): Promise<void> | null;
  /** An event stood at this sequence. */
  saw(sequence: number): void;
}

export const UNGUARDED: LogGuard = { loss: () => null, doubt: () => null, saw: () => {} };
