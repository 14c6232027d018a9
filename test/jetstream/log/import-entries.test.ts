import { expect, test } from 'vitest';
import type { StoredEntry } from '../../../src/application/ports/log/audit.ts';
import { ImportedLog, ImportOvertaken } from '../../../src/jetstream/log/import-entries.ts';
import { JetStreamStoredLog } from '../../../src/jetstream/log/stored-log.ts';
import { logFixture } from '../../support/log/log-fixture.ts';
import { fillLog, storedLog } from '../../support/log/moved-log.ts';

async function entriesOf(log: JetStreamStoredLog): Promise<StoredEntry[]> {
  const everything = { userId: null, taskId: null };
  const entries: StoredEntry[] = [];
  for await (const page of log.pages(everything, 0 as never, await log.lastSequence())) entries.push(...page);
  return entries;
}

test('what is appended while a log is imported ends the import, and no batch of it is left in the wrong place', async () => {
  const origin = await logFixture();
  await fillLog(origin.nc, 3, 300);
  const entries = await entriesOf(new JetStreamStoredLog(origin.nc));
  const { nc } = await logFixture();
  const imported = new ImportedLog(nc, 0);
  for (const entry of entries.slice(0, 500)) await imported.add(entry);
  expect(imported.appended).toBe(500);
  await nc.request('tasklog.somebody.tsk_else', '{}', { timeout: 5_000 });
  const rest = async () => {
    for (const entry of entries.slice(500)) await imported.add(entry);
    await imported.finish();
  };
  await expect(rest()).rejects.toThrow(ImportOvertaken);
  const there = await storedLog(nc);
  expect(there.slice(0, 500)).toEqual((await storedLog(origin.nc)).slice(0, 500));
  expect(there).toHaveLength(501);
});
