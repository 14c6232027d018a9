/** A config that only somebody outside can judge is judged when the task is made or changed. */
import { expect, test } from 'vitest';
import type { OutsideChecks } from '../../../src/application/ports/task-types.ts';
import { says } from '../../../src/domain/shared/says.ts';
import { stack } from '../../support/parts/stack.ts';

const asked: unknown[] = [];
const NO_BERLIM: OutsideChecks = {
  async faultsOf(_type, { location }) {
    asked.push(location);
    if (location !== 'Berlim') return [];
    return [{ path: ['location'], type: 'not_found', ...says`is no place` }];
  },
};

const weather = (location: string) => ({
  name: 'Weather',
  task_type: 'daily_weather',
  config: { location },
});
const REFUSED = {
  status: 422,
  body: { errors: [{ loc: ['body', 'config', 'location'], type: 'not_found' }] },
};

test('a place that there is not is refused on creating, in a dry run and on changing it', async () => {
  const api = await stack({ outsideChecks: NO_BERLIM });
  expect(await api.call('POST', '/api/v1/tasks', { body: weather('Berlim') })).toMatchObject(REFUSED);
  expect(await api.call('POST', '/api/v1/tasks?dry_run=true', { body: weather('Berlim') })).toMatchObject(
    REFUSED,
  );
  const made = await api.call('POST', '/api/v1/tasks', { body: weather('Berlin') });
  expect(made.status).toBe(201);
  const path = `/api/v1/tasks/${made.body.task_id}`;
  const moved = { config: { location: 'Berlim' } };
  expect(await api.call('PATCH', path, { body: moved })).toMatchObject(REFUSED);
  const { events } = (await api.call('GET', `${path}/events`)).body;
  expect(events).toHaveLength(1);
});

test('nobody is asked about a config that is wrong anyway, or is not changed', async () => {
  const api = await stack({ outsideChecks: NO_BERLIM });
  const made = await api.call('POST', '/api/v1/tasks', { body: weather('Berlin') });
  asked.length = 0;
  const path = `/api/v1/tasks/${made.body.task_id}`;
  expect(
    (await api.call('PATCH', path, { body: { name: 'Other', config: { location: 'Berlin' } } })).status,
  ).toBe(200);
  expect((await api.call('PATCH', path, { body: { name: 'Another' } })).status).toBe(200);
  const faulty = { ...weather('Berlim'), config: { location: 'Berlim', units: 'kelvin' } };
  expect((await api.call('POST', '/api/v1/tasks', { body: faulty })).status).toBe(422);
  expect(asked).toEqual([]);
});
