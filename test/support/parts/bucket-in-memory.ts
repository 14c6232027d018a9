/** A generation of the views in memory, as the projector writes it. */
import { createSecretKey, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { NO_SEQUENCE } from '../../../src/domain/shared/ids.ts';
import { isSealed, openedValue } from '../../../src/jetstream/views/sealed-values.ts';
import type { ViewMessage, ViewWrite } from '../../../src/jetstream/views/view-bucket.ts';
import { CHECKPOINT_KEY, decodeProgress } from '../../../src/jetstream/views/view-keys.ts';

/** Every user's. */
export const KEY = { number: 1, secret: createSecretKey(randomBytes(32)) };
export const KEYS = { find: async () => KEY };

export class BucketInMemory {
  /** What the bucket holds, by key. */
  readonly values = new Map<string, Uint8Array>();
  readonly checkpoints: { readonly sequence: number; readonly values: number }[] = [];
  readonly goneBack: string[] = [];
  /** How often each was written. */
  readonly written = new Map<string, number>();
  #at = 0;

  get stored() {
    const bytes = this.values.get(CHECKPOINT_KEY);
    const progress =
      bytes === undefined ? { sequence: NO_SEQUENCE, values: NO_SEQUENCE } : decodeProgress(bytes);
    return { ...progress, at: this.#at };
  }

  get sums(): number {
    return [...this.written].reduce((all, [key, times]) => all + (key.includes('ANALYTICS') ? times : 0), 0);
  }

  /** Of one batch; answers the lock that its checkpoint gives. */
  take(writes: readonly ViewWrite[]): number {
    for (const { key, headers, payload } of writes) {
      const lock = headers['Nats-Expected-Last-Subject-Sequence'];
      if (lock !== undefined) expect(Number(lock)).toBe(this.#at);
      this.written.set(key, (this.written.get(key) ?? 0) + 1);
      const before = sequenceOf(this.values.get(key) ?? new Uint8Array());
      if (payload.length > 0 && sequenceOf(payload) < before) this.goneBack.push(key);
      if (payload.length === 0) this.values.delete(key);
      else this.values.set(key, payload);
      if (key !== CHECKPOINT_KEY) continue;
      this.checkpoints.push(this.stored);
      this.#at++;
    }
    return this.#at;
  }

  async getTogether(keys: readonly string[]): Promise<ViewMessage[]> {
    return keys.flatMap((key) => {
      const data = this.values.get(key);
      return data === undefined ? [] : [{ key, data }];
    });
  }

  async getFromLeader(key: string): Promise<Uint8Array | null> {
    return this.values.get(key) ?? null;
  }

  /** All values but the checkpoint as text, those that are sealed opened. */
  texts(): Map<string, string> {
    const texts = new Map<string, string>();
    for (const [key, bytes] of [...this.values].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (key === CHECKPOINT_KEY) continue;
      const isOpen = !isSealed(key.split('.')[0] ?? '');
      texts.set(key, isOpen ? Buffer.from(bytes).toString() : JSON.stringify(openedValue(bytes, key, KEY)));
    }
    return texts;
  }
}

function sequenceOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const [head = ''] = Buffer.from(bytes).toString('latin1').split('\n', 1);
  return (JSON.parse(head) as { sequence: number }).sequence;
}
