import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NatsConnection } from '@nats-io/transport-node';
import pino from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LogUnavailable } from '../../../src/application/ports/failures.ts';
import type {
  DeliveredCommand,
  ExecutionCommand,
} from '../../../src/application/ports/work/execution-commands.ts';
import { plusMs } from '../../../src/domain/shared/instant.ts';
import type { Priority } from '../../../src/domain/task/status.ts';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { type Declaration, loadDeclarations } from '../../../src/jetstream/provisioning/declarations.ts';
import { provision } from '../../../src/jetstream/provisioning/provision.ts';
import { JetStreamCommandPublisher } from '../../../src/jetstream/queues/command-publisher.ts';
import { JetStreamCommandQueue } from '../../../src/jetstream/queues/command-queue.ts';
import { decodeCommand, encodeCommand } from '../../../src/jetstream/queues/execution-commands.ts';
import { DUE_AT, executionCommand } from '../../support/histories/commands.ts';
import { connected } from '../../support/nats/nats-client.ts';
import { natsServer, type TestNatsServer } from '../../support/nats/nats-server.ts';
import { stopwatch } from '../../support/processes/waited-for-cores.ts';

/** The project's declarations with another ack wait of the commands' consumers. */
async function withAckWait(ms: number): Promise<Declaration[]> {
  return (await loadDeclarations()).map((one) => ({
    ...one,
    consumers: one.consumers.map((settings) => ({ ...settings, ack_wait: ms * 1e6 })),
  }));
}

async function storedMessages(nc: NatsConnection): Promise<number> {
  return (await jetstreamApi<{ state: { messages: number } }>(nc, 'STREAM.INFO.EXECUTION_COMMANDS')).state
    .messages;
}

/** A worker's side of one `consume` call: what arrived, and waiting for it. */
class Taker {
  readonly taken: DeliveredCommand[] = [];
  readonly done: Promise<void>;
  readonly #leaving = new AbortController();
  #arrived: () => void = () => {};

  constructor(
    queue: JetStreamCommandQueue,
    options: {
      priority?: Priority;
      maxInHand?: number;
      onCommand?: (delivered: DeliveredCommand) => void;
    } = {},
  ) {
    const { priority = 'medium', maxInHand = 10, onCommand } = options;
    const take = (delivered: DeliveredCommand) => {
      this.taken.push(delivered);
      this.#arrived();
      onCommand?.(delivered);
    };
    this.done = queue.consume(priority, () => maxInHand, take, this.#leaving.signal);
    onTestFinished(() => this.stop());
  }

  get commands(): ExecutionCommand[] {
    return this.taken.map(({ command }) => command);
  }

  async until(fits: (taken: readonly DeliveredCommand[]) => boolean): Promise<void> {
    while (!fits(this.taken)) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.done;
  }
}

interface Parts {
  readonly server: TestNatsServer;
  readonly nc: NatsConnection;
  readonly publisher: JetStreamCommandPublisher;
  readonly queue: JetStreamCommandQueue;
  readonly logLines: string[];
}

async function parts(ackWaitMs = 10_000): Promise<Parts> {
  const server = await natsServer({ empty: true });
  const nc = await connected(server);
  const declarations = await withAckWait(ackWaitMs);
  await provision(nc, { replicas: 1, declarations });
  const logLines: string[] = [];
  const logger = pino({}, { write: (line) => void logLines.push(line) });
  return {
    server,
    nc,
    publisher: new JetStreamCommandPublisher(nc, { logger, replicas: 1, declarations }),
    queue: new JetStreamCommandQueue(nc, { logger, replicas: 1, declarations }),
    logLines,
  };
}

function commands(count: number, from = 0): ExecutionCommand[] {
  return Array.from({ length: count }, (_, n) => executionCommand(from + n));
}

const executionIds = (of: readonly ExecutionCommand[]) => of.map(({ execution_id }) => execution_id);

test('a command comes out as it went in', () => {
  const command = executionCommand(1, {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  });
  expect(decodeCommand(Buffer.from(encodeCommand(command)))).toEqual(command);
});

describe('emitting', () => {
  test('a repeat within the same ten seconds is stored once, a later one again', async () => {
    const { nc, publisher } = await parts();
    const due = [executionCommand(1)];

    await publisher.emit(due, DUE_AT);
    await publisher.emit(due, plusMs(DUE_AT, 9_999));
    expect(await storedMessages(nc)).toBe(1);

    await publisher.emit(due, plusMs(DUE_AT, 10_000));
    expect(await storedMessages(nc)).toBe(2);
    await publisher.emit([executionCommand(1, { attempt: 2 })], DUE_AT);
    expect(await storedMessages(nc)).toBe(3);
  });

  test('many calls of many commands at once are all stored', async () => {
    const { nc, publisher } = await parts();
    await Promise.all(
      Array.from({ length: 5 }, (_, call) => publisher.emit(commands(2_000, call * 2_000), DUE_AT)),
    );
    expect(await storedMessages(nc)).toBe(10_000);
  });

  test('without a server it fails as LogUnavailable within six seconds, and works again afterwards', async () => {
    const { server, nc, publisher } = await parts();
    await server.kill9();
    const took = stopwatch();
    await expect(publisher.emit(commands(3_000), DUE_AT)).rejects.toThrow(LogUnavailable);
    expect(took()).toBeLessThan(6_000);

    await server.restart();
    await publisher.emit(commands(3_000), DUE_AT);
    expect(await storedMessages(nc)).toBe(3_000);
  });

  test('a frozen server delays it and stores everything once', async () => {
    const { server, nc, publisher } = await parts();
    server.freeze();
    const emitted = publisher.emit(commands(3_000), DUE_AT);
    await delay(2_000);
    server.thaw();
    await emitted;
    expect(await storedMessages(nc)).toBe(3_000);
  });

  test('a server that is restarted in the middle is waited for', async () => {
    const { server, nc, publisher } = await parts();
    await publisher.emit(commands(10), DUE_AT);
    const emitted = publisher.emit(commands(20_000, 10), DUE_AT);
    await server.restart();
    await emitted;
    expect(await storedMessages(nc)).toBe(20_010);
  });

  test('without the stream it fails as LogUnavailable', async () => {
    const { nc, publisher } = await parts();
    await jetstreamApi(nc, 'STREAM.DELETE.EXECUTION_COMMANDS');
    await expect(publisher.emit(commands(1), DUE_AT)).rejects.toThrow(LogUnavailable);
  });
});

describe('taking', () => {
  test('commands of one priority arrive in order, those of another do not', async () => {
    const { publisher, queue } = await parts();
    const taker = new Taker(queue, { priority: 'high', maxInHand: 50 });
    const high = Array.from({ length: 20 }, (_, n) => executionCommand(n, { priority: 'high' }));
    await publisher.emit([executionCommand(99), ...high], DUE_AT);
    await taker.until((taken) => taken.length >= 20);

    expect(taker.commands).toEqual(high);
    expect(taker.taken[0]?.deliveries).toBe(1);
    expect(taker.taken[0]?.messageId).toBe(`${high[0]?.execution_id}.1.0`);
    expect(await queue.depth()).toEqual({ low: 0, medium: 1, high: 0, urgent: 0 });
  });

  test('never more than agreed are in hand, and each that is settled makes room for the next', async () => {
    const { publisher, queue } = await parts();
    let inHand = 0;
    let most = 0;
    const taker = new Taker(queue, {
      maxInHand: 7,
      onCommand: (delivered) => {
        inHand += 1;
        most = Math.max(most, inHand);
        setTimeout(() => {
          inHand -= 1;
          delivered.ack();
        }, Math.random() * 10);
      },
    });
    await publisher.emit(commands(500), DUE_AT);
    await taker.until((taken) => taken.length >= 500);

    expect(most).toBe(7);
    expect(new Set(executionIds(taker.commands)).size).toBe(500);
  });

  test('without an ack nothing beyond the agreed number is delivered', async () => {
    const { publisher, queue } = await parts();
    const taker = new Taker(queue, { maxInHand: 3 });
    await publisher.emit(commands(10), DUE_AT);
    await taker.until((taken) => taken.length >= 3);
    await delay(2_500);
    expect(taker.taken.length).toBe(3);
    expect((await queue.depth()).medium).toBe(7);
  });

  test('what is acked leaves the stream; what is handed back is delivered again after its delay', async () => {
    const { nc, publisher, queue } = await parts();
    const arrivals: number[] = [];
    const taker = new Taker(queue, { onCommand: () => void arrivals.push(performance.now()) });
    await publisher.emit(commands(2), DUE_AT);
    await taker.until((taken) => taken.length >= 2);

    taker.taken[0]?.ack();
    const handedBack = performance.now();
    taker.taken[1]?.handBack(500);
    await taker.until((taken) => taken.length >= 3);

    expect(taker.taken[2]?.command).toEqual(executionCommand(1));
    expect(taker.taken[2]?.deliveries).toBe(2);
    expect((arrivals[2] ?? 0) - handedBack).toBeGreaterThan(450);
    expect(await storedMessages(nc)).toBe(1);
  });

  test('settling twice makes room once', async () => {
    const { publisher, queue } = await parts();
    const taker = new Taker(queue, { maxInHand: 1 });
    await publisher.emit(commands(3), DUE_AT);
    await taker.until((taken) => taken.length >= 1);
    taker.taken[0]?.ack();
    taker.taken[0]?.handBack(0);
    taker.taken[0]?.ack();
    await taker.until((taken) => taken.length >= 2);
    await delay(300);
    expect(taker.taken.length).toBe(2);
  });

  test('a consumer that falls silent loses its commands to another after the ack wait', async () => {
    const { publisher, queue } = await parts(700);
    const silent = new Taker(queue, { maxInHand: 1 });
    await publisher.emit(commands(1), DUE_AT);
    await silent.until((taken) => taken.length >= 1);
    const other = new Taker(queue, { maxInHand: 1 });
    await other.until((taken) => taken.length >= 1);
    expect(other.taken[0]?.deliveries).toBe(2);
  });

  test('a command that is being worked on is not delivered again', async () => {
    const { nc, publisher, queue } = await parts(2_000);
    const worker = new Taker(queue, { maxInHand: 1 });
    await publisher.emit(commands(1), DUE_AT);
    await worker.until((taken) => taken.length >= 1);
    const other = new Taker(queue, { maxInHand: 1 });
    for (let beat = 0; beat < 13; beat++) {
      worker.taken[0]?.working();
      await delay(200);
    }
    worker.taken[0]?.ack();
    await expect.poll(() => storedMessages(nc)).toBe(0);
    expect(other.taken).toEqual([]);
  });

  test('a message that is no command is removed with a log line, and the next is taken', async () => {
    const { nc, publisher, queue, logLines } = await parts();
    const taker = new Taker(queue, { maxInHand: 1 });
    for (const body of [
      'not JSON',
      '{}',
      JSON.stringify({ ...executionCommand(1), task_type: 'unheard_of' }),
    ]) {
      await nc.request('executions.medium.todo', body, { timeout: 5_000 });
    }
    await publisher.emit([executionCommand(5)], DUE_AT);
    await taker.until((taken) => taken.length >= 1);

    expect(taker.commands).toEqual([executionCommand(5)]);
    expect(logLines.length).toBe(3);
    expect(await storedMessages(nc)).toBe(1);
  });

  test('a taker that throws hands the command back and goes on', async () => {
    const { publisher, queue, logLines } = await parts();
    let calls = 0;
    const taker = new Taker(queue, {
      maxInHand: 1,
      onCommand: () => {
        if (++calls === 1) throw new Error('broken');
      },
    });
    await publisher.emit(commands(1), DUE_AT);
    await taker.until((taken) => taken.length >= 2);
    expect(taker.taken[1]?.deliveries).toBe(2);
    expect(logLines.length).toBe(1);
  });

  test('it ends when told to, and what it has not taken is free for others at once', async () => {
    const { publisher, queue } = await parts();
    const first = new Taker(queue, { maxInHand: 5 });
    await first.stop();
    await publisher.emit(commands(20), DUE_AT);
    const took = stopwatch();
    const second = new Taker(queue, { maxInHand: 20 });
    await second.until((taken) => taken.length >= 20);
    expect(first.taken).toEqual([]);
    expect(took()).toBeLessThan(1_000);
  });
});

describe('after trouble', () => {
  test.each([
    ['restarted', async (server: TestNatsServer) => server.restart()],
    [
      // It has forgotten the five commands; their consumer remembers having delivered them.
      'killed and started again',
      async (server: TestNatsServer) => {
        await server.kill9();
        await server.restart();
      },
    ],
    [
      'frozen and thawed',
      async (server: TestNatsServer) => {
        server.freeze();
        await delay(1_000);
        server.thaw();
      },
    ],
  ])('a server that was %s goes on delivering within two seconds', async (_, disturb) => {
    const { server, publisher, queue } = await parts();
    const taker = new Taker(queue, { onCommand: (delivered) => delivered.ack() });
    await publisher.emit(commands(5), DUE_AT);
    await taker.until((taken) => taken.length >= 5);

    await disturb(server);
    await publisher.emit([executionCommand(77)], DUE_AT);
    const took = stopwatch();
    await taker.until(() => executionIds(taker.commands).includes(executionCommand(77).execution_id));
    expect(took()).toBeLessThan(2_000);
  });

  test('a server that remembers as many deliveries as it stores now, the commands of which it lost, delivers all', async () => {
    const { server, publisher, queue } = await parts();
    const stream = join(server.storeDir, 'jetstream', 'SERVICE', 'streams', 'EXECUTION_COMMANDS');
    const messages = join(stream, 'msgs');
    const empty = `${server.storeDir}-empty`;
    await server.halt();
    await cp(messages, empty, { recursive: true });
    await server.restart();
    const busy = new Taker(queue, { maxInHand: 1 });
    await publisher.emit(commands(1), DUE_AT);
    await busy.until((taken) => taken.length >= 1);
    await busy.stop();
    await server.halt();
    await rm(messages, { recursive: true });
    await rename(empty, messages);
    await server.restart();

    await publisher.emit([executionCommand(77)], DUE_AT);
    const took = stopwatch();
    const taker = new Taker(queue, { onCommand: (delivered) => delivered.ack() });
    await taker.until(({ length }) => length > 0);
    expect(executionIds(taker.commands)).toEqual([executionCommand(77).execution_id]);
    expect(took()).toBeLessThan(2_000);
  });

  test('commands that a killed server lost come again by being emitted again', async () => {
    const { server, publisher, queue } = await parts();
    const wanted = commands(2_000);
    await publisher.emit(wanted, DUE_AT);
    await server.kill9();
    await server.restart();

    const taker = new Taker(queue, { maxInHand: 100, onCommand: (delivered) => delivered.ack() });
    await publisher.emit(wanted, plusMs(DUE_AT, 10_000));
    await taker.until((taken) => new Set(executionIds(taken.map(({ command }) => command))).size === 2_000);
  });

  test('a consumer that has vanished is made again and its commands are delivered', async () => {
    const { nc, publisher, queue, logLines } = await parts();
    const taker = new Taker(queue, { onCommand: (delivered) => delivered.ack() });
    await publisher.emit(commands(1), DUE_AT);
    await taker.until((taken) => taken.length >= 1);

    await jetstreamApi(nc, 'CONSUMER.DELETE.EXECUTION_COMMANDS.worker-medium');
    await publisher.emit([executionCommand(77)], DUE_AT);
    await taker.until((taken) =>
      taken.some(({ command }) => command.task_id === executionCommand(77).task_id),
    );
    expect(logLines.some((line) => line.includes('worker-medium'))).toBe(true);
  });

  test('a stream that has vanished is made again', async () => {
    const { nc, publisher, queue } = await parts();
    const taker = new Taker(queue, { onCommand: (delivered) => delivered.ack() });
    await publisher.emit(commands(1), DUE_AT);
    await taker.until((taken) => taken.length >= 1);

    await jetstreamApi(nc, 'STREAM.DELETE.EXECUTION_COMMANDS');
    await publisher.emit([executionCommand(77)], DUE_AT);
    await taker.until((taken) =>
      taken.some(({ command }) => command.task_id === executionCommand(77).task_id),
    );
  });

  test('it ends promptly while there is no server', async () => {
    const { server, queue } = await parts();
    const taker = new Taker(queue);
    await server.kill9();
    const took = stopwatch();
    await taker.stop();
    expect(took()).toBeLessThan(1_500);
    await expect(queue.depth()).rejects.toThrow(LogUnavailable);
  });
});
