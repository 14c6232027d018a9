/**
 * The specification is told as: given what has happened, when something is asked, then this event is decided, or a
 * refusal, or nothing. One way for every aggregate, by its decider.
 */
import { expect } from 'vitest';
import type { Decider } from '../../src/domain/shared/decider.ts';
import { decided, NOTHING, type Rejection, rejected } from '../../src/domain/shared/decision.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import { START } from '../support/histories/history.ts';

interface Told {
  readonly type: string;
  readonly data: object;
}

/** Something that has happened, and when. */
export type HappenedAt<Event> = readonly [at: Instant, event: Event];

/** What is asked, and when; absent: at noon. */
export type Asked<Command> = Command & { readonly now?: Instant };

export interface Outcome<Type> {
  /** Of the event that was decided: all of it, or these members of its data. */
  yields(type: Type, data: object): void;
  isRefused(rejection: Rejection): void;
  changesNothing(): void;
}

/** `record`: the event as the log has it, the `revision`th of its subject. */
export function specifiedBy<State, Command extends object, Event extends Told, Recorded>(
  decider: Decider<State, Command, Event, Recorded>,
  record: (event: Event, at: Instant, revision: number) => Recorded,
) {
  return function given(...happened: readonly HappenedAt<Event>[]) {
    const events = happened.map(([at, event], index) => record(event, at, index + 1));
    const state = events.reduce(decider.evolve, decider.initial);
    return {
      /** `asked`: or what makes it of the events that it is about. */
      when(
        asked: Asked<Command> | ((events: readonly Recorded[]) => Asked<Command>),
      ): Outcome<Event['type']> {
        const { now = START, ...command } = typeof asked === 'function' ? asked(events) : asked;
        const decision = decider.decide(state, command as unknown as Command, now);
        return {
          yields: (type, data) => expect(decision).toMatchObject(decided({ type, data })),
          isRefused: (rejection) => expect(decision).toEqual(rejected(rejection)),
          changesNothing: () => expect(decision).toEqual(NOTHING),
        };
      },
    };
  };
}
