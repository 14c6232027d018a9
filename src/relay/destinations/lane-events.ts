/**
 * What a destination is to be sent of its owner's events: those after a place, in the order of the log, read a page ahead.
 *
 *     finished           in hand         read ahead
 *     ------------------|x..x.x........|...............|----> the log
 *                       through        next            read
 */
import type { EventLog } from '../../application/ports/log/log.ts';
import type { DestinationFilter } from '../../domain/destination/event-destination.ts';
import type { RecordedTaskEvent } from '../../domain/shared/event.ts';
import type { Sequence, UserId } from '../../domain/shared/ids.ts';

const PAGE = 64;

export class LaneEvents {
  readonly #log: Pick<EventLog, 'readUser'>;
  readonly #userId: UserId;
  readonly #last: Sequence | null;
  readonly #ahead: RecordedTaskEvent[] = [];
  readonly #inHand = new Set<Sequence>();
  #read: Sequence;
  #mayBeMore = true;

  /** `last`: of a stretch that ends; null: what is still to come belongs to it. */
  constructor(
    log: Pick<EventLog, 'readUser'>,
    userId: UserId,
    stretch: { readonly after: Sequence; readonly last: Sequence | null },
  ) {
    this.#log = log;
    this.#userId = userId;
    this.#read = stretch.after;
    this.#last = stretch.last;
  }

  /** The log may have more than was found. */
  wake(): void {
    this.#mayBeMore = true;
  }

  /** Takes the next one that fits into hand; null where there is none now. Throws LogUnavailable. */
  async next(filter: DestinationFilter): Promise<RecordedTaskEvent | null> {
    for (;;) {
      for (let event = this.#ahead.shift(); event !== undefined; event = this.#ahead.shift()) {
        if (!fits(event, filter)) continue;
        this.#inHand.add(event.meta.sequence);
        return event;
      }
      if (!this.#mayBeMore || this.#isOver) return null;
      this.#mayBeMore = false;
      const page = await this.#log.readUser(this.#userId, this.#read, PAGE);
      const newest = page.at(-1);
      if (newest === undefined) continue;
      this.#mayBeMore = true;
      this.#read = newest.meta.sequence;
      const last = this.#last;
      this.#ahead.push(...(last === null ? page : page.filter(({ meta }) => meta.sequence <= last)));
    }
  }

  finished(sequence: Sequence): void {
    this.#inHand.delete(sequence);
  }

  /** Nothing up to there is read ahead or in hand. */
  get through(): Sequence {
    const first = Math.min(this.#ahead[0]?.meta.sequence ?? Number.POSITIVE_INFINITY, ...this.#inHand);
    return Math.min(first - 1, this.#read) as Sequence;
  }

  /** Of a stretch that ends: all of it is finished. */
  get isDone(): boolean {
    const isRead = this.#isOver || !this.#mayBeMore;
    return this.#last !== null && isRead && this.#ahead.length === 0 && this.#inHand.size === 0;
  }

  get #isOver(): boolean {
    return this.#last !== null && this.#read >= this.#last;
  }
}

function fits(event: RecordedTaskEvent, { types, task_ids }: DestinationFilter): boolean {
  return (types?.includes(event.type) ?? true) && (task_ids?.includes(event.meta.task_id) ?? true);
}
