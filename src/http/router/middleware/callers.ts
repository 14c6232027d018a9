/** Who calls, whether they may, and whether it is their turn: steps of a route, in the order that it names them. */
import {
  type Caller,
  hasCredentials,
  type Privilege,
  requirePrivilege,
  showsSession,
} from '../../auth/auth.ts';
import { type MonitoringSettings, showsMonitoringToken } from '../../auth/monitoring.ts';
import type { Doorkeeper } from '../doorkeeper.ts';
import type { Call } from '../route.ts';
import type { RouteStep } from './answering.ts';

/** Only somebody who says who they are, as often as they may. `authenticate`: where it is not the usual credentials. */
export function callerKnown(door: Doorkeeper, authenticate?: (call: Call) => Promise<Caller>): RouteStep {
  return async (c, next) => {
    const call = c.get('call');
    const caller = await (authenticate?.(call) ?? door.callerOf(call));
    Object.assign(call.answerHeaders, door.count(caller));
    c.set('caller', caller);
    await next();
  };
}

/** Whoever shows credentials is to show right ones; others go on as nobody. */
export function callerKnownIfShown(door: Doorkeeper): RouteStep {
  return async (c, next) => {
    const call = c.get('call');
    const shows = hasCredentials(call.request) || showsSession(call.request);
    c.set('caller', shows ? await door.callerOf(call) : null);
    await next();
  };
}

/** Only callers with one of these privileges; comes after `callerKnown`. */
export function onlyFor(allowed: readonly Privilege[]): RouteStep {
  return async (c, next) => {
    const caller = c.get('caller');
    if (caller !== null) requirePrivilege(caller, allowed);
    await next();
  };
}

/** Only who shows the monitoring token, or has one of these privileges; everybody where it is open. */
export function onlyMonitors(
  door: Doorkeeper,
  monitoring: MonitoringSettings,
  allowed: readonly Privilege[],
): RouteStep {
  return async (c, next) => {
    const call = c.get('call');
    if (!monitoring.isOpen && !showsMonitoringToken(call.request, monitoring)) {
      requirePrivilege(await door.callerOf(call), allowed);
    }
    await next();
  };
}

/** When it is the turn of the caller, or where nobody says who they are, of the address. `kind`: what tells the cost. */
export function inTurn(door: Doorkeeper, kind: string): RouteStep {
  return (c, next) =>
    door.inTurn(c.get('call'), c.get('caller') ?? null, kind, (turn) => {
      c.set('aside', turn.aside);
      return next();
    });
}

/** A 401 of what comes behind counts as one with wrong credentials. */
export function countingFailures(door: Doorkeeper): RouteStep {
  return (c, next) =>
    door.counted(c.get('call'), async () => {
      await next();
      if (c.error !== undefined) throw c.error;
    });
}

/** For documents that everybody may have: by address, as often as one may. */
export function countingDocuments(door: Doorkeeper): RouteStep {
  return async (c, next) => {
    door.countDocument(c.get('call'));
    await next();
  };
}
