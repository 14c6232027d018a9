/** A stretch of a user's past events that is sent once more: all that fit the destination, or those that were given up. */
import type { ReplayProgress } from '../../application/ports/event-deliveries.ts';
import type { EventLog } from '../../application/ports/log/log.ts';
import type { DestinationFilter, Replay } from '../../domain/destination/event-destination.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';
import { LaneEvents } from './lane-events.ts';

export interface ReplaySources {
  readonly log: Pick<EventLog, 'readUser'>;
  readonly userId: UserId;
  /** Sequences of events that are listed as given up, in any order. */
  readonly failed: () => Promise<readonly Sequence[]>;
}

const EVERYTHING: DestinationFilter = { types: null, task_ids: null };

export class ReplayLane {
  readonly replay: Replay;
  readonly #sources: ReplaySources;
  readonly #events: LaneEvents;
  /** Those that were given up, while they are looked for one by one; the first next. */
  #failed: Sequence[] | null = null;
  readonly #inHand = new Set<Sequence>();
  #through: Sequence;
  #sent: number;
  isEnded = false;

  constructor(sources: ReplaySources, replay: Replay, after: Sequence, sent: number) {
    this.replay = replay;
    this.#sources = sources;
    this.#events = new LaneEvents(sources.log, sources.userId, { after, last: replay.to });
    this.#through = after;
    this.#sent = sent;
  }

  /** Throws LogUnavailable. */
  async next(filter: DestinationFilter): Promise<RecordedTaskEvent | null> {
    return this.replay.only === 'all' ? this.#events.next(filter) : this.#nextFailed();
  }

  finished(sequence: Sequence): void {
    this.#sent += 1;
    this.#inHand.delete(sequence);
    this.#events.finished(sequence);
  }

  get progress(): ReplayProgress {
    const through = this.replay.only === 'all' ? this.#events.through : this.#throughFailed;
    return { replay_id: this.replay.replay_id, through, sent: this.#sent };
  }

  /** All of it has been sent, and nobody was told yet. */
  get isDone(): boolean {
    if (this.isEnded) return false;
    if (this.replay.only === 'all') return this.#events.isDone;
    return this.#failed?.length === 0 && this.#inHand.size === 0;
  }

  async #nextFailed(): Promise<RecordedTaskEvent | null> {
    this.#failed ??= await this.#listed();
    for (let sequence = this.#failed.shift(); sequence !== undefined; sequence = this.#failed.shift()) {
      const events = new LaneEvents(this.#sources.log, this.#sources.userId, {
        after: (sequence - 1) as Sequence,
        last: sequence,
      });
      const event = await events.next(EVERYTHING);
      if (event === null) continue;
      this.#inHand.add(sequence);
      this.#through = sequence;
      return event;
    }
    return null;
  }

  async #listed(): Promise<Sequence[]> {
    const { to } = this.replay;
    const after = this.#through;
    return (await this.#sources.failed())
      .filter((sequence) => sequence > after && sequence <= to)
      .sort((a, b) => a - b);
  }

  get #throughFailed(): Sequence {
    return Math.min(this.#through, ...[...this.#inHand].map((sequence) => sequence - 1)) as Sequence;
  }
}
