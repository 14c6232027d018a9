/**
 * In which zone times are shown: the viewer's, each task's own, or UTC. It holds for the whole page, stands in the
 * address (`?zone=utc`), and is remembered.
 */
import { signal } from '@preact/signals';

export type ZoneMode = 'mine' | 'task' | 'utc';
const MODES: readonly ZoneMode[] = ['mine', 'task', 'utc'];
const KEPT = 'zone';

export const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const zoneMode = signal<ZoneMode>(initialMode());

function initialMode(): ZoneMode {
  const asked = new URLSearchParams(location.search).get(KEPT) ?? kept();
  return MODES.find((mode) => mode === asked) ?? 'mine';
}

export function chooseZone(mode: ZoneMode): void {
  zoneMode.value = mode;
  try {
    localStorage.setItem(KEPT, mode);
  } catch {
    // A browser that keeps nothing: it holds for this page all the same.
  }
  const url = new URL(location.href);
  if (mode === 'mine') url.searchParams.delete(KEPT);
  else url.searchParams.set(KEPT, mode);
  history.replaceState(history.state, '', url);
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** The zone that a time of a task in `taskZone` (null: of none) is shown in. */
export function shownZone(taskZone: string | null): string {
  switch (zoneMode.value) {
    case 'mine':
      return viewerZone;
    case 'task':
      return taskZone ?? viewerZone;
    case 'utc':
      return 'UTC';
  }
}
