import { PassThrough } from 'node:stream';
import ICAL from 'ical.js';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import { machineMs } from '../../support/clock.ts';
import { ALICE, BOB, type Called, type Stack, stack } from '../../support/parts/stack.ts';

const FEED = '/api/v1/calendar/feed';
const TASKS = '/api/v1/tasks';
const NOW = Math.floor(Date.now() / 1000) * 1000;

let nowMs = NOW;
const clock: Clock = { now: () => instantOf(nowMs), monotonicMs: machineMs };

async function issued(api: Stack, user = ALICE): Promise<string> {
  const { status, body, headers } = await api.call('POST', FEED, { user });
  expect(status).toBe(201);
  expect(headers.get('event-sequence')).toMatch(/^\d+$/);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(Object.keys(body)).toEqual(['url']);
  expect(body.url).toMatch(/^https:\/\/tasks\.example\/api\/v1\/calendar\.ics\?token=[\w.-]+$/);
  return body.url.slice('https://tasks.example'.length);
}

function read(api: Stack, path: string, headers: Record<string, string> = {}): Promise<Called> {
  return api.call('GET', path, { user: null, headers });
}

async function create(api: Stack, body: object): Promise<string> {
  const answer = await api.call('POST', TASKS, { body });
  expect([answer.status, answer.text]).toEqual([201, expect.anything()]);
  return answer.body.task_id;
}

function eventsIn(text: string): ICAL.Event[] {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
}

const dentist = {
  name: 'Dentist',
  task_type: 'calendar_event',
  config: {
    event_title: 'Dentist; bring card, ID',
    event_time: '2031-03-30T09:30:00+02:00',
    duration_minutes: 45,
    location: 'Marktgasse 1, Bern',
  },
  description: 'First floor\nring twice',
  remind_before: ['PT1H'],
};

describe('the calendar of a user', () => {
  let api: Stack;
  let url = '';

  it('is read by who has its URL, as RFC 5545', async () => {
    api = await stack({ clock });
    url = await issued(api);
    const taskId = await create(api, dentist);
    const todo = await create(api, { name: 'Pay rent', task_type: 'todo', due_date: '2031-01-01T12:00:00Z' });
    await create(api, { name: 'No date', task_type: 'todo' });
    await create(api, { name: 'Not shown', task_type: 'reminder', config: { reminder_message: 'x' } });
    for (const end of ['cancel', 'delete']) {
      const gone = await create(api, { ...dentist, name: end });
      const path = `${TASKS}/${gone}`;
      await (end === 'delete' ? api.call('DELETE', path) : api.call('POST', `${path}/cancel`));
    }
    const done = await create(api, { name: 'Paid', task_type: 'todo', due_date: '2031-01-01T12:00:00Z' });
    await api.call('PATCH', `${TASKS}/${done}`, { body: { status: 'completed' } });
    await api.call('POST', TASKS, { user: BOB, body: { ...dentist, name: 'Of Bob' } });

    const { status, headers, text } = await read(api, url);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(text.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n')).toBe(true);
    expect(text).toContain(`UID:${taskId}@task-service\r\n`);
    expect(text).toContain('DTSTART:20310330T073000Z\r\n');
    expect(text).toContain('DTEND:20310330T081500Z\r\n');
    const [rent, appointment, ...others] = eventsIn(text);
    expect(others).toEqual([]);
    expect(appointment).toMatchObject({
      uid: `${taskId}@task-service`,
      summary: 'Dentist; bring card, ID',
      location: 'Marktgasse 1, Bern',
      description: 'First floor\nring twice',
    });
    expect(rent).toMatchObject({ uid: `${todo}@task-service`, summary: 'Pay rent' });
    expect(rent?.component.getFirstPropertyValue('transp')).toBe('TRANSPARENT');
  });

  it('is not sent again while it stays as it is, by tag or by date', async () => {
    api = await stack({ clock });
    nowMs = NOW;
    url = await issued(api);
    const taskId = await create(api, dentist);
    const fresh = await read(api, url);
    expect(fresh.headers.get('last-modified')).toBeNull();
    nowMs += 60_000;
    const first = await read(api, url);
    const etag = first.headers.get('etag') ?? '';
    const date = first.headers.get('last-modified') ?? '';
    expect(new Date(date).getTime()).toBe(NOW);
    expect(first.text).toBe(fresh.text);
    const tagged = await read(api, url, { 'If-None-Match': `"x", W/${etag}` });
    expect([tagged.status, tagged.text, tagged.headers.get('etag')]).toEqual([304, '', etag]);
    expect((await read(api, url, { 'If-Modified-Since': date })).status).toBe(304);
    expect((await read(api, url, { 'If-Modified-Since': 'yesterday' })).status).toBe(200);
    expect((await read(api, url, { 'If-None-Match': '"x"', 'If-Modified-Since': date })).status).toBe(200);

    await api.call('DELETE', `${TASKS}/${taskId}`);
    nowMs += 60_000;
    const after = await read(api, url, { 'If-None-Match': etag, 'If-Modified-Since': date });
    expect([after.status, eventsIn(after.text)]).toEqual([200, []]);
    expect((await read(api, url, { 'If-Modified-Since': date })).status).toBe(200);
  });

  it('has one URL at a time, which is revoked for good', async () => {
    api = await stack();
    const first = await issued(api);
    const second = await issued(api);
    expect((await read(api, first)).status).toBe(404);
    expect((await read(api, second)).status).toBe(200);
    const bobs = await issued(api, BOB);
    const revoked = await api.call('DELETE', FEED);
    expect([revoked.status, revoked.text]).toEqual([204, '']);
    const again = await api.call('DELETE', FEED);
    expect([again.status, again.headers.get('event-sequence')]).toEqual([204, null]);
    expect((await read(api, second)).status).toBe(404);
    expect((await read(api, bobs)).status).toBe(200);
    // Another process has only the log.
    const other = await stack({ server: api.server });
    expect((await read(other, second)).status).toBe(404);
    expect((await read(other, bobs)).status).toBe(200);
  });

  it("is nobody else's: every wrong token answers the same 404, and no token stands in the log", async () => {
    const lines: string[] = [];
    const sink = new PassThrough();
    sink.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
    api = await stack({ logger: pino({ level: 'trace' }, sink) });
    url = await issued(api);
    const token = url.split('token=')[1] ?? '';
    const [user = '', secret = ''] = token.split('.');
    const bobs = (await issued(api, BOB)).split('token=')[1]?.split('.')[0];
    const answers = [];
    for (const wrong of [
      '/api/v1/calendar.ics',
      '/api/v1/calendar.ics?token=',
      `/api/v1/calendar.ics?token=${user}`,
      `/api/v1/calendar.ics?token=${user}.${secret.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
      `/api/v1/calendar.ics?token=${bobs}.${secret}`,
      `/api/v1/calendar.ics?token=${Buffer.from('nobody').toString('base64url')}.${secret}`,
      `/api/v1/calendar.ics?token=${Buffer.from('a\u0000b').toString('base64url')}.${secret}`,
      `/api/v1/calendar.ics?token=${'A'.repeat(10_000)}`,
    ]) {
      const { status, body } = await read(api, wrong);
      answers.push([status, body.error_code, body.instance]);
    }
    expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['[404,"NOT_FOUND","/api/v1/calendar.ics"]']),
    );
    expect((await read(api, url)).status).toBe(200);
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.join('')).not.toContain(secret);
    expect((await api.call('POST', FEED, { user: null })).status).toBe(401);
  });

  it('is issued once for one Idempotency-Key, with the same URL', async () => {
    api = await stack();
    const headers = { 'Idempotency-Key': 'feed-1' };
    const first = await api.call('POST', FEED, { headers });
    const again = await api.call('POST', FEED, { headers });
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      first.body,
      'true',
    ]);
    expect((await read(api, first.body.url.slice('https://tasks.example'.length))).status).toBe(200);
    expect((await api.call('POST', FEED, { body: { days: 3 } })).status).toBe(422);
  });
});
