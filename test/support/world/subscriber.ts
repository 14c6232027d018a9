/**
 * Another service that reads what is published, by its own NATS account and the mirror there. The servers of an outside
 * cluster have no accounts for readers (docs/accounts.md says how to add them): there it reads as the service.
 */
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { provisionMirrors } from '../../../src/jetstream/provisioning/mirrors.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { connected } from '../nats/nats-client.ts';
import { SUBSCRIBER_PASSWORD, type TestNatsServer } from '../nats/nats-server.ts';

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
  const nc = await subscribed(server);
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

function subscribed(server: TestNatsServer): Promise<NatsConnection> {
  return outsideCluster === null ? ownAccount(server) : connected(server, 'subscriber', () => {});
}

async function ownAccount({ servers, pass }: TestNatsServer): Promise<NatsConnection> {
  await provisionMirrors({ servers, pass, readers: ['subscriber'] });
  return connect({ servers, user: 'subscriber', pass: SUBSCRIBER_PASSWORD });
}
