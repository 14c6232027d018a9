/** The screens by their paths, and which of them the navigation shows. Each is loaded when it is first gone to. */
import lazy from 'preact-iso/lazy';

export interface ScreenEntry {
  /** Under the base; `:name` is a parameter of the screen. */
  readonly path: string;
  /** As the navigation calls it; null: it is reached from others. */
  readonly label: string | null;
  /** Shown in the navigation to those alone who have it. */
  readonly role?: 'admin' | 'auditor';
  // biome-ignore lint/suspicious/noExplicitAny: each screen takes the parameters of its own path
  readonly screen: any;
}

export const SCREENS: readonly ScreenEntry[] = [
  { path: 'today', label: 'Today', screen: lazy(() => import('./screens/today/today.tsx')) },
  { path: 'tasks', label: 'Tasks', screen: lazy(() => import('./screens/tasks/tasks.tsx')) },
  { path: 'tasks/:taskId', label: null, screen: lazy(() => import('./screens/task/task.tsx')) },
  { path: 'tasks/:id/edit', label: null, screen: lazy(() => import('./screens/edit-task/edit-task.tsx')) },
  { path: 'tasks/:taskId/runs/:runId', label: null, screen: lazy(() => import('./screens/run/run.tsx')) },
  { path: 'tasks/:taskId/history', label: null, screen: lazy(() => import('./screens/history/history.tsx')) },
  { path: 'runs', label: 'Runs', screen: lazy(() => import('./screens/runs/runs.tsx')) },
  { path: 'calendar', label: 'Calendar', screen: lazy(() => import('./screens/calendar/calendar.tsx')) },
  { path: 'calendars', label: null, screen: lazy(() => import('./screens/calendars/calendars.tsx')) },
  { path: 'templates', label: 'Templates', screen: lazy(() => import('./screens/templates/templates.tsx')) },
  { path: 'analytics', label: 'Analytics', screen: lazy(() => import('./screens/analytics/analytics.tsx')) },
  { path: 'new', label: null, screen: lazy(() => import('./screens/new-task/new-task.tsx')) },
  {
    path: 'operate',
    label: 'Operate',
    role: 'admin',
    screen: lazy(() => import('./screens/operate/operate.tsx')),
  },
  {
    path: 'dead-letters',
    label: 'Dead letters',
    role: 'admin',
    screen: lazy(() => import('./screens/dead-letters/dead-letters.tsx')),
  },
  {
    path: 'audit',
    label: 'Audit',
    role: 'auditor',
    screen: lazy(() => import('./screens/audit/audit.tsx')),
  },
];

/** What one comes to who asks for no screen. */
export const FIRST_SCREEN = 'tasks';
