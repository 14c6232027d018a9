/** What an instance says of its projector. */
import type { Sequence } from '../domain/shared/ids.ts';

export type ProjectorState =
  | 'stopped'
  /** Another instance projects, or none does yet. */
  | 'standby'
  | 'projecting'
  /** The server does not answer; tried again. */
  | 'waiting'
  /** An event could not be read or folded: `error` names it. Ends only with the process. */
  | 'failed';

export interface ProjectorStatus {
  readonly state: ProjectorState;
  /** As far as this instance knows. */
  readonly checkpoint: Sequence;
  /** How far the log was ahead of it, in sequences, when this instance last looked. */
  readonly lag: number;
  /** What is wrong, or went wrong last before it was tried again. */
  readonly error: string | null;
}
