/** Witnesses of the log (c2sp.org/tlog-witness): others who cosign its checkpoints as long as it only grows. */
import type { Instant } from '../../domain/shared/instant.ts';

export type WitnessAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      /** Milliseconds that the witness asks for before the next call; null where it does not. */
      readonly retryAfterMs: number | null;
    }
  /** There was no answer, or none that may be read. */
  | { readonly kind: 'failed'; readonly code: string };

export interface WitnessCalls {
  /** Ends in bounded time, with a bounded answer. Throws only why `signal` has aborted. */
  addCheckpoint(url: string, body: string, signal: AbortSignal): Promise<WitnessAnswer>;
}

export interface CosignedCheckpoint {
  /** With the cosignatures. */
  readonly note: string;
  /** When the log has it. */
  readonly time: Instant;
}

/** The newest checkpoint that enough witnesses have cosigned. Throws LogUnavailable. */
export interface CosignedCheckpoints {
  get(): Promise<CosignedCheckpoint | null>;
  put(cosigned: CosignedCheckpoint): Promise<void>;
}
