import { nkeys } from '@nats-io/transport-node';
import { describe, expect, it } from 'vitest';
import { nkeySigner } from '../../../src/jetstream/devices/nkey-signer.ts';

describe('a signature as an nkey', () => {
  it('is one that the library of nkeys makes and takes', () => {
    for (let count = 0; count < 5; count++) {
      const pair = nkeys.createAccount();
      const signer = nkeySigner(pair.getSeed());
      const text = Buffer.from(`to be signed, ${count}`);
      expect(signer.publicKey).toBe(pair.getPublicKey());
      expect(signer.sign(text)).toEqual(Buffer.from(pair.sign(text)));
      expect(nkeys.fromPublic(signer.publicKey).verify(text, signer.sign(text))).toBe(true);
    }
  });

  it('takes less than a millisecond of the thread, so that strangers hold up nobody', () => {
    const signer = nkeySigner(nkeys.createAccount().getSeed());
    const text = Buffer.alloc(1_000, 'x');
    signer.sign(text);
    const before = process.cpuUsage();
    for (let count = 0; count < 500; count++) signer.sign(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000 / 500).toBeLessThan(1);
  });

  it('needs a seed that is whole', () => {
    const seed = nkeys.createAccount().getSeed();
    seed[20] = (seed[20] ?? 0) === 65 ? 66 : 65;
    expect(() => nkeySigner(seed)).toThrow();
  });
});
