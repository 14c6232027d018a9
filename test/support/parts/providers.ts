import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type { UserBackups } from '../../../src/application/ports/user-backups.ts';
import type { TaskWorkers } from '../../../src/application/ports/work/task-workers.ts';
import type { Providers } from '../../../src/task-types/all.ts';

/** No worker of that name is there, whatever the name. */
const nobody: TaskWorkers = { ask: async () => ({ kind: 'nobody' }) };

const noBackups: UserBackups = { make: () => Promise.reject(new LogUnavailable('no store')) };

/** Providers that are not there, save those given. */
export function providers(given: Partial<Providers> = {}): Providers {
  return {
    forecastUrl: 'http://weather.invalid',
    geocodingUrl: 'http://geo.invalid',
    newsFeeds: [{ name: 'the-paper', url: 'http://news.invalid/feed', categories: [] }],
    taskWorkers: nobody,
    backups: noBackups,
    ...given,
  };
}
