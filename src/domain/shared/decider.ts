/**
 * The one shape of what decides on an aggregate. Pure: the state is all that was folded before, the time an argument,
 * and ids are in the command. Nothing else chooses events.
 *
 *     events so far --> evolve, evolve, ... --> state --+
 *                                 command, now ---------+--> decide --> an event, nothing, or a rejection
 */
import { type Decision, NOTHING } from './decision.ts';
import type { Instant } from './instant.ts';

/** `Recorded`: an event as the log gives it back, with its place and time. */
export interface Decider<State, Command, Event, Recorded = Event> {
  /** Of what has no event yet. */
  readonly initial: State;
  /** A repeat of what is already so is no error: it decides nothing. */
  readonly decide: (state: State, command: Command, now: Instant) => Decision<Event>;
  readonly evolve: (state: State, event: Recorded) => State;
}

/** What is asked: a command, or what makes one from the state that it will be decided on; null asks for nothing. */
export type Ask<State, Command extends object> = Command | ((state: State) => Command | null);

/** Throws what `asked` throws. */
export function decideAsked<State, Command extends object, Event>(
  decider: Pick<Decider<State, Command, Event, never>, 'decide'>,
  state: State,
  asked: Ask<State, Command>,
  now: Instant,
): Decision<Event> {
  const command = typeof asked === 'function' ? asked(state) : asked;
  return command === null ? NOTHING : decider.decide(state, command, now);
}
