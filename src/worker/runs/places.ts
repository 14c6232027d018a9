/**
 * Who may run now. A place is for work that is done here; an attempt that has waited for somebody else for a while (a
 * silent host, a worker of the author's own) gives its place up, so that those who wait for nobody cannot hold up
 * those who have work:
 *
 *     in a place --> waits outside for 0.5 s --> aside, where there is room --> answered: in a place again,
 *         |                                                                     also where that is one too many
 *         '--> recording: its outcome waits for the log; as many of those as there are places hold none
 *
 * Runs with much time (`LONG_RUN_SECONDS`) have places and room of their own: however many of them there are, short
 * ones go on.
 */
import type { UserId } from '../../domain/shared/ids.ts';

/** Above this an attempt may take so long that it is counted with its like. */
const LONG_RUN_SECONDS = 60;

/** For one place of short runs, so many places of long ones, and so many of either kind that are aside. */
const LONG_SHARE = 0.25;
const ASIDE_SHORT = 8;
const ASIDE_LONG = 4;

export interface PlaceHolder {
  readonly userId: UserId;
  /** Null: not known, and taken as short. */
  readonly timeoutSeconds: number | null;
}

type Kind = 'short' | 'long';
type State = 'working' | 'aside' | 'recording';

export class Places<Holder extends PlaceHolder> {
  readonly #size: Readonly<Record<Kind, number>>;
  readonly #room: Readonly<Record<Kind, number>>;
  readonly #held = new Map<Holder, State>();
  readonly #counts: Record<Kind, Record<State, number>> = {
    short: { working: 0, aside: 0, recording: 0 },
    long: { working: 0, aside: 0, recording: 0 },
  };
  readonly #ofUser = new Map<UserId, number>();
  /** In a place, and waiting outside for long: aside as soon as there is room. */
  readonly #waitingOutside = new Set<Holder>();

  constructor(concurrency: number) {
    this.#size = { short: concurrency, long: Math.max(1, Math.floor(concurrency * LONG_SHARE)) };
    this.#room = { short: concurrency * ASIDE_SHORT, long: concurrency * ASIDE_LONG };
  }

  mayTake(holder: PlaceHolder): boolean {
    const kind = kindOf(holder);
    return this.#taken(kind) < this.#size[kind];
  }

  /** What a user has going here. */
  heldBy(userId: UserId): number {
    return this.#ofUser.get(userId) ?? 0;
  }

  take(holder: Holder): void {
    this.#held.set(holder, 'working');
    this.#counts[kindOf(holder)].working++;
    this.#ofUser.set(holder.userId, this.heldBy(holder.userId) + 1);
  }

  /** It has waited outside for a while. */
  setAside(holder: Holder): void {
    if (this.#held.get(holder) !== 'working') return;
    this.#waitingOutside.add(holder);
    this.#fillRoom();
  }

  /** It was answered. */
  takeBack(holder: Holder): void {
    this.#waitingOutside.delete(holder);
    if (this.#held.get(holder) !== 'aside') return;
    this.#move(holder, 'working');
    this.#fillRoom();
  }

  /** It has ended, and its outcome waits for the log. */
  record(holder: Holder): void {
    if (!this.#held.has(holder)) return;
    this.#waitingOutside.delete(holder);
    this.#move(holder, 'recording');
    this.#fillRoom();
  }

  leave(holder: Holder): void {
    const state = this.#held.get(holder);
    if (state === undefined) return;
    this.#held.delete(holder);
    this.#waitingOutside.delete(holder);
    this.#counts[kindOf(holder)][state]--;
    const left = this.heldBy(holder.userId) - 1;
    if (left > 0) this.#ofUser.set(holder.userId, left);
    else this.#ofUser.delete(holder.userId);
    this.#fillRoom();
  }

  /** Attempts in a place. */
  get taken(): number {
    return this.#taken('short') + this.#taken('long');
  }

  get aside(): number {
    return this.#counts.short.aside + this.#counts.long.aside;
  }

  #taken(kind: Kind): number {
    const { working, recording } = this.#counts[kind];
    return working + Math.max(0, recording - this.#size[kind]);
  }

  #fillRoom(): void {
    for (const holder of this.#waitingOutside) {
      const kind = kindOf(holder);
      if (this.#counts[kind].aside >= this.#room[kind]) continue;
      this.#waitingOutside.delete(holder);
      this.#move(holder, 'aside');
    }
  }

  #move(holder: Holder, to: State): void {
    const counts = this.#counts[kindOf(holder)];
    counts[this.#held.get(holder) ?? to]--;
    counts[to]++;
    this.#held.set(holder, to);
  }
}

function kindOf({ timeoutSeconds }: PlaceHolder): Kind {
  return (timeoutSeconds ?? 0) > LONG_RUN_SECONDS ? 'long' : 'short';
}
