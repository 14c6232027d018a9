import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ulid } from 'ulid';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/app/system-clock.ts';
import { type CalendarOwner, Calendars } from '../../src/application/commands/calendars.ts';
import { ownCalendar, SHARED_CALENDAR_LIMITS } from '../../src/domain/calendar/calendars.ts';
import type { CalendarDays, Schedule } from '../../src/domain/schedule/types.ts';
import type { CalendarId, EventId } from '../../src/domain/shared/ids.ts';
import { JetStreamCalendarLog } from '../../src/jetstream/log/calendars.ts';
import { GroupCommit } from '../../src/jetstream/log/commit/group-commit.ts';
import { onceIn } from '../support/histories/history.ts';
import { SECRETS, USER } from '../support/log/log-fixture.ts';
import { connected } from '../support/nats/nats-client.ts';
import { bundled } from '../support/processes/bundled.ts';
import { silent } from './fakes.ts';
import { schedulerOn } from './instance.ts';
import { LiveLog } from './live-log.ts';

const PROGRAM = await bundled(join(import.meta.dirname, 'scheduler-process.ts'));

const ID = 'cal_01J000000000000000000000A1' as CalendarId;
const context = { actor: 'test', correlation_id: 'test', causation_id: null, traceparent: null };

async function leading(live: LiveLog): Promise<void> {
  const nc = await connected(live.fixture.server, 'scheduler');
  const scheduler = schedulerOn({ nc, secretsKey: SECRETS, holder: 'in-process', logger: silent });
  onTestFinished(() => scheduler.stop());
  scheduler.start();
}

function calendarsOn({ fixture: { nc, keys } }: LiveLog) {
  const calendars = new Calendars(new JetStreamCalendarLog(nc, new GroupCommit(nc), keys), systemClock);
  const save = async (owner: CalendarOwner, type: 'create' | 'change', dates: readonly string[]) => {
    const request = { owner, now: systemClock.now(), newEventId: () => ulid() as EventId, context };
    const data = {
      calendar_id: ID,
      name: 'Holidays',
      dates,
      weekdays: [],
      if_match: null,
      limits: SHARED_CALENDAR_LIMITS,
    };
    const changed = await calendars.change(request, { type, data });
    if (changed.kind !== 'done') throw new Error(changed.kind);
    return (ownCalendar(changed.own, ID) as NonNullable<ReturnType<typeof ownCalendar>>).days;
  };
  return {
    create: (owner: CalendarOwner) => save(owner, 'create', []),
    change: (owner: CalendarOwner, ...dates: readonly string[]) => save(owner, 'change', dates),
  };
}

/** Its first slot is tomorrow. */
function following(calendar: CalendarDays): Schedule {
  const start_at = new Date(
    Math.ceil(Date.now() / 86_400_000) * 86_400_000,
  ).toISOString() as Schedule['start_at'];
  return { ...onceIn(0), type: 'daily', run_time: '12:00', start_at, exclude_calendars: [calendar] };
}

const tomorrow = () => new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000).toISOString().slice(0, 10);

const moves = (live: LiveLog) =>
  live.events.flatMap((event) =>
    event.type === 'task.rescheduled'
      ? [
          {
            task: event.meta.task_id,
            revision: event.data.calendars?.[0]?.revision,
            data: event.data,
          },
        ]
      : [],
  );

it('a change of a calendar moves the tasks that follow it, of its user or of all, and those set with older days', async () => {
  const live = await LiveLog.open();
  const calendars = calendarsOn(live);
  const first = await calendars.create(null);
  const mine = await live.create({ schedule: following(first) });
  const others = await live.create({ schedule: following(first), user: 'usr_other' });
  await live.create({ schedule: { ...following(first), exclude_calendars: [] } });
  await leading(live);
  const second = await calendars.change(null, tomorrow());
  await live.until(() => moves(live).length === 2);
  expect(new Set(moves(live).map(({ task }) => task))).toEqual(new Set([mine, others]));
  for (const { data } of moves(live)) {
    expect(data.previous?.slice(0, 10)).toBe(tomorrow());
    expect(Date.parse(data.next_run_time ?? '') - Date.parse(data.previous ?? '')).toBe(86_400_000);
    expect(data.calendars).toEqual([second]);
  }
  const late = await live.create({ schedule: following(first) });
  await live.until(() => moves(live).length === 3);
  expect(moves(live)[2]).toMatchObject({ task: late, revision: 2 });
});

it('moves every task once, though the leader is killed in the midst of it', async () => {
  const live = await LiveLog.open();
  const calendars = calendarsOn(live);
  const first = await calendars.create(USER);
  const tasks = await Promise.all(
    Array.from({ length: 400 }, () => live.create({ schedule: following(first) })),
  );
  const { server } = live.fixture;
  const child = spawn(
    process.execPath,
    [PROGRAM, server.servers, server.user, server.pass, SECRETS.toString('base64'), '1000'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout }))
    if (line.includes('scheduler leads')) break;
  await calendars.change(USER, tomorrow());
  await live.until(() => moves(live).length >= 50);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const before = moves(live).length;
  expect(before).toBeLessThan(400);
  await leading(live);
  await live.until(() => moves(live).length >= 400);
  expect(
    moves(live)
      .map(({ task }) => task)
      .sort(),
  ).toEqual([...tasks].sort());
  expect(new Set(moves(live).map(({ revision }) => revision))).toEqual(new Set([2]));
});
