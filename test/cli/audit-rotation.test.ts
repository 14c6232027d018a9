/** The log's key is changed: who has the old key is led to the new one, and who has the new one needs no other. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { dropOutgoingKey, resolveAuditKey } from '../../src/app/start/audit-files.ts';
import { STORE_FOLDER } from '../../src/app/start/local-secrets.ts';
import { audit } from '../../src/cli/audit.ts';
import type { Sequence } from '../../src/domain/shared/ids.ts';
import { signedCheckpoint } from '../../src/history/audit/checkpoint.ts';
import { entryLeaf } from '../../src/history/audit/entry.ts';
import { endLine, entryLine, parseEntryLine } from '../../src/history/audit/lines.ts';
import { GrowingTree } from '../../src/history/audit/merkle.ts';
import {
  parseSignerKey,
  parseSignerKeys,
  type SignerKey,
  type SignerKeys,
  signerKeyText,
} from '../../src/history/audit/note.ts';
import { hashOf } from '../../src/jetstream/codec/codec.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { sharedStack, signed } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const api = sharedStack();
const keyOf = (seed: number, name = 'log.example') =>
  parseSignerKey(signerKeyText(name, Buffer.alloc(32, seed))) as SignerKey;
const OLD = AUDIT_SIGNER;
const [NEW, NEXT, MALLORY] = [keyOf(5), keyOf(6), keyOf(7)];

interface Entry {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly body: Buffer;
}

let entries: Entry[];
/** Where the log changed from the old key to the new one, and from that to the next. */
let changes: number[];

beforeAll(async () => {
  const steps: SignerKeys[] = [
    { signer: OLD, outgoing: null },
    { signer: OLD, outgoing: null },
    { signer: NEW, outgoing: OLD },
    { signer: NEW, outgoing: OLD },
    { signer: NEW, outgoing: null },
    { signer: NEXT, outgoing: NEW },
    { signer: NEXT, outgoing: null },
  ];
  for (const keys of steps) {
    await api().call('POST', '/api/v1/tasks', { body: { name: 'x', task_type: 'todo' } });
    await signCheckpoint(api(), keys);
  }
  const headers = { authorization: `Bearer ${await signed({ sub: 'auditor', roles: ['auditor'] })}` };
  const { text } = await api().call('GET', '/api/v1/audit/events', { user: null, headers });
  entries = text
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const parsed = parseEntryLine(Buffer.from(line));
      return parsed.kind === 'entry' ? [{ ...parsed, body: Buffer.from(parsed.body) }] : [];
    });
  changes = entries.filter(({ body }) => body.includes('audit.key_changed')).map(({ sequence }) => sequence);
});

async function verified(key: SignerKey, of: readonly Entry[] = entries): Promise<string[]> {
  const file = join(temporaryFolder(), 'log');
  const last = of.at(-1)?.sequence as Sequence;
  writeFileSync(file, Buffer.concat([...of.map(entryLine), endLine(last, of.length)]));
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
  await audit(['verify', file, '--vkey', key.vkey], () => parseConfig({}), {}, io);
  return lines;
}

/** With other audit events in place of those at some sequences, and everything behind that chained to them. */
function with_(
  edit: (document: Record<string, unknown>, head: () => { size: number; root: Buffer }) => object,
): Entry[] {
  let before = { hash: '0'.repeat(64), revision: 0 };
  const tree = new GrowingTree();
  return entries.map((entry) => {
    let next = entry;
    if (entry.body.includes('"type":"audit.')) {
      const document = JSON.parse(entry.body.toString());
      const head = () => ({ size: tree.size, root: tree.root() });
      const other = {
        ...document,
        ...edit(document, head),
        prevhash: before.hash,
        revision: before.revision + 1,
      };
      next = { ...entry, body: Buffer.from(JSON.stringify(other)) };
      before = { hash: hashOf(next.body), revision: other.revision };
    }
    tree.add(entryLeaf(next));
    return next;
  });
}

describe('a log whose key was changed', () => {
  test('is verified with the old key up to the change and from there on with the new one, which it names', async () => {
    expect(await verified(OLD)).toEqual([
      `key changed: event ${changes[0]}, signed by both keys; from there on it is ${NEW.vkey}`,
      `key changed: event ${changes[1]}, signed by both keys; from there on it is ${NEXT.vkey}`,
      expect.stringMatching(/^what was signed: 14 events, checkpoints cover 13, root /),
    ]);
  });

  test('is verified with a later key alone, which covers what earlier ones signed', async () => {
    expect(await verified(NEW)).toEqual([
      expect.stringMatching(/^passed over: 2 checkpoints by earlier keys/),
      `key changed: event ${changes[1]}, signed by both keys; from there on it is ${NEXT.vkey}`,
      expect.stringMatching(/^what was signed: 14 events, checkpoints cover 13, root /),
    ]);
    expect(await verified(NEXT)).toEqual([
      expect.stringMatching(/^passed over: 5 checkpoints by earlier keys/),
      expect.stringMatching(/^what was signed: 14 events, checkpoints cover 13, root /),
    ]);
  });

  test('is not verified with a key that nothing leads to, nor where an event before the change is another', async () => {
    expect(await verified(MALLORY)).toEqual([
      expect.stringMatching(/^forged-checkpoint: event 2: UNKNOWN_SIGNER, and no change of the key follows/),
      expect.stringMatching(/^NOT WHAT WAS SIGNED/),
    ]);
    const other = entries.with(0, {
      ...(entries[0] as Entry),
      body: Buffer.from(entries[0]?.body.toString().replace('usr_alice","corr', 'mallory","corr') ?? ''),
    });
    for (const key of [OLD, NEXT])
      expect((await verified(key, other)).join('\n')).toMatch(/changed: something of events 1 to/);
  });

  const signers = (document: Record<string, unknown>): SignerKey[] =>
    document.type === 'audit.key_changed' ? [NEW, OLD] : [OLD];
  const tampered: [
    string,
    RegExp,
    (document: Record<string, unknown>, head: () => { size: number; root: Buffer }) => object,
  ][] = [
    [
      'a key that has not signed the change',
      /the new key has not signed the change/,
      (document, head) =>
        document.type === 'audit.key_changed'
          ? { data: { to: MALLORY.vkey, note: signedCheckpoint(head(), OLD) } }
          : { data: { note: signedCheckpoint(head(), OLD) } },
    ],
    [
      'a key that the old one has not signed',
      /UNKNOWN_SIGNER/,
      (document, head) =>
        document.type === 'audit.key_changed'
          ? { data: { to: MALLORY.vkey, note: signedCheckpoint(head(), MALLORY) } }
          : { data: { note: signedCheckpoint(head(), OLD) } },
    ],
    [
      'what is no key',
      /the new key has not signed the change/,
      (document, head) =>
        document.type === 'audit.key_changed'
          ? { data: { to: 'a+b', note: signedCheckpoint(head(), OLD) } }
          : { data: { note: signedCheckpoint(head(), OLD) } },
    ],
    [
      'a key of another log',
      /the new key has not signed the change/,
      (document, head) =>
        document.type === 'audit.key_changed'
          ? { data: { to: keyOf(5, 'other').vkey, note: signedCheckpoint(head(), OLD, keyOf(5, 'other')) } }
          : { data: { note: signedCheckpoint(head(), OLD) } },
    ],
    [
      'the new key, and goes on with the old one',
      /event \d+: UNKNOWN_SIGNER/,
      (document, head) =>
        document.type === 'audit.key_changed'
          ? { data: { to: NEW.vkey, note: signedCheckpoint(head(), ...(signers(document) as [SignerKey])) } }
          : { data: { note: signedCheckpoint(head(), OLD) } },
    ],
  ];

  test.each(tampered)('is not one that changes to %s', async (_, text, edit) => {
    const found = await verified(OLD, with_(edit));
    expect(found.at(-1)).toMatch(/^NOT WHAT WAS SIGNED/);
    expect(found.find((line) => line.startsWith('forged-checkpoint'))).toMatch(text);
  });

  test('checks out in the store, too, with the last key alone', async () => {
    const headers = { authorization: `Bearer ${await signed({ sub: 'auditor', roles: ['auditor'] })}` };
    const { text } = await api().call('GET', '/api/v1/audit/verify', { user: null, headers });
    // The stack of the tests has the first key: it follows it to the last one.
    expect(JSON.parse(text.trimEnd().split('\n').at(-1) ?? '').end).toMatchObject({
      signed_through: 13,
      faults: 0,
    });
  });
});

describe('audit rotate-key', () => {
  const run = async (env: Record<string, string>): Promise<string[]> => {
    const lines: string[] = [];
    const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
    await audit(['rotate-key'], () => parseConfig(env), {}, io);
    return lines;
  };

  test('puts a new key before the old one in the data folder, for nobody else to read, and makes no third', async () => {
    const folder = temporaryFolder();
    const config = parseConfig({ DATA_DIR: folder });
    await expect(run({ DATA_DIR: folder })).rejects.toThrow(/holds no data/);
    mkdirSync(join(folder, STORE_FOLDER));
    await expect(run({ DATA_DIR: folder })).rejects.toThrow(/no key to change/);
    const old = (await resolveAuditKey(config))?.signer.vkey;
    writeFileSync(join(folder, 'audit-key.next'), 'left by one that was killed', { mode: 0o644 });
    const [from, until] = await run({ DATA_DIR: folder });
    const keys = (await resolveAuditKey(config)) as SignerKeys;
    expect([keys.outgoing?.vkey, keys.signer.verifier.name]).toEqual([old, keys.outgoing?.verifier.name]);
    expect([from, until]).toEqual([
      `from the next start of the service on: ${keys.signer.vkey}`,
      `until then: ${old}`,
    ]);
    expect(statSync(join(folder, 'audit-key')).mode & 0o777).toBe(0o600);
    expect(await run({ DATA_DIR: folder })).toEqual([
      'a change of the key is under way already',
      from,
      until,
    ]);

    const other = { signer: keyOf(9), outgoing: keys.outgoing };
    await dropOutgoingKey(folder, other);
    expect((await resolveAuditKey(config))?.outgoing).not.toBeNull();
    await dropOutgoingKey(folder, keys);
    await dropOutgoingKey(folder, keys);
    expect(await resolveAuditKey(config)).toMatchObject({
      signer: { vkey: keys.signer.vkey },
      outgoing: null,
    });
    expect(readFileSync(join(folder, 'audit-key'), 'utf8').trim().split('\n')).toHaveLength(1);
  });

  test('prints what AUDIT_KEY is to be next, and no third while it has two', async () => {
    const old = signerKeyText('a,b', Buffer.alloc(32, 3));
    const [, next = ''] = await run({ AUDIT_KEY: old });
    const keys = parseSignerKeys(next) as SignerKeys;
    expect([keys.outgoing?.vkey, keys.signer.verifier.name]).toEqual([parseSignerKey(old)?.vkey, 'a,b']);
    expect(parseConfig({ AUDIT_KEY: next }).auditKey).toBe(next);
    await expect(run({ AUDIT_KEY: next })).rejects.toThrow(/has two keys/);
  });

  test('two keys that are no change of one log are refused by name', () => {
    const [one, other] = [signerKeyText('a', Buffer.alloc(32, 3)), signerKeyText('b', Buffer.alloc(32, 4))];
    const third = signerKeyText('a', Buffer.alloc(32, 5));
    for (const wrong of [
      `${one},${other}`,
      `${one},${one}`,
      `${one},x`,
      `${one},${third},${signerKeyText('a', Buffer.alloc(32, 6))}`,
      `,${one}`,
    ]) {
      expect(() => parseConfig({ AUDIT_KEY: wrong })).toThrow(/AUDIT_KEY must be a signer key/);
    }
  });
});
