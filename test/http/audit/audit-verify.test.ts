import { headers as natsHeaders } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../src/domain/shared/ids.ts';
import { valueKey } from '../../../src/jetstream/views/view-keys.ts';
import { SCHEDULE } from '../../../src/projections/schedule.ts';
import { signCheckpoint } from '../../support/audit-signer.ts';
import { viewBucket } from '../../support/nats/view-bucket.ts';
import { ALICE, BOB, type Stack, signed, stack } from '../../support/parts/stack.ts';

const secretsKey = Buffer.alloc(32, 4);
const VERIFY = '/api/v1/audit/verify';

async function auditor() {
  const token = await signed({ sub: 'usr_auditor', roles: ['auditor'] });
  return { user: null, headers: { authorization: `Bearer ${token}` } };
}

async function verified(api: Stack, query = '') {
  const answer = await api.call('GET', `${VERIFY}${query}`, await auditor());
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  const lines = answer.text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
  return {
    faults: lines.flatMap(({ fault }) => fault ?? []),
    progress: lines.flatMap(({ progress }) => progress ?? []),
    end: lines.at(-1).end,
  };
}

async function written(): Promise<Stack & { readonly ids: readonly string[] }> {
  const api = await stack({ secretsKey });
  const ids: string[] = [];
  for (const [index, user] of [ALICE, BOB, ALICE, BOB].entries()) {
    const { body } = await api.call('POST', '/api/v1/tasks', {
      user,
      body: { name: `Secret ${index}`, task_type: 'todo', schedule: { type: 'daily', run_time: '07:00' } },
    });
    ids.push(body.task_id);
    await api.call('PATCH', `/api/v1/tasks/${body.task_id}`, { user, body: { name: `Renamed ${index}` } });
  }
  await api.projector.runOnce();
  return { ...api, ids };
}

describe('the store for auditors', () => {
  it('is found to be what was appended and signed, also in parts, and of a user or task alone', async () => {
    const api = await written();
    await signCheckpoint(api);
    await api.projector.runOnce();
    const { faults, end, progress } = await verified(api);
    expect(faults).toEqual([]);
    expect(end).toMatchObject({ events: 9, checkpoint: 9, signed_through: 8, faults: 0 });
    expect(progress.length).toBeGreaterThan(0);
    expect(end.values).toBeGreaterThan(8);
    expect((await verified(api, `?user_id=${BOB}`)).end).toMatchObject({ events: 4, faults: 0 });
    const { end: one } = await verified(api, `?task_id=${api.ids[0]}`);
    expect(one).toMatchObject({ events: 2, signed_through: null, faults: 0 });
    expect(one.values).toBeGreaterThanOrEqual(2);
    const inParts = await stack({ server: api.server, secretsKey, verifiedAtOnce: 2 });
    expect((await verified(inParts)).end).toEqual(end);
  });

  it('has each fault named: of a value of the views, of a header, of what is no event', async () => {
    const api = await written();
    const bucket = await viewBucket(api.nc);
    const key = valueKey(SCHEDULE, BOB, api.ids[1] as TaskId);
    const text = Buffer.from((await bucket.get(key)) ?? []).toString();
    await api.nc.request(
      bucket.subject(key),
      text.replace(/"next_run_time":"\d{4}/, '"next_run_time":"2999'),
    );
    const { faults, end } = await verified(api);
    expect(faults).toEqual([
      {
        kind: 'view',
        sequence: null,
        subject: `SCHEDULE ${BOB} ${api.ids[1]}`,
        what: expect.stringContaining('next_run_time is not what the log says'),
      },
    ]);
    expect(end).toMatchObject({ faults: 1 });
    expect((await verified(api, `?task_id=${api.ids[1]}`)).faults).toEqual(faults);
    expect((await verified(api, `?user_id=${ALICE}`)).faults).toEqual([]);

    const headers = natsHeaders();
    headers.set('Nats-Msg-Id', 'another');
    await api.nc.request(`tasklog.${BOB}.${api.ids[1]}`, 'no event', { headers, timeout: 2_000 });
    const broken = await verified(api);
    expect(broken.faults).toMatchObject([
      { kind: 'changed', subject: `tasklog.${BOB}.${api.ids[1]}`, sequence: await api.lastSequence() },
    ]);
    expect(broken.end).toMatchObject({ values: null, checkpoint: null, faults: 1 });
  });

  it('is checked for auditors alone, for one at a time, and refused for what there is not', async () => {
    const api = await stack({
      replace: () => ({
        storeVerification: {
          isKnown: async () => true,
          verify: (_filter, _tell, signal) =>
            new Promise((_, reject) =>
              signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
            ),
        },
      }),
    });
    const { headers } = await auditor();
    const first = await api.app.request(VERIFY, { headers });
    const second = await api.call('GET', VERIFY, await auditor());
    expect([second.status, second.body.error_code, second.headers.get('retry-after')]).toEqual([
      503,
      'VERIFYING_ALREADY',
      '30',
    ]);
    await first.body?.cancel();
    const third = await api.app.request(VERIFY, { headers });
    expect(third.status).toBe(200);
    await third.body?.cancel();
    expect((await api.call('GET', VERIFY)).status).toBe(403);
    expect((await api.call('GET', `${VERIFY}?task_id=nonsense`, await auditor())).status).toBe(422);
    const real = await stack({ server: api.server });
    const nobody = `${VERIFY}?task_id=tsk_01ARZ3NDEKTSV4RRFFQ69G5FAV`;
    expect((await real.call('GET', nobody, await auditor())).body.error_code).toBe('TASK_NOT_FOUND');
  });
});
