import { expect, test } from 'vitest';
import type { LogFault } from '../../../src/application/ports/log/audit.ts';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { type LeaderMessage, readAt } from '../../../src/jetstream/connection/leader-read.ts';
import { findFaults, LogCheck } from '../../../src/jetstream/log-guard/log-faults.ts';
import { appendOf, landed, logFixture, updateAfter } from '../../support/log/log-fixture.ts';

/** Two tasks of two users with four events each, one after another by turns, as they are stored. */
async function storedLog() {
  const fixture = await logFixture();
  const { nc, log } = fixture;
  let ann = landed(await log.append(appendOf({ userId: 'ann' as UserId })));
  let bob = landed(await log.append(appendOf({ userId: 'bob' as UserId })));
  for (const name of ['one', 'two', 'three']) {
    ann = landed(await log.append(updateAfter(ann, name)));
    bob = landed(await log.append(updateAfter(bob, name)));
  }
  const messages: LeaderMessage[] = [];
  for (let sequence = 1; sequence <= 8; sequence++) {
    const message = await readAt(nc, 'TASK_LOG', sequence);
    if (message !== null) messages.push(message);
  }
  return { ...fixture, messages };
}

function faultsOf(messages: readonly LeaderMessage[]): string[] {
  const faults: LogFault[] = [];
  const check = new LogCheck((fault) => faults.push(fault));
  for (const [index, message] of messages.entries())
    check.add({ ...message, sequence: (index + 1) as never });
  check.end();
  return faults.map(({ kind, sequence, subject }) => `${kind} ${sequence} ${subject.split('.')[1]}`);
}

const edited = (message: LeaderMessage | undefined, change: (text: string) => string) =>
  ({ ...message, body: Buffer.from(change(String(Buffer.from(message?.body ?? [])))) }) as LeaderMessage;

test('each way to change a stored log that it can tell of itself is found and named', async () => {
  const { nc, messages } = await storedLog();
  const [a1, b1, a2, b2, a3, b3, a4, b4] = messages as [LeaderMessage, ...LeaderMessage[]] as LeaderMessage[];
  const all = [a1, b1, a2, b2, a3, b3, a4, b4] as LeaderMessage[];
  expect(faultsOf(all)).toEqual([]);
  const found: LogFault[] = [];
  expect(await findFaults(nc, (fault) => found.push(fault))).toBe(8);
  expect(found).toEqual([]);

  const changed = edited(a2, (text) => text.replace('"actor":"user:', '"actor":"nobody:'));
  expect(faultsOf(all.map((each) => (each === a2 ? changed : each)))).toEqual(['changed 3 ann']);
  expect(faultsOf(all.map((each) => (each === b2 ? edited(b2, () => 'no document') : each)))[0]).toBe(
    'changed 4 bob',
  );
  // Behind what is missing the locks that the headers tell of are other sequences.
  const chainOnly = (messages: readonly LeaderMessage[]) =>
    faultsOf(messages).filter((fault) => !fault.startsWith('header'));
  expect(chainOnly(all.filter((each) => each !== a2))).toEqual(['missing 4 ann']);
  expect(chainOnly([a1, b1, a3, b2, a2, b3, a4, b4] as LeaderMessage[])).toEqual(['moved 5 ann']);
  const header = (name: string, value: string) =>
    ({ ...b3, header: (asked) => (asked === name ? value : b3?.header(asked)) }) as LeaderMessage;
  for (const [name, value] of [
    ['Nats-Msg-Id', 'another'],
    ['Event-Type', 'task.deleted'],
    ['Nats-Expected-Last-Subject-Sequence', '2'],
  ] as const) {
    expect(faultsOf(all.map((each) => (each === b3 ? header(name, value) : each)))).toEqual(['header 6 bob']);
  }
  const foreign = { ...a2, subject: b2?.subject } as LeaderMessage;
  expect(faultsOf(all.map((each) => (each === a2 ? foreign : each)))).toContain('foreign-subject 3 bob');
});
