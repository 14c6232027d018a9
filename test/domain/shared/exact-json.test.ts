import { describe, expect, test } from 'vitest';
import { parseExactJson } from '../../../src/domain/shared/exact-json.ts';
import { sameJson } from '../../../src/domain/shared/json.ts';
import { documentFaults, readBody } from '../../../src/http/router/body.ts';
import { readHookBody } from '../../../src/http/webhooks/hook-body.ts';
import { readMessage } from '../../../src/scheduler/triggers/trigger-message.ts';

test.each<[string, unknown]>([
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', '9007199254740993'],
  ['-9007199254740993', '-9007199254740993'],
  ['{"id": 12345678901234567890, "n": 1}', { id: '12345678901234567890', n: 1 }],
  ['[0.12345678901234567890, 1.5e300]', [0.12345678901234568, 1.5e300]],
  ['"id 12345678901234567890"', 'id 12345678901234567890'],
  [
    '{"a \\" 12345678901234567890": "\\\\", "b": 12345678901234567890}',
    {
      'a " 12345678901234567890': '\\',
      b: '12345678901234567890',
    },
  ],
])('%s is kept exactly', (text, value) => {
  expect(parseExactJson(text)).toEqual(value);
});

test('two long integers are never one', () => {
  expect(sameJson(parseExactJson('9007199254740992'), parseExactJson('9007199254740993'))).toBe(false);
});

test('much of it takes no time', () => {
  const text = JSON.stringify(Array.from({ length: 30_000 }, (_, n) => `"${'\\"'.repeat(8)}${n}`));
  const started = process.cpuUsage();
  parseExactJson(text.replace(']', ',12345678901234567890]'));
  expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
});

describe('an integer beyond 2^53 - 1', () => {
  const long = '{"filter": {"id": 9007199254740993}}';
  const request = (type: string) =>
    new Request('http://127.0.0.1/', { method: 'POST', body: long, headers: { 'content-type': type } });

  test('in a document for the service is a fault that names its place', async () => {
    const body = await readBody(request('application/json'), (read) => read());
    expect(documentFaults(body?.json ?? null)).toEqual([
      {
        loc: ['body', 'filter', 'id'],
        msg: 'Is a number out of range: integers beyond 2^53 - 1 must be given as text',
        type: 'number_out_of_range',
        params: { maximum: Number.MAX_SAFE_INTEGER },
      },
    ]);
  });

  test.each(['application/json', 'application/cloudevents+json'])(
    'in the call of a webhook (%s) is text of its digits',
    async (type) => {
      expect((await readHookBody(request(type), (read) => read()))?.json).toEqual({
        filter: { id: '9007199254740993' },
      });
    },
  );

  test('in a message of an event trigger is text of its digits', () => {
    const message = { subject: 's', sequence: 1, published_at: 'x', payload: Buffer.from(long) };
    expect(readMessage(message as unknown as Parameters<typeof readMessage>[0])).toMatchObject({
      payload: { filter: { id: '9007199254740993' } },
    });
  });
});
