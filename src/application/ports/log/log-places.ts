/** Whether a place that somebody remembers is one of the log as it is now. */
import type { Sequence } from '../../../domain/shared/ids.ts';

/**
 * A place in the log. After a loss that was accepted, places that are handed out name it by its epoch, for the log gives
 * later events numbers that a reader may know by others.
 */
export interface LogCursor {
  readonly sequence: Sequence;
  /** Null: handed out before any loss, or typed. */
  readonly epoch: string | null;
}

export type LogPlaceFault =
  /** Events from `lostFrom` on are not those that were there when the place was handed out. */
  | {
      readonly kind: 'forked';
      readonly lostFrom: number;
      readonly epoch: string | null;
      readonly last: Sequence;
    }
  /** The log ends before it. */
  | { readonly kind: 'cursor_ahead'; readonly last: Sequence };

export interface LogPlaces {
  /** Null while the log has never lost anything. Throws LogUnavailable. */
  epoch(): Promise<string | null>;
  /** For who goes on behind a place, and takes it that he has all before it. Throws LogUnavailable. */
  faultOfCursor(cursor: LogCursor): Promise<LogPlaceFault | null>;
  /** For who names an event by its number. Throws LogUnavailable. */
  faultOfSequence(sequence: Sequence): Promise<LogPlaceFault | null>;
}
