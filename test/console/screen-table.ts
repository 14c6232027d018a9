/** Every screen of the console: where it is, and what it shows when it is there. */
import type { PastDay } from './past-day.ts';

export interface ListedScreen {
  readonly name: string;
  readonly path: string;
  /** A text of it, once it is loaded. */
  readonly shows: string;
}

export function everyScreen(day: PastDay): readonly ListedScreen[] {
  return [
    { name: 'today', path: 'today', shows: 'Next 24 hours' },
    { name: 'tasks', path: 'tasks', shows: 'Flaky import' },
    { name: 'task', path: `tasks/${day.slow}`, shows: 'was skipped' },
    { name: 'settings', path: `tasks/${day.failing}?tab=settings`, shows: 'Config' },
    { name: 'edit', path: `tasks/${day.slow}/edit`, shows: 'Save' },
    { name: 'history', path: `tasks/${day.slow}/history`, shows: 'requested' },
    { name: 'run', path: day.failedRun, shows: 'Bad Gateway' },
    { name: 'runs', path: 'runs', shows: 'Flaky import' },
    { name: 'calendar', path: 'calendar', shows: 'Drag what is due' },
    { name: 'calendars', path: 'calendars', shows: 'There are no calendars' },
    { name: 'templates', path: 'templates', shows: 'There are no templates.' },
    { name: 'analytics', path: 'analytics', shows: 'Runs by day' },
    { name: 'new', path: 'new', shows: 'Name' },
    { name: 'operate', path: 'operate', shows: 'The service works.' },
    { name: 'dead-letters', path: 'dead-letters', shows: 'There are no dead letters' },
    { name: 'audit', path: 'audit', shows: 'The public key.' },
  ];
}
