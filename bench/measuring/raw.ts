import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { publishBatch } from '../../src/jetstream/connection/atomic-batch.ts';

const STREAM = 'BENCH_RAW';
/** About what a small event takes in the log. */
const BODY = new Uint8Array(1_000).fill(120);

/** A stream with the log's durability and nothing of this project around it. */
export async function makeRawStream(nc: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(nc);
  await manager.streams.add({
    name: STREAM,
    subjects: ['benchraw.>'],
    allow_direct: true,
    allow_atomic: true,
  });
}

/** Plain publishes, each acknowledged after its fsync, `inFlight` of them at a time: how many a second. */
export async function rawPublishes(nc: NatsConnection, inFlight: number, amount: number): Promise<number> {
  const client = jetstream(nc);
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < amount) await client.publish(`benchraw.${next++}`, BODY);
    }),
  );
  return amount / ((performance.now() - began) / 1000);
}

/** One publish every 25 ms until the signal aborts: what each took, in milliseconds, in order of size. */
export async function rawPublishTimes(nc: NatsConnection, signal: AbortSignal): Promise<readonly number[]> {
  const client = jetstream(nc);
  const times: number[] = [];
  while (!signal.aborted) {
    const began = performance.now();
    await client.publish(`benchraw.meanwhile.${times.length}`, BODY);
    times.push(performance.now() - began);
    await delay(25, undefined, { signal }).catch(() => undefined);
  }
  return times.sort((a, b) => a - b);
}

/** Atomic batches of that many messages, one after another: the middle one of the times that they took, milliseconds. */
export async function rawBatches(nc: NatsConnection, size: number, amount: number): Promise<number> {
  const times: number[] = [];
  for (let batch = 0; batch < amount; batch++) {
    const messages = Array.from({ length: size }, (_, index) => {
      return { subject: `benchraw.batch.${size}.${batch}.${index}`, headers: {}, payload: BODY };
    });
    const began = performance.now();
    await publishBatch(nc, messages, 5_000);
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[amount >> 1] ?? 0;
}

/** Last message of a subject, `inFlight` requests at a time: milliseconds at the 95th percentile. */
export async function rawReads(nc: NatsConnection, inFlight: number, amount: number): Promise<number> {
  const manager = await jetstreamManager(nc);
  const times: number[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < amount) {
        const began = performance.now();
        await manager.streams.getMessage(STREAM, { last_by_subj: `benchraw.${next++}` });
        times.push(performance.now() - began);
      }
    }),
  );
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.95)] ?? 0;
}

/** All of the stream through one consumer: messages a second. */
export async function rawReplay(nc: NatsConnection, stream: string): Promise<number> {
  const manager = await jetstreamManager(nc);
  const { state } = await manager.streams.info(stream);
  const consumer = await jetstream(nc).consumers.get(stream);
  const began = performance.now();
  const messages = await consumer.consume({ max_messages: 5_000 });
  let seen = 0;
  for await (const message of messages) {
    seen++;
    if (message.info.pending === 0) break;
  }
  return Math.min(seen, state.messages) / ((performance.now() - began) / 1000);
}
