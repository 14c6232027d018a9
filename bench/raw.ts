import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

const STREAM = 'BENCH_RAW';
/** About what a small event takes in the log. */
const BODY = new Uint8Array(1_000).fill(120);

/** A stream with the log's durability and nothing of this project around it. */
export async function makeRawStream(nc: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(nc);
  await manager.streams.add({ name: STREAM, subjects: ['benchraw.>'], allow_direct: true });
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
