import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { UserId } from '../../../src/domain/shared/ids.ts';
import { parseEntryLine } from '../../../src/history/audit/lines.ts';
import { ALICE, BOB, sharedStack, signed } from '../../support/parts/stack.ts';

const api = sharedStack();
const EVENTS = '/api/v1/audit/events';

async function audited(query = '') {
  const token = await signed({ sub: 'usr_auditor', roles: ['auditor'] });
  const answer = await api().call('GET', `${EVENTS}${query}`, {
    user: null,
    headers: { authorization: `Bearer ${token}` },
  });
  const lines = answer.text.split('\n').slice(0, -1);
  return { ...answer, lines, last: JSON.parse(lines.at(-1) ?? 'null') };
}

async function task(user: UserId, name: string): Promise<string> {
  return (await api().call('POST', '/api/v1/tasks', { user, body: { name, task_type: 'todo' } })).body
    .task_id;
}

describe('the log for auditors', () => {
  it('is everything as it is stored, a line an event, and says where it ends', async () => {
    const milk = await task(ALICE, 'Buy milk');
    const bread = await task(BOB, 'Buy bread');
    const { status, headers, lines, last, text } = await audited();
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    expect(text).not.toMatch(/Buy (milk|bread)/);
    const entries = lines.slice(0, -1).map((line) => parseEntryLine(Buffer.from(line)));
    expect(entries.map((entry) => entry.kind === 'entry' && entry.sequence)).toEqual(
      Array.from({ length: entries.length }, (_, index) => index + 1),
    );
    expect(last).toEqual({ end: { through: entries.length, count: entries.length } });

    const subjects = async (query: string) =>
      (await audited(query)).lines.slice(0, -1).map((line) => JSON.parse(line).subject);
    expect(await subjects(`?user_id=${BOB}`)).toEqual([`tasklog.${BOB}.${bread}`]);
    expect(await subjects(`?task_id=${milk}`)).toEqual([`tasklog.${ALICE}.${milk}`]);
    expect(await subjects(`?task_id=${milk}&user_id=${BOB}`)).toEqual([]);
    const types = (await audited('?types=task.created,user.deleted')).lines.slice(0, -1);
    expect(types.map((line) => JSON.parse(line).event.type)).toEqual(['task.created', 'task.created']);
    const [{ event, sequence }] = types.map((line) => JSON.parse(line));
    expect((await subjects(`?to=${event.time}`)).includes(`tasklog.${ALICE}.${milk}`)).toBe(false);
    expect((await subjects(`?from=${event.time}&until=${sequence}`)).at(-1)).toBe(`tasklog.${ALICE}.${milk}`);
    const rest = await audited(`?after=${sequence}`);
    expect(rest.lines).toEqual([...lines.slice(sequence, -1), rest.lines.at(-1)]);
  });

  it('holds bytes that are no JSON as they are', async () => {
    const body = randomBytes(64);
    const { seq } = (await api().nc.request('tasklog._audit.test', body)).json<{ seq: number }>();
    const { lines } = await audited(`?after=${seq - 1}`);
    expect(parseEntryLine(Buffer.from(lines[0] ?? ''))).toMatchObject({ kind: 'entry', body });
  });

  it('is for auditors alone, and refuses what cannot be meant', async () => {
    expect((await api().call('GET', EVENTS)).status).toBe(403);
    expect((await api().call('GET', EVENTS, { user: null })).status).toBe(401);
    const refused = async (query: string) => {
      const { status, body } = await audited(query).catch(() => ({ status: 0, body: null }));
      return [status, body?.error_code];
    };
    for (const query of ['?after=-1', '?after=1e3', '?after=9007199254740992', '?after=1&after=2']) {
      expect([query, ...(await refused(query))]).toEqual([query, 422, 'VALIDATION_ERROR']);
    }
    expect(await refused('?after=5&until=4')).toEqual([422, 'VALIDATION_ERROR']);
    expect(await refused('?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z')).toEqual([
      422,
      'VALIDATION_ERROR',
    ]);
    expect(await refused('?user_id=%00&task_id=x')).toEqual([422, 'VALIDATION_ERROR']);
    expect(await refused('?after=9007199254740991')).toEqual([409, 'CURSOR_AHEAD']);
  });
});
