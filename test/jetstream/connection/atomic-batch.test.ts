import { JetStreamApiError } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { describe, expect, test } from 'vitest';
import {
  type BatchMessage,
  headersFrom,
  MAX_BATCH_MESSAGES,
  PublishCode,
  publishBatch,
} from '../../../src/jetstream/connection/atomic-batch.ts';
import { lastSequence, readLast } from '../../../src/jetstream/connection/leader-read.ts';
import { LOG_STREAM } from '../../../src/jetstream/connection/subjects.ts';
import { logFixture } from '../../support/log/log-fixture.ts';

function message(subject: string, expected: number | null, id?: string): BatchMessage {
  return {
    subject: `tasklog.u.${subject}`,
    payload: Buffer.from(subject),
    headers: {
      ...(expected === null ? {} : { 'Nats-Expected-Last-Subject-Sequence': `${expected}` }),
      ...(id === undefined ? {} : { 'Nats-Msg-Id': id }),
    },
  };
}

async function refusal(batch: Promise<unknown>): Promise<number> {
  const error = await batch.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(error instanceof JetStreamApiError)) throw new Error(`no refusal: ${error}`);
  return error.code;
}

function stored(nc: NatsConnection): Promise<number> {
  return lastSequence(nc, LOG_STREAM);
}

describe('an atomic batch', () => {
  test('is stored whole, in order, under consecutive sequences, each message with its own headers', async () => {
    const { nc } = await logFixture();
    await publishBatch(nc, [message('first', 0)], 2_000);
    const answer = await publishBatch(
      nc,
      [message('a', 0, 'ida'), message('b', 0, 'idb'), message('c', 0, 'idc')],
      2_000,
    );
    expect(answer).toEqual({ sequence: 4, count: 3 });
    for (const [index, subject] of ['a', 'b', 'c'].entries()) {
      const last = await readLast(nc, LOG_STREAM, `tasklog.u.${subject}`);
      expect(last?.sequence).toBe(index + 2);
      expect(last?.header('Nats-Msg-Id')).toBe(`id${subject}`);
      expect(last?.header('Nats-Expected-Last-Subject-Sequence')).toBe('0');
    }
  });

  test('with one lost lock in any place stores nothing', async () => {
    const { nc } = await logFixture();
    await publishBatch(nc, [message('b', 0)], 2_000);
    for (const place of [0, 1, 2]) {
      const batch = ['x', 'y'].map((subject) => message(subject, 0));
      batch.splice(place, 0, message('b', 0));
      expect(await refusal(publishBatch(nc, batch, 2_000))).toBe(PublishCode.lockLost);
    }
    expect(await stored(nc)).toBe(1);
  });

  test('checks locks against the log before it: a second lock on a subject of the batch is refused', async () => {
    const { nc } = await logFixture();
    const batch = publishBatch(nc, [message('a', 0), message('a', 1)], 2_000);
    expect(await refusal(batch)).toBe(PublishCode.lockBusy);
    expect(await stored(nc)).toBe(0);
  });

  test('with an id that is stored already, or twice in it, is refused', async () => {
    const { nc } = await logFixture();
    await publishBatch(nc, [message('a', 0, 'id')], 2_000);
    const repeated = publishBatch(nc, [message('b', 0), message('a', 0, 'id')], 2_000);
    expect(await refusal(repeated)).toBe(PublishCode.duplicateInBatch);
    const twice = publishBatch(nc, [message('c', 0, 'new'), message('d', 0, 'new')], 2_000);
    expect(await refusal(twice)).toBe(PublishCode.duplicateInBatch);
    expect(await stored(nc)).toBe(1);
  });

  test('may hold 1,000 messages and no more', async () => {
    const { nc } = await logFixture();
    const many = Array.from({ length: MAX_BATCH_MESSAGES }, (_, index) => message(`m${index}`, 0));
    const over = publishBatch(nc, [...many, message('one-more', 0)], 5_000);
    expect(await refusal(over)).toBe(PublishCode.tooManyMessages);
    expect(await publishBatch(nc, many, 5_000)).toEqual({ sequence: 1_000, count: 1_000 });
  });

  test('of which a part did not arrive stores nothing', async () => {
    const { nc } = await logFixture();
    const headers = headersFrom({
      'Nats-Batch-Id': 'lost',
      'Nats-Batch-Sequence': '2',
      'Nats-Batch-Commit': '1',
    });
    const answer = await nc.request('tasklog.u.a', 'a', { headers, timeout: 2_000 });
    expect(answer.json<{ error: { err_code: number } }>().error.err_code).toBe(PublishCode.incomplete);
    expect(await stored(nc)).toBe(0);
  });
});
