import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { HostNames } from '../../src/outbound/host-names.ts';

const SILENT = 'silent.example';
const REFUSED = 3;

/** A name server on loopback: names below `silent.example` are never answered, all others do not exist. */
async function nameServer(): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const answer = Buffer.from(query);
    // After the header: the labels of the name, each behind its length.
    const name = query.subarray(12).toString('latin1');
    if (name.includes('\x06silent\x07example')) return;
    answer.writeUInt16BE(0x8180 | REFUSED, 2);
    socket.send(answer, port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return `127.0.0.1:${socket.address().port}`;
}

/** The system's way to look names up: those below `silent.example` hang. Counts what hangs. */
class System {
  hanging = 0;
  readonly #ends: (() => void)[] = [];

  readonly lookup = (host: string): Promise<readonly string[]> => {
    if (!host.endsWith(SILENT)) return Promise.resolve(['192.0.2.1']);
    this.hanging++;
    return new Promise((_resolve, reject) => {
      this.#ends.push(() => {
        this.hanging--;
        reject(Object.assign(new Error('EAI_AGAIN'), { code: 'EAI_AGAIN' }));
      });
    });
  };

  /** What hangs longest ends. */
  end(): void {
    this.#ends.shift()?.();
  }
}

async function namesOf(system: System, atOnce = 1): Promise<HostNames> {
  const servers = [await nameServer()];
  return new HostNames({ lookup: system.lookup, servers, answerWithinMs: 50, silentAtOnce: atOnce });
}

test('names whose servers never answer hold up no other name, and one at a time is looked up by the system', async () => {
  const system = new System();
  const names = await namesOf(system);
  const silent = Array.from({ length: 20 }, (_, n) => names.addressesOf(`${n}.${SILENT}`));
  const failed = Promise.allSettled(silent);
  await expect.poll(() => system.hanging).toBe(1);
  expect(await names.addressesOf('shop.example')).toEqual(['192.0.2.1']);
  for (let ended = 0; ended < silent.length; ended++) {
    await expect.poll(() => system.hanging, { interval: 1 }).toBe(1);
    system.end();
  }
  expect((await failed).map(({ status }) => status)).toEqual(silent.map(() => 'rejected'));
  expect(system.hanging).toBe(0);
});

test('where none may be waited for, a name whose servers never answer fails without the system', async () => {
  const system = new System();
  const names = await namesOf(system, 0);
  await expect(names.addressesOf(SILENT)).rejects.toThrow('no name server has answered');
  expect(system.hanging).toBe(0);
});

test('of names that wait a hundred are kept, and more fail at once', async () => {
  const system = new System();
  const names = await namesOf(system);
  const silent = Array.from({ length: 110 }, (_, n) => names.addressesOf(`${n}.${SILENT}`));
  const outcomes = Promise.allSettled(silent);
  const refused = silent.map((each) =>
    each.then(
      () => 0,
      () => 1,
    ),
  );
  await expect
    .poll(async () => {
      const ended = await Promise.all(refused.map((each) => Promise.race([each, Promise.resolve(0)])));
      return ended.filter((one) => one === 1).length;
    })
    .toBe(9);
  for (let ended = 0; ended < 101; ended++) {
    await expect.poll(() => system.hanging, { interval: 1 }).toBe(1);
    system.end();
  }
  await outcomes;
});

test('this machine has its address though no name server answers', async () => {
  const names = new HostNames({ servers: [await nameServer()], answerWithinMs: 50, silentAtOnce: 0 });
  expect(await names.addressesOf('localhost')).toContain('127.0.0.1');
});
