/** What goes between the thread that leads and the one that serves REST: all of it, as plain data. */
import type { AppendOutcome } from '../../application/ports/measures.ts';
import type { NatsOptions } from '../../jetstream/connection/connection.ts';
import type { LoggedLines } from '../../observability/logging.ts';
import type { CountedFigures } from '../../observability/metrics.ts';
import type { Config } from '../config/config.ts';
import type { ProcessStatus } from '../health/process-status.ts';
import type { ApiStatus } from '../roles/role.ts';
import type { StartFault } from '../start/start-faults.ts';
import type { PackedMessages } from './stored-messages.ts';

/** What the thread begins with. */
export interface ApiThreadData {
  readonly config: Config;
  readonly instance: string;
  readonly secretsKeys: readonly Uint8Array[];
  readonly auth: Config['auth'];
  readonly nats: NatsOptions;
  readonly calloutSeed: Uint8Array | null;
  readonly replicas: number;
  /** What the log has lost, as was found at the start. */
  readonly loss: string | null;
}

/** What the thread that leads answers to the one that serves REST. */
export type LeaderAnswers = {
  /** REST is served. */
  started: (status: ApiStatus) => void;
  /** It cannot be served; the thread ends. */
  failed: (fault: StartFault) => void;
  logged: (lines: LoggedLines) => void;
  /** `look`: at the store anew, first. */
  process: (look: boolean) => Promise<ProcessStatus | null>;
  counted: (question: null) => Promise<CountedFigures>;
  /** What became of an append, where that says something of the store. */
  appended: (outcome: AppendOutcome) => void;
  /** REST has appended these to the log. */
  stored: (messages: PackedMessages) => void;
};

/** What the thread that serves REST answers. */
export type ApiAnswers = {
  /** Once, first. */
  begin: (data: ApiThreadData) => void;
  signInLink: (token: string) => Promise<string>;
  stop: (question: null) => void;
};
