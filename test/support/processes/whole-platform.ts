/**
 * The built service amid a platform: a nats-server, the world that tasks reach out to, the services that it asks and
 * calls, and one that subscribes to what it publishes.
 */
import type { NatsConnection } from '@nats-io/transport-node';
import type { ServiceProcess } from '../../../harness/service-process.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { type LogWatch, watchLog } from '../log/log-watch.ts';
import { connected } from '../nats/nats-client.ts';
import { startNatsServer } from '../nats/nats-server.ts';
import { rss, startFeedServer } from '../world/feed-server.ts';
import { type Answer, type HttpReceiver, json, startHttpReceiver } from '../world/http-receiver.ts';
import {
  type PlatformService,
  startCalendarService,
  startNotificationService,
  startWalletService,
} from '../world/platform-services.ts';
import { type Subscriber, startSubscriber } from '../world/subscriber.ts';
import { startWeatherServer, type WeatherServer } from '../world/weather-server.ts';
import { startService } from './service.ts';

export const DOOR_SECRET = 'a secret that the services of one platform share';

export interface WholePlatform {
  readonly nc: NatsConnection;
  readonly log: LogWatch;
  readonly service: ServiceProcess;
  /** How many processes that is. */
  readonly instances: number;
  readonly weather: WeatherServer;
  /** A shop and a webhook receiver: `answers` says what a path answers; 503 where it says nothing. */
  readonly world: HttpReceiver;
  readonly answers: Map<string, Answer>;
  /** Knows everybody, unless `accountAnswers` says otherwise of a user. */
  readonly accounts: HttpReceiver;
  readonly accountAnswers: Map<string, Answer>;
  readonly notification: PlatformService;
  readonly wallet: PlatformService;
  readonly calendar: PlatformService;
  readonly subscriber: Subscriber;
  stop(): Promise<void>;
}

export async function startWholePlatform(): Promise<WholePlatform> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await start(stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** `stops` takes what ends each part, in the order of the starts. */
async function start(stops: (() => Promise<unknown>)[]): Promise<Omit<WholePlatform, 'stop'>> {
  const nats = await startNatsServer();
  stops.push(() => nats.stop());
  const { servers, user, pass } = nats;
  const weather = await startWeatherServer();
  const feeds = await startFeedServer({ paper: rss([{ title: 'NATS is out', guid: '1' }]) });
  const answers = new Map<string, Answer>();
  const world = await startHttpReceiver((request, response) => {
    const answer = answers.get(request.path);
    if (answer === undefined) json(response, 503, { error: 'down for maintenance' });
    else answer(request, response);
  });
  const accountAnswers = new Map<string, Answer>();
  const accounts = await startHttpReceiver((request, response) => {
    const user_id = decodeURIComponent(request.path.split('/').at(-1) ?? '');
    const answer = accountAnswers.get(user_id);
    if (answer === undefined) json(response, 200, { user_id, is_active: true });
    else answer(request, response);
  }, outsideCluster?.platformPorts.accounts);
  const [notification, wallet, calendar] = await Promise.all([
    startNotificationService(),
    startWalletService(),
    startCalendarService(),
  ]);
  const others = [weather, feeds, world, accounts, notification, wallet, calendar];
  stops.push(() => Promise.all(others.map((other) => other.stop())));
  const service = await startService({
    NATS_URL: servers,
    NATS_USER: user,
    NATS_PASSWORD: pass,
    EGRESS_ALLOW: [weather.host, feeds.host, world.host].join(','),
    WEATHER_API_URLS: `forecast=${weather.url},geocoding=${weather.url}`,
    NEWS_FEEDS: `paper[world]=${feeds.url}/paper`,
    INTERNAL_SERVICE_SECRET: DOOR_SECRET,
    PLATFORM_SERVICES: [
      `account=${accounts.url}`,
      `notification=${notification.url}`,
      `wallet=${wallet.url}`,
      `calendar=${calendar.url}`,
    ].join(','),
  });
  stops.push(() => service.end('SIGTERM'));
  const nc = await connected(nats, 'scenarios', (close) => void stops.push(close));
  const log = watchLog(nc);
  stops.push(() => log.stop());
  const subscriber = await startSubscriber(nats);
  stops.push(() => subscriber.stop());
  const called = { accounts, accountAnswers, notification, wallet, calendar };
  const instances = outsideCluster?.instances ?? 1;
  return { nc, log, service, instances, weather, world, answers, ...called, subscriber };
}
