/**
 * What is to happen when a signal aborts, for signals that many wait on at once: the end of a service, of a role, of an
 * attempt. Node keeps the listeners of a signal in a list that it searches at each removal, and warns of a leak from the
 * eleventh on. Here a signal has one listener, however many wait.
 */

const waiting = new WeakMap<AbortSignal, Set<{ readonly act: () => void }>>();

/** Calls back once, at once where the signal has aborted; the answer takes that back, and is to be called by all who go. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  if (signal.aborted) {
    act();
    return () => {};
  }
  const waiters = waiting.get(signal) ?? listenedTo(signal);
  const waiter = { act };
  waiters.add(waiter);
  return () => void waiters.delete(waiter);
}

function listenedTo(signal: AbortSignal): Set<{ readonly act: () => void }> {
  const waiters = new Set<{ readonly act: () => void }>();
  waiting.set(signal, waiters);
  signal.addEventListener(
    'abort',
    () => {
      for (const waiter of [...waiters]) if (waiters.delete(waiter)) waiter.act();
    },
    { once: true },
  );
  return waiters;
}
