import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bundled } from '../../support/processes/bundled.ts';
import { whatTheyAre } from './given.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'parsing-process.ts'));

it('a normalised schedule has the same slots whatever the time zone of the machine', async () => {
  const documents = [
    { type: 'daily', run_time: '02:30', timezone: 'Europe/Berlin' },
    { type: 'cron', expression: '30 2 * * 0', timezone: 'Australia/Lord_Howe' },
    { type: 'monthly', day: 'last' },
    { type: 'rrule', rrule: 'FREQ=DAILY;INTERVAL=2' },
  ];
  const givenIn = async (zone: string) => {
    const args = [PROGRAM, JSON.stringify(documents)];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, TZ: zone },
    });
    return JSON.parse(stdout) as { offset: number; given: unknown };
  };
  const [newYork, apia] = await Promise.all(['America/New_York', 'Pacific/Apia'].map(givenIn));
  expect([newYork?.offset, apia?.offset]).toEqual([300, 660]);
  const here = whatTheyAre(documents);
  expect(newYork?.given).toEqual(here);
  expect(apia?.given).toEqual(here);
});
