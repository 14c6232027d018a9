/** Another service that reads what is published, by its own NATS account and the mirror there. */
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { provisionMirrors } from '../../src/jetstream/mirrors.ts';
import { SUBSCRIBER_PASSWORD, type TestNatsServer } from './nats-server.ts';

export interface ToldDocument {
  readonly id: string;
  readonly type: string;
  readonly actor: string;
  // biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
  readonly data: any;
}

export interface Subscriber {
  /** What was told of a task under a subject, as soon as there are `count` of them. */
  told(taskId: string, subject: string, count?: number): Promise<readonly ToldDocument[]>;
  /** The subjects of all that was told of a task so far. */
  subjectsOf(taskId: string): string[];
  stop(): Promise<void>;
}

/** Once the service has made its streams. */
export async function startSubscriber(server: TestNatsServer): Promise<Subscriber> {
  const { servers, pass } = server;
  await provisionMirrors({ servers, pass, readers: ['subscriber'] });
  const nc = await connect({ servers, user: 'subscriber', pass: SUBSCRIBER_PASSWORD });
  const seen: { subject: string; document: ToldDocument }[] = [];
  const waiting = new Set<() => void>();
  const consumer = await jetstream(nc).consumers.get('TASK_EVENTS');
  const reading = await consumer.consume({
    callback: (message) => {
      seen.push({ subject: message.subject, document: message.json<ToldDocument>() });
      for (const look of [...waiting]) look();
    },
  });
  const ofTask = (taskId: string) => seen.filter(({ document }) => document.data.task_id === taskId);
  return {
    told: (taskId, subject, count = 1) =>
      new Promise((resolve) => {
        const look = () => {
          const found = ofTask(taskId).filter((each) => each.subject === subject);
          if (found.length < count) return;
          waiting.delete(look);
          resolve(found.map(({ document }) => document));
        };
        waiting.add(look);
        look();
      }),
    subjectsOf: (taskId) => ofTask(taskId).map(({ subject }) => subject),
    stop: async () => {
      reading.stop();
      await nc.close();
    },
  };
}
