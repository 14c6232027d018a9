import { jetstreamManager } from '@nats-io/jetstream';
import { describe, expect, it } from 'vitest';
import { DeadLetterListSchema } from '../../../src/http/dead-letters/routes.ts';
import { JetStreamDeadLetters, REPLAY_STREAM } from '../../../src/jetstream/queues/dead-letters.ts';
import { sharedStack, signed } from '../../support/parts/stack.ts';

const PATH = '/api/v1/dead-letters';
const shared = sharedStack();

async function as(roles: readonly string[]) {
  const token = await signed({ sub: 'usr_op', roles });
  return { user: null, headers: { Authorization: `Bearer ${token}` } };
}

async function buried(count: number, body = Buffer.from('{"a":1}')): Promise<void> {
  const letters = new JetStreamDeadLetters(shared().nc);
  for (let n = 1; n <= count; n++) {
    await letters.bury({
      place: { stream: 'INBOX', consumer: n % 2 === 0 ? 'wallet' : 'inbox', sequence: n },
      subject: 'user.deleted',
      messageId: `m${n}`,
      body,
      deliveries: 5,
      reason: 'it answered 500',
    });
  }
}

describe('dead letters over REST', () => {
  it('are listed in pages, read with their body, and sent back; nothing goes before it is sent', async () => {
    await buried(5);
    const admin = await as(['admin']);
    const page = await shared().call('GET', `${PATH}?limit=2`, admin);
    expect(page.status).toBe(200);
    expect(DeadLetterListSchema.parse(page.body)).toEqual(page.body);
    expect(page.body).toMatchObject({ count: 2, next_after: 2 });
    expect(page.body.dead_letters[0]).toMatchObject({
      number: 1,
      stream: 'INBOX',
      consumer: 'inbox',
      sequence: 1,
      subject: 'user.deleted',
      message_id: 'm1',
      deliveries: 5,
      reason: 'it answered 500',
      bytes: 7,
    });
    const rest = await shared().call('GET', `${PATH}?after=2`, admin);
    expect(rest.body.dead_letters.map(({ number }: { number: number }) => number)).toEqual([3, 4, 5]);
    expect(rest.body.next_after).toBeNull();
    const ofOne = await shared().call('GET', `${PATH}?consumer=wallet`, admin);
    expect(ofOne.body.dead_letters.map(({ number }: { number: number }) => number)).toEqual([2, 4]);
    const { body: letter } = await shared().call('GET', `${PATH}/3`, admin);
    expect(letter).toMatchObject({ number: 3, body: '{"a":1}', encoding: 'utf8' });

    const some = await shared().call('POST', `${PATH}/replay`, { ...admin, body: { numbers: [2, 3, 99] } });
    expect(some.body).toEqual({
      replayed: 2,
      results: [
        { number: 2, outcome: 'replayed' },
        { number: 3, outcome: 'replayed' },
        { number: 99, outcome: 'not_found' },
      ],
      more: false,
    });
    expect((await shared().call('GET', `${PATH}/3`, admin)).body.error_code).toBe('DEAD_LETTER_NOT_FOUND');
    const all = await shared().call('POST', `${PATH}/replay`, admin);
    expect(all.body).toMatchObject({ replayed: 3, more: false });
    expect((await shared().call('GET', PATH, admin)).body.dead_letters).toEqual([]);
    const jsm = await jetstreamManager(shared().nc);
    expect((await jsm.streams.info(REPLAY_STREAM)).state.last_seq).toBe(5);
  });

  it('are for administrators only', async () => {
    for (const [method, path] of [
      ['GET', PATH],
      ['GET', `${PATH}/1`],
      ['POST', `${PATH}/replay`],
    ] as const) {
      const answer = await shared().call(method, path, await as(['auditor']));
      expect([path, answer.status]).toEqual([path, 403]);
    }
    const none = await shared().call('GET', `${PATH}/0x1`, await as(['admin']));
    expect([none.status, none.body.error_code]).toEqual([404, 'DEAD_LETTER_NOT_FOUND']);
  });
});
