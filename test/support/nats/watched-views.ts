import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../../../src/jetstream/connection/api.ts';
import { CHECKPOINT_KEY } from '../../../src/jetstream/views/view-keys.ts';
import { viewBucket } from './view-bucket.ts';

/** Every message that the stream of the views that are projected has stored since, in order, overwritten ones too. */
export interface WatchedViews {
  /** Keys whose value was followed by an older one. */
  readonly goneBack: string[];
  /** Of each atomic batch, how many messages and bytes. */
  readonly steps: { messages: number; bytes: number }[];
}

/** Lets the server republish what it stores; call before anything is stored. */
export async function watchViews(nc: NatsConnection): Promise<WatchedViews> {
  const bucket = await viewBucket(nc);
  const { stream } = bucket;
  const checkpoint = bucket.subject(CHECKPOINT_KEY);
  const { config } = await jetstreamApi<{ config: object }>(nc, `STREAM.INFO.${stream}`);
  const republish = { src: '>', dest: 'watched.>' };
  await jetstreamApi(nc, `STREAM.UPDATE.${stream}`, { ...config, republish });
  const newest = new Map<string, number>();
  const watched: WatchedViews = { goneBack: [], steps: [] };
  let step = { messages: 0, bytes: 0 };
  nc.subscribe('watched.>', {
    callback: (_, message) => {
      step.messages++;
      step.bytes += message.data.length;
      if (message.data.length > 0) {
        // What is sealed of a value comes behind its first line.
        const { sequence } = JSON.parse(message.string().split('\n', 1)[0] ?? '') as { sequence: number };
        const before = newest.get(message.subject) ?? 0;
        if (sequence < before) watched.goneBack.push(`${message.subject}: ${sequence} after ${before}`);
        newest.set(message.subject, sequence);
      }
      if (message.subject !== `watched.${checkpoint}`) return;
      watched.steps.push(step);
      step = { messages: 0, bytes: 0 };
    },
  });
  await nc.flush();
  return watched;
}
