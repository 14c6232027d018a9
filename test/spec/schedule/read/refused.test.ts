import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/domain/shared/json.ts';
import { faultsOf } from '../../../domain/schedule/given.ts';

test.each<[string, JsonObject, string]>([
  ['whose zone does not exist', { type: 'daily', run_time: '09:00', timezone: 'Mars/Olympus' }, 'timezone'],
  ['whose cron expression has four fields', { type: 'cron', expression: '* * * *' }, 'expression'],
  ['whose time has passed', { type: 'once', run_time: '2020-01-01T00:00:00Z' }, 'run_time'],
])('A schedule %s is refused by the name of that member (BR-TSK-008)', (_, document, member) => {
  expect(faultsOf(document).map(({ path }) => path[0])).toContain(member);
});
