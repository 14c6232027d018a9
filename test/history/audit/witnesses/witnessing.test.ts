/** Witnesses of the log, good days and bad ones: they cosign what only grew, and hold up nobody. */
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ulidIds } from '../../../../src/app/ulid-ids.ts';
import { NOT_TRACED } from '../../../../src/application/ports/traces.ts';
import { LogForAuditors } from '../../../../src/history/audit/audited-log.ts';
import { LogTree } from '../../../../src/history/audit/log-tree.ts';
import { AuditSigner } from '../../../../src/history/audit/signer.ts';
import {
  openTrusted,
  parsePolicy,
  type TrustPolicy,
} from '../../../../src/history/audit/witnesses/policy.ts';
import { Witness } from '../../../../src/history/audit/witnesses/witness.ts';
import { Witnessing } from '../../../../src/history/audit/witnesses/witnessing.ts';
import { JetStreamCheckpointLog } from '../../../../src/jetstream/log/checkpoint-log.ts';
import { GroupCommit } from '../../../../src/jetstream/log/commit/group-commit.ts';
import { JetStreamStoredLog } from '../../../../src/jetstream/log/stored-log.ts';
import { provision } from '../../../../src/jetstream/provisioning/provision.ts';
import { JetStreamAuditTiles } from '../../../../src/jetstream/views/audit-tiles.ts';
import { JetStreamCosignedCheckpoints } from '../../../../src/jetstream/views/cosigned-checkpoints.ts';
import { EgressPolicy, parseAllowedHost } from '../../../../src/outbound/egress.ts';
import { GuardedWitnessCalls } from '../../../../src/outbound/witness-calls.ts';
import { AUDIT_SIGNER } from '../../../support/audit-signer.ts';
import { testClock } from '../../../support/clock.ts';
import { connected } from '../../../support/nats/nats-client.ts';
import { natsServer } from '../../../support/nats/nats-server.ts';
import { startWitness, type WitnessServer } from '../../../support/witness-server.ts';

const LEADS = { holds: () => true };
const TIMEOUT_MS = 1_500;

let nc: NatsConnection;
beforeEach(async () => {
  nc = await connected(await natsServer(), 'test');
  await provision(nc, { replicas: 1 });
});

const three = () =>
  Promise.all(['a', 'b', 'c'].map((name) => startWitness(`${name}.example`, () => [AUDIT_SIGNER.vkey])));

/** A log with a signer, and those witnesses, of whom `least` are enough. */
function witnessed(
  servers: readonly WitnessServer[],
  { least = 2, allow = servers.map(({ host }) => host) } = {},
) {
  const lines = servers.map(({ name, vkey, url }) => `witness ${name} ${vkey} ${url}`);
  const text = [
    `log ${AUDIT_SIGNER.vkey}`,
    ...lines,
    `group all ${least} ${servers.map(({ name }) => name).join(' ')}`,
    'quorum all',
    '',
  ];
  const parsed = parsePolicy(Buffer.from(text.join('\n')));
  if (parsed.kind === 'refused') throw new Error(parsed.what);
  const { policy } = parsed;
  let nowMs = 0;
  const clock = { now: () => testClock.now(), monotonicMs: () => nowMs };
  const log = new JetStreamStoredLog(nc);
  const tree = new LogTree(log, new JetStreamAuditTiles(nc));
  const cosigned = new JetStreamCosignedCheckpoints(nc);
  const checkpoints = new JetStreamCheckpointLog(nc, new GroupCommit(nc));
  const egress = new EgressPolicy({ allow: allow.flatMap((host) => parseAllowedHost(host) ?? []) });
  const calls = new GuardedWitnessCalls(egress, NOT_TRACED, TIMEOUT_MS);
  const warned: { readonly witness: string }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line) => void warned.push(JSON.parse(line)) });
  const witnessing = new Witnessing({
    witnesses: policy.witnesses.map(
      (one) => new Witness({ ...one, url: one.url ?? '' }, { tree, calls, clock }),
    ),
    quorum: policy.isReachedBy,
    cosigned,
    clock,
    logger,
    roundMs: 20_000,
  });
  const signer = new AuditSigner({
    log,
    tree,
    checkpoints,
    seen: { read: async () => null, write: async () => {} },
    signer: AUDIT_SIGNER,
    witnessing,
    lease: { run: async () => {}, holder: () => null },
    clock: testClock,
    ids: ulidIds(),
    logger: pino({ level: 'silent' }),
    due: { events: 1, ms: 0 },
  });
  const stop = new AbortController();
  return {
    policy,
    /** In the order of their names: who answers first is chance. */
    warned: () => warned.toSorted((a, b) => a.witness.localeCompare(b.witness)),
    cosigned,
    audited: new LogForAuditors(log, new JetStreamAuditTiles(nc), checkpoints, cosigned),
    witnessing,
    /** Signs what came, offers it, and has one round. */
    async round(events = 3): Promise<void> {
      for (let n = 0; n < events; n++) await nc.request('tasklog.u.t', `{"n":${Math.random()}}`);
      if (events > 0) await signer.runOnce(LEADS);
      await signer.runOnce(LEADS);
      await witnessing.runOnce(stop.signal);
    },
    sign: () => signer.runOnce(LEADS),
    pass: (ms: number) => {
      nowMs += ms;
    },
    faults: () => witnessing.status().witnesses.map(({ fault }) => fault),
  };
}

async function served({ audited, policy }: { audited: LogForAuditors; policy: TrustPolicy }) {
  return openTrusted((await audited.checkpoint()) ?? '', policy);
}

describe('witnesses', () => {
  it('cosign every checkpoint by its proof from the one before, and what is served has their cosignatures', async () => {
    const servers = await three();
    const one = witnessed(servers, { least: 3 });
    let size = 0;
    for (const events of [1, 3, 300, 1, 17]) {
      await one.round(events);
      size += events;
      expect(await served(one)).toMatchObject({
        checkpoint: { size },
        cosigners: ['a.example', 'b.example', 'c.example'],
      });
      expect(servers.map(({ last }) => last?.size)).toEqual([size, size, size]);
      size++;
    }
    expect(servers.flatMap(({ answers }) => answers)).toEqual(Array(15).fill(200));
    expect(one.witnessing.status()).toMatchObject({
      waiting_ms: null,
      witnesses: [{ fault: null }, { fault: null }, { fault: null }],
    });
    await one.round(0);
    expect(servers.map(({ asked }) => asked)).toEqual([5, 5, 5]);
  });

  it('that have seen another size are asked from there, and one that forgot from the beginning', async () => {
    const servers = await three();
    const first = witnessed(servers);
    await first.round();
    await first.round();
    // Another instance leads, and knows nothing of them; one has lost what it knew.
    const second = witnessed(servers);
    servers[0]?.believe(null);
    await second.round();
    expect(second.faults()).toEqual([null, null, null]);
    expect(await served(second)).toMatchObject({ checkpoint: { size: 11 } });
    expect(servers[0]?.answers.slice(2)).toEqual([200]);
    expect(servers[1]?.answers.slice(2)).toEqual([409, 200]);
    servers[1]?.believe(null);
    await second.round();
    expect(servers[1]?.answers.slice(4)).toEqual([409, 200]);
  });

  it('are not enough alone: the last that enough have cosigned is served, until it is too old', async () => {
    const servers = await three();
    const one = witnessed(servers);
    await one.round();
    for (const server of servers.slice(1)) server.badDay = (response) => response.writeHead(500).end();
    await one.round();
    expect(one.faults()).toEqual([null, 'HTTP_500', 'HTTP_500']);
    expect(await served(one)).toMatchObject({ kind: 'checkpoint', checkpoint: { size: 3 } });
    expect(one.warned()).toMatchObject([
      { witness: 'b.example', code: 'HTTP_500', msg: 'a witness does not cosign' },
      { witness: 'c.example', code: 'HTTP_500' },
    ]);
    one.pass(5_000);
    expect(one.witnessing.status().waiting_ms).toBe(5_000);
    const stored = await one.cosigned.get();
    await one.cosigned.put({ note: stored?.note ?? '', time: '2026-01-01T00:00:00.000Z' as never });
    expect(await served(one)).toEqual({ kind: 'refused', fault: 'QUORUM_NOT_REACHED' });
    // Well again: the same checkpoint, from who has not cosigned it.
    for (const server of servers) server.badDay = null;
    await one.round(0);
    expect(await served(one)).toMatchObject({ checkpoint: { size: 7 } });
    expect(servers.map(({ asked }) => asked)).toEqual([2, 3, 3]);
  });

  it('that answer slowly, hugely, nonsense or a redirect, or sign wrongly, are refused by name and hold up nobody', async () => {
    const servers = await three();
    const [bad, ...good] = servers as [WitnessServer, WitnessServer, WitnessServer];
    const one = witnessed(servers);
    await one.round();
    const cosignature =
      (await one.cosigned.get())?.note.split('\n').find((line) => line.startsWith('— a.')) ?? '';
    const days: [string, NonNullable<WitnessServer['badDay']>][] = [
      ['TIMEOUT', () => {}],
      ['TIMEOUT', (response) => void response.writeHead(200).write('— ')],
      ['CONNECTION_FAILED', (response) => void response.socket?.destroy()],
      ['RESPONSE_TOO_LARGE', (response) => response.end('x'.repeat(20_000))],
      ['NONSENSE', (response) => response.end('')],
      ['NONSENSE', (response) => response.end('<html>\n')],
      ['NONSENSE', (response) => response.end(`${cosignature}\r\n`)],
      ['NONSENSE', (response) => response.end(`${cosignature}\n`.repeat(17))],
      ['FORGED_COSIGNATURE', (response) => response.end(`${cosignature}\n`)],
      ['NO_COSIGNATURE', (response) => response.end(`${cosignature.replace('a.example', 'z.example')}\n`)],
      [
        'WRONG_TIME',
        (_, well) => {
          bad.clockAhead = 3_600;
          well();
        },
      ],
      ['HTTP_301', (response) => response.writeHead(301, { location: good[0].url }).end()],
      [
        'TOO_MANY_REDIRECTS',
        (response) => response.writeHead(308, { location: `${good[0].url}/add-checkpoint` }).end(),
      ],
      ['UNKNOWN_LOG', (response) => response.writeHead(404).end()],
      ['UNKNOWN_KEY', (response) => response.writeHead(403).end()],
      ['INCONSISTENT', (response) => response.writeHead(422).end()],
      ['INCONSISTENT', (response) => response.writeHead(409).end()],
      ['HTTP_400', (response) => response.writeHead(400).end()],
      ['BUSY', (response) => response.writeHead(429, { 'retry-after': '100' }).end()],
      ...['-1', '1e3', '007', 'x', '9007199254740993', ''].map((size): (typeof days)[number] => [
        'NONSENSE',
        (response) => response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${size}\n`),
      ]),
      ['AHEAD', (response) => response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end('4000\n')],
    ];
    let answers = 0;
    // A size that changes with each try is followed no further than the third.
    days.push([
      'NONSENSE',
      (response) =>
        response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${(answers++ % 2) + 1}\n`),
    ]);
    for (const [fault, day] of days) {
      bad.badDay = day;
      await one.round(1);
      expect([fault, one.faults()]).toEqual([fault, [fault, null, null]]);
      expect(await served(one)).toMatchObject({ kind: 'checkpoint', cosigners: ['b.example', 'c.example'] });
      one.pass(400_000);
    }
    bad.badDay = null;
    bad.clockAhead = 0;
    await one.round(1);
    expect(one.faults()).toEqual([null, null, null]);
  }, 120_000);

  it('rest after they failed, longer each time, and are asked for one checkpoint at a time', async () => {
    const servers = await three();
    const [bad] = servers as [WitnessServer, WitnessServer, WitnessServer];
    const one = witnessed(servers);
    bad.badDay = (response) => response.writeHead(429, { 'retry-after': '100' }).end();
    await one.round();
    await one.round();
    one.pass(99_000);
    await one.round();
    expect(bad.asked).toBe(1);
    bad.badDay = (response) => response.writeHead(500).end();
    one.pass(1_000);
    await one.round(1);
    one.pass(1_999);
    await one.round(1);
    expect(bad.asked).toBe(2);
    one.pass(1);
    await one.round(1);
    expect(bad.asked).toBe(3);
    expect(servers.map(({ mostAtOnce }) => mostAtOnce)).toEqual([1, 1, 1]);
  });

  it('inside are not called unless that is allowed', async () => {
    const servers = await three();
    const one = witnessed(servers, { allow: [servers[0]?.host ?? ''] });
    await one.round();
    expect(one.faults()).toEqual([null, 'EGRESS_REFUSED', 'EGRESS_REFUSED']);
    expect(servers.map(({ asked }) => asked)).toEqual([1, 0, 0]);
  });

  it('that have cosigned more than the log has, or other events, say that it was rolled back', async () => {
    const servers = await three();
    const one = witnessed(servers);
    await one.round();
    servers[0]?.believe({ size: 900, root: Buffer.alloc(32).toString('base64') });
    servers[1]?.believe({ size: 2, root: Buffer.alloc(32, 1).toString('base64') });
    await one.round();
    expect(one.faults()).toEqual(['AHEAD', 'INCONSISTENT', null]);
    expect(one.warned()).toMatchObject([{ code: 'AHEAD' }, { code: 'INCONSISTENT' }]);
  });
});
