import { expect, test } from 'vitest';
import { packMessages, unpackMessages } from '../../../src/app/threads/stored-messages.ts';
import type { Hash, Sequence } from '../../../src/domain/shared/ids.ts';
import type { StoredMessage } from '../../../src/jetstream/codec/codec.ts';

test('messages of the log come to another thread as they were, and bring nothing else with them', () => {
  const messages: StoredMessage[] = ['one', '', 'three, and a little longer'].map((text, n) => ({
    subject: `tasklog.ann.tsk_${n}`,
    sequence: (n + 1) as Sequence,
    // A buffer of Node lies among others in one piece of memory.
    body: Buffer.from(text),
    hash: n === 1 ? undefined : (`hash ${n}` as Hash),
  }));
  const packed = packMessages(messages);
  expect(packed.bodies.buffer.byteLength).toBe(29);
  const arrived = unpackMessages(structuredClone(packed, { transfer: [packed.bodies.buffer] }));
  expect(arrived.map(({ body, ...head }) => ({ ...head, text: Buffer.from(body).toString() }))).toEqual(
    messages.map(({ body, ...head }) => ({ ...head, text: Buffer.from(body).toString() })),
  );
  expect(packed.bodies.byteLength).toBe(0);
});
