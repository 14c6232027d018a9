import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/app/config/config.ts';
import { audit } from '../../src/cli/audit.ts';
import type { Sequence, UserId } from '../../src/domain/shared/ids.ts';
import { signedCheckpoint } from '../../src/history/audit/checkpoint.ts';
import { entryLeaf } from '../../src/history/audit/entry.ts';
import { endLine, entryLine, parseEntryLine } from '../../src/history/audit/lines.ts';
import { LogTree } from '../../src/history/audit/log-tree.ts';
import { GrowingTree } from '../../src/history/audit/merkle.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../src/history/audit/note.ts';
import { hashOf } from '../../src/jetstream/codec/codec.ts';
import { JetStreamStoredLog } from '../../src/jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../../src/jetstream/views/audit-tiles.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { ALICE, BOB, sharedStack, signed } from '../support/parts/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const api = sharedStack();

interface Entry {
  readonly sequence: number;
  readonly subject: string;
  readonly body: Buffer;
}

/** The log, with checkpoints, and what an auditor held when it was shorter. */
let entries: Entry[];
let held: string;
let proof: string;

async function read(path: string): Promise<string> {
  const token = await signed({ sub: 'auditor', roles: ['auditor'] });
  const { text } = await api().call('GET', `/api/v1/audit/${path}`, {
    user: null,
    headers: { authorization: `Bearer ${token}` },
  });
  return text;
}

beforeAll(async () => {
  const make = async (user: UserId, name: string): Promise<string> =>
    (await api().call('POST', '/api/v1/tasks', { user, body: { name, task_type: 'todo' } })).body.task_id;
  const first = await make(ALICE, 'one');
  for (let n = 0; n < 6; n++) {
    await make(BOB, `b${n}`);
    await make(ALICE, `a${n}`);
    await api().call('PATCH', `/api/v1/tasks/${first}`, { body: { name: `n${n}` } });
    if (n % 2 === 1) await signCheckpoint(api());
    if (n === 3) held = await read('log/checkpoint');
  }
  proof = await read(`proof/${first}`);
  entries = (await read('events'))
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const parsed = parseEntryLine(Buffer.from(line));
      return parsed.kind === 'entry' ? [{ ...parsed, body: Buffer.from(parsed.body) }] : [];
    });
});

function fileOf(content: string): string {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, content);
  return file;
}

/** As an export has them, numbered anew unless they are to stay as they are. */
function exported(of: readonly Entry[], numbered = true): string {
  const lines = of.map((entry, at) =>
    entryLine({ ...entry, sequence: (numbered ? at + 1 : entry.sequence) as Sequence }),
  );
  const last = numbered ? of.length : (of.at(-1)?.sequence ?? 0);
  return Buffer.concat([...lines, endLine(last as Sequence, of.length)]).toString();
}

async function verified(content: string, ...more: string[]): Promise<string[]> {
  const lines: string[] = [];
  const io = { print: (line: string) => void lines.push(line), stdin: process.stdin };
  const config = () => parseConfig({});
  const ok = await audit(['verify', fileOf(content), '--vkey', AUDIT_SIGNER.vkey, ...more], config, {}, io);
  expect(ok).toBe(!lines.some((line) => line.startsWith('NOT WHAT WAS SIGNED')));
  return lines;
}

const edited = (entry: Entry, change: (document: Record<string, unknown>) => object): Entry => {
  const document = JSON.parse(entry.body.toString());
  return { ...entry, body: Buffer.from(JSON.stringify({ ...document, ...change(document) })) };
};

/** The same events, each naming the hash of the one before it on its subject again. */
function chained(of: readonly Entry[]): Entry[] {
  const ends = new Map<string, { hash: string; revision: number }>();
  return of.map((entry) => {
    const before = ends.get(entry.subject) ?? { hash: '0'.repeat(64), revision: 0 };
    const revision = before.revision + 1;
    const next = edited(entry, () => ({ prevhash: before.hash, revision }));
    ends.set(entry.subject, { hash: hashOf(next.body), revision });
    return next;
  });
}

const indexOf = (fits: (entry: Entry) => boolean) => entries.findIndex(fits);
const isUpdate = ({ body }: Entry) => body.includes('task.updated');

describe('what was signed', () => {
  test('checks out, all of it and each task, and says what it is', async () => {
    const all = await verified(exported(entries, false), '--since', fileOf(held));
    expect(all).toEqual([
      expect.stringMatching(/^what was signed: \d+ events, checkpoints cover \d+, root \S{44}$/),
    ]);
    expect(await verified(proof)).toEqual([
      expect.stringMatching(/^proven: \d+ events, the last of them event \d+/),
    ]);
  });

  const tamperings: [string, string, (() => string) | (() => Entry[])][] = [
    [
      'an event that was changed',
      'changed',
      () =>
        entries.with(
          indexOf(isUpdate),
          edited(entries[indexOf(isUpdate)] as Entry, () => ({ actor: 'user:mallory' })),
        ),
    ],
    ['one that was dropped', 'missing', () => exported(entries.toSpliced(indexOf(isUpdate), 1), false)],
    [
      'one that was dropped, and the others numbered anew',
      'missing',
      () => entries.toSpliced(indexOf(isUpdate), 1),
    ],
    [
      'one that was moved to another subject',
      'moved',
      () => entries.map((entry, at) => (at === 1 ? { ...entry, subject: entries[0]?.subject ?? '' } : entry)),
    ],
    [
      'one that was moved to another place',
      'reordered',
      () => exported(entries.toSpliced(3, 2, entries[4] as Entry, entries[3] as Entry), false),
    ],
    [
      'two neighbours of different users that were exchanged',
      'reordered',
      () => entries.toSpliced(1, 2, entries[2] as Entry, entries[1] as Entry),
    ],
    [
      'one of a subject that is none of ours',
      'foreign-subject',
      () => entries.with(1, { ...(entries[1] as Entry), subject: 'tasklog.somebody.else.entirely' }),
    ],
    ['one without its last line', 'truncated', () => exported(entries).split('\n').slice(0, -2).join('\n')],
    [
      'one with fewer lines than were sent',
      'truncated',
      () => exported(entries).replace(/"count":\d+/, '"count":99'),
    ],
    ['one with a line that was cut', 'changed', () => exported(entries).replace('"event":{', '"event":')],
    [
      'one that was changed so that its chain is whole again',
      'changed',
      () =>
        chained(
          entries.with(
            1,
            edited(entries[1] as Entry, () => ({ actor: 'user:mallory' })),
          ),
        ),
    ],
    [
      'a checkpoint that somebody else has signed',
      'forged-checkpoint',
      () => forged(parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 9))) as SignerKey),
    ],
  ];

  /** The last checkpoint put in another's place, over the very log that is there. */
  function forged(signer: SignerKey): Entry[] {
    const at = entries.findLastIndex(({ body }) => body.includes('audit.checkpoint'));
    const tree = new GrowingTree();
    for (const entry of entries.slice(0, at)) tree.add(entryLeaf(entry));
    const note = signedCheckpoint({ size: tree.size, root: tree.root() }, signer);
    return entries.with(
      at,
      edited(entries[at] as Entry, () => ({ data: { note } })),
    );
  }

  test.each(tamperings)('is not %s', async (_, kind, tamper) => {
    const log = tamper();
    const found = await verified(typeof log === 'string' ? log : exported(log));
    expect(found.at(-1)).toMatch(/^NOT WHAT WAS SIGNED/);
    expect(found.map((line) => line.split(':')[0])).toContain(kind);
  });

  test('is not what ends before, or differs from, a checkpoint that is held', async () => {
    const shorter = exported(entries.slice(0, 5));
    expect(await verified(shorter)).toHaveLength(1);
    expect(await verified(shorter, '--since', fileOf(held))).toEqual([
      expect.stringMatching(/^truncated: the log ends at event 5, the checkpoint that is held at \d+$/),
      expect.stringMatching(/^NOT/),
    ]);
    // Whoever has the key signs what was rewritten; what is held says otherwise.
    const rewritten: Entry[] = [];
    const tree = new GrowingTree();
    for (const entry of chained(
      entries.with(
        1,
        edited(entries[1] as Entry, () => ({ actor: 'user:mallory' })),
      ),
    )) {
      const note = signedCheckpoint({ size: tree.size, root: tree.root() }, AUDIT_SIGNER);
      const next = entry.body.includes('audit.checkpoint')
        ? edited(entry, () => ({ data: { note } }))
        : entry;
      rewritten.push(next);
      tree.add(entryLeaf(chained(rewritten).at(-1) as Entry));
    }
    const log = exported(chained(rewritten));
    expect(await verified(log)).toHaveLength(1);
    expect(await verified(log, '--since', fileOf(held))).toEqual([
      expect.stringMatching(
        /^changed: something of events \d+ to \d+: the checkpoint that is held is of other ones$/,
      ),
      expect.stringMatching(/^NOT/),
    ]);
  });

  test('is not a proof of other events, or one that is no proof', async () => {
    const lines = proof.trimEnd().split('\n');
    const wrong: [string, string][] = [
      [lines.toSpliced(-2, 1).join('\n'), 'changed'],
      [lines.toSpliced(2, 1).join('\n'), 'missing'],
      [lines.slice(0, -1).join('\n'), 'missing'],
      [proof.replace('log.example', 'log.elsewhere'), 'forged-checkpoint'],
      [proof.replace('index ', 'index 9'), 'forged-checkpoint'],
      [proof.replace('"actor":"user:usr_alice"', '"actor":"user:mallory"'), 'changed'],
      ['', 'truncated'],
    ];
    for (const [content, kind] of wrong) {
      expect((await verified(content)).map((line) => line.split(':')[0])).toContain(kind);
    }
  });
});

describe('the command', () => {
  const io = () => {
    const lines: string[] = [];
    return { lines, print: (line: string) => void lines.push(line), stdin: process.stdin };
  };

  test('prints the public key, and makes new ones', async () => {
    const made = io();
    await audit(['key', '--new', '--origin', 'tasks.example/log'], () => parseConfig({}), {}, made);
    const shown = io();
    await audit(['key'], () => parseConfig({ AUDIT_KEY: made.lines[0] }), {}, shown);
    expect(shown.lines[0]).toBe(parseSignerKey(made.lines[0] ?? '')?.vkey);
    expect(shown.lines[0]).toMatch(/^tasks\.example\/log\+[0-9a-f]{8}\+/);
  });

  test('makes the tiles of the tree anew', async () => {
    const { nc, server } = api();
    const tiles = new JetStreamAuditTiles(nc);
    for (let more = 256 - entries.length; more > 0; more--) {
      await nc.request('tasklog._catalog.tpl_none', '{}');
    }
    const good = await new LogTree(new JetStreamStoredLog(nc), tiles).tile({
      level: 0,
      index: 0,
      width: 256,
    });
    await tiles.put(0, 0, Buffer.alloc(8_192));
    const config = parseConfig({
      NATS_URL: `nats://${server.servers}`,
      NATS_USER: server.user,
      NATS_PASSWORD: server.pass,
      SECRETS_KEY: 'a'.repeat(64),
      AUTH_JWT_SECRET: 'a secret of the test',
    });
    const shown = io();
    expect(await audit(['rebuild'], () => config, {}, shown)).toBe(true);
    expect(shown.lines).toEqual([expect.stringMatching(/^the tiles of 256 events are made anew/)]);
    expect(await tiles.get(0, 0)).toEqual(good);
  });

  test('refuses by name what it cannot use', async () => {
    const run = (...args: string[]) => audit(args, () => parseConfig({}), {}, io());
    const file = fileOf('');
    const usage: string[][] = [
      [],
      ['verify'],
      ['verify', file],
      ['key', '--origin'],
      ['rebuild', 'x'],
      ['proof'],
    ];
    for (const args of usage)
      await expect(async () => run(...args)).rejects.toMatchObject({ name: 'UsageError' });
    const secret = signerKeyText('log.example', Buffer.alloc(32, 3));
    const vkey = AUDIT_SIGNER.vkey;
    const since = (note: string) => ['--vkey', vkey, '--since', fileOf(note)];
    const other = parseSignerKey(signerKeyText('other', Buffer.alloc(32, 3))) as SignerKey;
    const many = held + held.split('\n\n')[1]?.repeat(16);
    const data: [string[], RegExp][] = [
      [['--vkey', 'a+b'], /no Ed25519 verifier key/],
      [['--vkey', secret], /keep it secret/],
      [['--vkey', join(temporaryFolder(), 'nothing')], /cannot be read/],
      [since(held.replaceAll('\n', '\r\n')), /MALFORMED_NOTE/],
      [since(many), /TOO_MANY_SIGNATURES/],
      [since(signedCheckpoint({ size: 1, root: Buffer.alloc(32) }, other)), /UNKNOWN_SIGNER/],
    ];
    for (const [args, message] of data) {
      await expect(run('verify', file, ...args)).rejects.toMatchObject({ exitCode: 65 });
      await expect(run('verify', file, ...args)).rejects.toThrow(message);
    }
  });
});
