/** Messages of the log on their way to another thread: their bodies in one piece that is moved, not copied. */
import type { StoredMessage } from '../../jetstream/codec/codec.ts';

export interface PackedMessages {
  readonly heads: readonly (Omit<StoredMessage, 'body'> & { readonly length: number })[];
  readonly bodies: Uint8Array<ArrayBuffer>;
}

export function packMessages(messages: readonly StoredMessage[]): PackedMessages {
  const bodies = new Uint8Array(messages.reduce((bytes, { body }) => bytes + body.length, 0));
  let at = 0;
  const heads = messages.map(({ subject, sequence, body, hash }) => {
    bodies.set(body, at);
    at += body.length;
    return { subject, sequence, hash, length: body.length };
  });
  return { heads, bodies };
}

export function unpackMessages({ heads, bodies }: PackedMessages): StoredMessage[] {
  let at = 0;
  return heads.map(({ length, ...head }) => {
    at += length;
    return { ...head, body: bodies.subarray(at - length, at) };
  });
}
