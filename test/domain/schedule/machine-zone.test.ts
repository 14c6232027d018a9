import { expect, it, onTestFinished, vi } from 'vitest';
import { NOW } from './given.ts';

it('a normalised schedule has the same slots whatever the time zone of the machine', async () => {
  const given = [
    { type: 'daily', run_time: '02:30', timezone: 'Europe/Berlin' },
    { type: 'cron', expression: '30 2 * * 0', timezone: 'Australia/Lord_Howe' },
    { type: 'monthly', day: 'last' },
  ];
  const own = process.env.TZ;
  onTestFinished(() => {
    if (own === undefined) delete process.env.TZ;
    else process.env.TZ = own;
  });
  const results: unknown[] = [];
  for (const zone of ['UTC', 'America/New_York', 'Pacific/Apia']) {
    process.env.TZ = zone;
    expect(new Date(0).getTimezoneOffset() === 0).toBe(zone === 'UTC');
    // Afresh, so that no answer comes from what was kept under another zone.
    vi.resetModules();
    const { parseSchedule: parse } = await import('../../../src/domain/schedule/parse.ts');
    results.push(given.map((document) => parse(document, NOW)));
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});
