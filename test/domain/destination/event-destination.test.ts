import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DestinationCommand, destinationDecider } from '../../../src/domain/destination/decider.ts';
import {
  type DestinationEvent,
  destinationOf,
  type UserDestinations,
} from '../../../src/domain/destination/event-destination.ts';
import type { Decision } from '../../../src/domain/shared/decision.ts';
import type { DestinationId, ReplayId, Sequence } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';

const NOW = '2026-11-23T08:54:00.000Z' as Instant;
const LATER = '2026-11-24T08:54:00.000Z' as Instant;
const id = (n: number) => `dst_${String(n).padStart(26, '0')}` as DestinationId;
const replayId = (n: number) => `rpl_${String(n).padStart(26, '0')}` as ReplayId;
const at = (sequence: number) => sequence as Sequence;
const all = { types: null, task_ids: null };

function given(n = 1) {
  return {
    destination_id: id(n),
    url: 'https://example.com/',
    secret: 'whsec_x',
    ...all,
    after: at(3),
    limit: 2,
  };
}

let sequence = 10;
function then(user: UserDestinations, decision: Decision<DestinationEvent>, time = NOW): UserDestinations {
  if (decision.kind !== 'event') throw new Error(`decided ${JSON.stringify(decision)}`);
  return destinationDecider.evolve(user, { ...decision.event, stored: { sequence: at(++sequence), time } });
}
const NO_DESTINATIONS = destinationDecider.initial;
const deciding =
  <Type extends DestinationCommand['type']>(type: Type) =>
  (user: UserDestinations, data: Extract<DestinationCommand, { type: Type }>['data'], now = NOW) =>
    destinationDecider.decide(user, { type, data } as DestinationCommand, now);
const createDestination = deciding('create');
const changeDestination = deciding('change');
const turnOffDestination = deciding('turn_off');
const deleteDestination = deciding('delete');
const requestReplay = deciding('request_replay');
const endReplay = deciding('end_replay');
const requestResend = deciding('request_resend');

const one = () => then(NO_DESTINATIONS, createDestination(NO_DESTINATIONS, given()));
const code = (decision: Decision<DestinationEvent>) =>
  decision.kind === 'rejected' ? decision.rejection.code : decision.kind;

describe('an event destination', () => {
  test('is made, once, within the limit of the tier', () => {
    const user = one();
    expect(destinationOf(user, id(1))).toMatchObject({ url: 'https://example.com/', after: 3, off: null });
    expect(code(createDestination(user, given()))).toBe('nothing');
    const two = then(user, createDestination(user, given(2)));
    expect(createDestination(two, given(3))).toMatchObject({
      rejection: { code: 'DESTINATION_LIMIT_EXCEEDED', limit: 2, used: 2 },
    });
  });

  test('is changed, and not by the same again', () => {
    const user = one();
    const command = { destination_id: id(1), url: 'https://other.example/', ...all, enabled: true };
    const changed = then(user, changeDestination(user, command));
    expect(destinationOf(changed, id(1))).toMatchObject({ url: command.url, secret: 'whsec_x', off: null });
    expect(code(changeDestination(changed, command))).toBe('nothing');
    expect(code(changeDestination(NO_DESTINATIONS, command))).toBe('DESTINATION_NOT_FOUND');
  });

  test('is turned off by failures, unless it was turned on anew meanwhile', () => {
    const user = one();
    const on_since = destinationOf(user, id(1))?.on_since ?? at(0);
    const command = { destination_id: id(1), on_since, reason: 'failing' as const, failing_since: NOW };
    const off = then(user, turnOffDestination(user, command));
    expect(destinationOf(off, id(1))?.off).toEqual({ reason: 'failing', at: NOW });
    expect(code(turnOffDestination(off, command))).toBe('nothing');
    const change = { destination_id: id(1), url: 'https://example.com/', ...all, enabled: true };
    const on = then(off, changeDestination(off, change));
    expect(destinationOf(on, id(1))?.off).toBeNull();
    expect(code(turnOffDestination(on, command))).toBe('nothing');
  });

  test('that is off takes neither replays nor resends', () => {
    const user = one();
    const change = { destination_id: id(1), url: 'https://example.com/', ...all, enabled: false };
    const off = then(user, changeDestination(user, change));
    expect(destinationOf(off, id(1))?.off).toEqual({ reason: 'by_hand', at: NOW });
    const replay = {
      destination_id: id(1),
      replay_id: replayId(1),
      from: at(1),
      to: at(9),
      only: 'all' as const,
    };
    expect(code(requestReplay(off, replay))).toBe('DESTINATION_OFF');
    expect(code(requestResend(off, { destination_id: id(1), event_sequence: at(4) }))).toBe(
      'DESTINATION_OFF',
    );
  });

  test('has one replay at a time, which is ended once', () => {
    const user = one();
    const ask = (n: number) => ({
      destination_id: id(1),
      replay_id: replayId(n),
      from: at(1),
      to: at(9),
      only: 'all' as const,
    });
    const replaying = then(user, requestReplay(user, ask(1)));
    expect(code(requestReplay(replaying, ask(1)))).toBe('nothing');
    expect(code(requestReplay(replaying, ask(2)))).toBe('REPLAY_IN_PROGRESS');
    const end = { destination_id: id(1), replay_id: null, reason: 'cancelled' as const, sent: null };
    const ended = then(replaying, endReplay(replaying, end));
    expect(destinationOf(ended, id(1))?.replay).toBeNull();
    expect(code(endReplay(ended, end))).toBe('nothing');
    expect(code(endReplay(replaying, { ...end, replay_id: replayId(7) }))).toBe('nothing');
  });

  test('is deleted, and a repeat is no error', () => {
    const user = one();
    const gone = then(user, deleteDestination(user, { destination_id: id(1) }));
    expect(gone.destinations).toEqual([]);
    expect(code(deleteDestination(gone, { destination_id: id(1) }))).toBe('nothing');
  });

  test('takes a thousand changes and requests a day, and more on the next', () => {
    let user = one();
    const ask = (now: Instant) => requestResend(user, { destination_id: id(1), event_sequence: at(4) }, now);
    for (let n = 0; n < 999; n++) user = then(user, ask(NOW));
    expect(ask(NOW)).toMatchObject({ rejection: { code: 'EDIT_LIMIT_EXCEEDED', limit: 1_000, used: 1_000 } });
    expect(code(ask(LATER))).toBe('event');
    expect(destinationOf(user, id(1))?.resends).toHaveLength(100);
    expect(code(deleteDestination(user, { destination_id: id(1) }))).toBe('event');
  });
});

test('whatever is asked in whatever order, limits hold and repeats append nothing', () => {
  const command = fc.record({
    kind: fc.constantFrom('create', 'change', 'off', 'delete', 'replay', 'end', 'resend'),
    n: fc.integer({ min: 1, max: 4 }),
    enabled: fc.boolean(),
  });
  const decide = (
    user: UserDestinations,
    { kind, n, enabled }: { kind: string; n: number; enabled: boolean },
  ) => {
    const destination_id = id(n);
    const on_since = destinationOf(user, destination_id)?.on_since ?? at(0);
    switch (kind) {
      case 'create':
        return createDestination(user, given(n));
      case 'change':
        return changeDestination(user, {
          destination_id,
          url: `https://${n}.example/`,
          ...all,
          enabled,
        });
      case 'off':
        return turnOffDestination(user, { destination_id, on_since, reason: 'gone', failing_since: NOW });
      case 'delete':
        return deleteDestination(user, { destination_id });
      case 'replay':
        return requestReplay(user, {
          destination_id,
          replay_id: replayId(n),
          from: at(1),
          to: at(2),
          only: 'all',
        });
      case 'end':
        return endReplay(user, { destination_id, replay_id: null, reason: 'done', sent: 1 });
      default:
        return requestResend(user, { destination_id, event_sequence: at(1) });
    }
  };
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      let user = NO_DESTINATIONS;
      for (const each of commands) {
        const decision = decide(user, each);
        if (decision.kind !== 'event') continue;
        user = then(user, decision);
        expect(user.destinations.length).toBeLessThanOrEqual(2);
        if (each.kind !== 'resend') expect(decide(user, each).kind).not.toBe('event');
        for (const { off, replay } of user.destinations)
          if (off === null && replay) expect(replay.from).toBe(1);
      }
    }),
  );
});
