import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../../src/app/system-clock.ts';
import type { TaskId, Term, UserId } from '../../../src/domain/shared/ids.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { factsSubject } from '../../../src/jetstream/connection/subjects.ts';
import { JetStreamRelayStateStore } from '../../../src/jetstream/views/relay-state-store.ts';
import { Deletions } from '../../../src/relay/inbox/deletions.ts';
import { eventually } from '../../support/eventually.ts';
import { everyHour } from '../../support/histories/history.ts';
import { SECRETS } from '../../support/log/log-fixture.ts';
import { leaderOf } from '../../support/nats/leader-of.ts';
import { platformParts } from '../../support/parts/platform-parts.ts';
import { silent } from '../../support/parts/run.ts';
import { bundled } from '../../support/processes/bundled.ts';

const USER = 'usr gone' as UserId;
const OTHER = 'usr_stays' as UserId;
const PROGRAM = await bundled(join(import.meta.dirname, 'platform-process.ts'));
const DELETED = 'account_service.user.deleted';
const CHANGED = 'subscription_service.subscription.changed';

async function scene() {
  const parts = await platformParts();
  const { nc, queries, server } = parts;
  const tell = (subject: string, data: object) => nc.request(subject, JSON.stringify(data));
  const statuses = async (userId: UserId) => {
    const count: Record<string, number> = {};
    for (const { state } of await queries.tasksOf(userId)) {
      count[state.resting_status] = (count[state.resting_status] ?? 0) + 1;
    }
    return count;
  };
  const process_ = (...last: readonly string[]) => {
    const args = [server.servers, server.user, server.pass, SECRETS.toString('base64'), ...last];
    const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const facts = async (userId: UserId) => {
    const last = await readLast(nc, 'TASK_LOG', factsSubject(userId));
    return last === null ? null : JSON.parse(Buffer.from(last.body).toString());
  };
  return { ...parts, tell, statuses, process: process_, facts };
}

it('a deleted user with 300 tasks keeps none, although it is killed in mid-sweep and tasks are made meanwhile', async () => {
  const { nc, person, tell, statuses, process, queries, facts } = await scene();
  const first = process('100');
  const killed = once(first, 'exit');
  const second = eventually(async () => (await leaderOf(nc, 'deletions')) === `${first.pid}`).then(() =>
    process(),
  );
  const tasks = await Promise.all(
    Array.from({ length: 300 }, (_, n) => person.create(USER, n % 2 === 0 ? { schedule: everyHour } : {})),
  );
  await second;
  const [paused, running] = tasks as [TaskId, TaskId];
  const edit = { now: systemClock.now(), if_match: null, reason: null };
  await person.ask(USER, paused, { type: 'pause', data: edit });
  const execution = await person.request(USER, running);
  await person.start(USER, running, execution);
  await person.create(OTHER, { schedule: everyHour });

  await tell(DELETED, { user_id: USER, timestamp: '2026-11-23T12:00:00Z', reason: 'asked for it' });
  await tell(DELETED, { user_id: USER, timestamp: '2026-11-23T12:00:00Z', reason: 'asked for it' });
  expect(await killed).toEqual([null, 'SIGKILL']);
  const late = await person.create(USER, { schedule: everyHour });
  const later = await person.create(USER);
  await eventually(async () => (await statuses(USER)).cancelled === 301);
  expect((await queries.task(USER, running))?.state.execution?.state).toBe('running');
  await person.finish(USER, running, execution);
  await eventually(async () => {
    const { cancelled = 0, completed = 0 } = await statuses(USER);
    return cancelled + completed === 302;
  });
  for (const taskId of [late, later, paused]) {
    expect((await queries.task(USER, taskId))?.state.resting_status).toBe('cancelled');
  }
  const { success_count } = (await queries.task(USER, running))?.state ?? {};
  expect(success_count).toBe(1);
  expect(await statuses(OTHER)).toEqual({ scheduled: 1 });
  expect(await facts(USER)).toMatchObject({
    type: 'user.deleted',
    revision: 1,
    data: { requested_at: '2026-11-23T12:00:00.000Z' },
  });
});

it('nothing of a deleted user is begun: no task, no run, no tier, and it is known at once', async () => {
  const { tell, admissions, users, role, facts, nc } = await scene();
  role().start();
  await tell(CHANGED, { user_id: USER, old_tier: 'free', new_tier: 'basic' });
  await eventually(async () => (await facts(USER))?.data.tier === 'basic');
  await tell(DELETED, { user_id: USER });
  await eventually(async () => users.isDeleted(USER));
  expect(await users.readIsDeleted(USER)).toBe(true);
  expect(admissions.mayAppendUnadmitted(USER, null, true)).toBe(false);
  await eventually(async () => (await facts(USER))?.type === 'user.deleted');
  await tell(CHANGED, { user_id: USER, old_tier: 'basic', new_tier: 'pro' });
  await eventually(async () => {
    const info = await jetstreamApi<{ num_ack_pending: number; ack_floor: { stream_seq: number } }>(
      nc,
      'CONSUMER.INFO.PLATFORM_EVENTS.inbox',
    );
    return info.ack_floor.stream_seq === 3;
  });
  expect(await facts(USER)).toMatchObject({ type: 'user.deleted', revision: 2 });
});

it('an instance that cannot learn who is deleted leaves the sweeping to another', async () => {
  const { users, follower, queries, commands, nc } = await scene();
  const records = new JetStreamRelayStateStore(nc);
  const lease = { holder: () => ({ holder: '', term: 0 as Term }), run: vi.fn(async () => {}) };
  let learn = () => {};
  const known = new Promise<void>((resolve) => {
    learn = resolve;
  });
  const ignorant = { isDeleted: () => false, whenDeleted: () => () => {}, allKnown: () => known };
  const deps = { follower, queries, commands, records, lease, clock: systemClock, logger: silent };
  const deletions = new Deletions({ ...deps, users: ignorant });
  deletions.start();
  await users.allKnown(new AbortController().signal);
  expect(lease.run).not.toHaveBeenCalled();
  learn();
  await eventually(async () => lease.run.mock.calls.length === 1);
  await deletions.stop();
});

it('a task that somebody else has cancelled or completed is left as it is', async () => {
  const { person, tell, statuses, role, queries } = await scene();
  const done = await person.create(USER);
  await person.run(USER, done);
  const cancelled = await person.create(USER);
  const edit = { now: systemClock.now(), if_match: null, reason: 'mine' };
  await person.ask(USER, cancelled, { type: 'cancel', data: edit });
  await person.create(USER);
  role().start();
  await tell(DELETED, { user_id: USER });
  await eventually(async () => (await statuses(USER)).cancelled === 2);
  expect((await queries.task(USER, cancelled))?.revision).toBe(2);
  expect(await statuses(USER)).toEqual({ cancelled: 2, completed: 1 });
});
