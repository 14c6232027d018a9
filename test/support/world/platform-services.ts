/**
 * The services of the platform that the built service calls, as servers on loopback that behave as such services do:
 * they take only what is signed, know a repeat by its Idempotency-Key, and have bad days.
 */
import { createHmac } from 'node:crypto';
import { derivedServiceKey } from '../../../src/jetstream/codec/service-keys.ts';
import { outsideCluster } from '../cluster/outside-cluster.ts';
import { SECRETS_KEY } from '../processes/service.ts';
import { json, type ReceivedRequest, startHttpReceiver } from './http-receiver.ts';

export interface Call {
  readonly method: string;
  readonly path: string;
  /** Its Idempotency-Key. */
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
  readonly body: any;
}

/** `fails`: answers 500, nothing is done. `answer lost`: it is done, and never answered. */
export type Mishap = 'fails' | 'answer lost';
type Fits = (call: Call) => boolean;

export interface PlatformService {
  readonly url: string;
  /** What was done, each once, as soon as `count` of them fit. */
  done(fits: Fits, count?: number): Promise<readonly Call[]>;
  /** All calls that fit, repeats too, as soon as there are `count`. */
  calls(fits: Fits, count?: number): Promise<readonly Call[]>;
  /** The next calls that fit meet with these, one after another. */
  badDay(fits: Fits, ...mishaps: readonly Mishap[]): void;
  stop(): Promise<void>;
}

type Answer = (call: Call, isRepeat: boolean) => readonly [status: number, body: object];

const SIGNING_KEY = derivedServiceKey(Buffer.from(SECRETS_KEY, 'base64'), 'calls');

const ports = outsideCluster?.platformPorts;

export const startNotificationService = () =>
  startPlatformService(() => [202, { accepted: true }], ports?.notification);

/** Says of a repeat that it was charged before. */
export const startWalletService = () =>
  startPlatformService(
    (_, isRepeat) => (isRepeat ? [409, { error: 'charged' }] : [200, { success: true }]),
    ports?.wallet,
  );

/** The id of an entry follows from the task's. */
export const startCalendarService = () =>
  startPlatformService(
    ({ method, body }) => (method === 'POST' ? [201, { event_id: `evt ${body.external_id}` }] : [200, {}]),
    ports?.calendar,
  );

async function startPlatformService(answer: Answer, port?: number): Promise<PlatformService> {
  const calls: Call[] = [];
  const done: Call[] = [];
  const mishaps: { fits: Fits; mishap: Mishap }[] = [];
  const waiting = new Set<() => void>();
  const receiver = await startHttpReceiver((request, response) => {
    if (!isSigned(request)) return json(response, 401, { error: 'not signed' });
    const call = callOf(request);
    const at = mishaps.findIndex(({ fits }) => fits(call));
    const mishap = at === -1 ? null : mishaps.splice(at, 1)[0]?.mishap;
    const isRepeat = done.some(({ key }) => key === call.key);
    calls.push(call);
    if (mishap !== 'fails' && !isRepeat) done.push(call);
    if (mishap === 'fails') json(response, 500, { error: 'a bad day' });
    else if (mishap !== 'answer lost') json(response, ...answer(call, isRepeat));
    for (const look of [...waiting]) look();
  }, port);
  const among = (seen: readonly Call[], fits: Fits, count: number) =>
    new Promise<readonly Call[]>((resolve) => {
      const look = () => {
        const found = seen.filter(fits);
        if (found.length < count) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return {
    url: receiver.url,
    done: (fits, count = 1) => among(done, fits, count),
    calls: (fits, count = 1) => among(calls, fits, count),
    badDay: (fits, ...more) => void mishaps.push(...more.map((mishap) => ({ fits, mishap }))),
    stop: () => receiver.stop(),
  };
}

function callOf({ method, path, headers, body }: ReceivedRequest): Call {
  const key = String(headers['idempotency-key']);
  return { method, path, key, body: body === '' ? null : JSON.parse(body) };
}

/** By Standard Webhooks. */
function isSigned({ headers, body }: ReceivedRequest): boolean {
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', SIGNING_KEY).update(content).digest('base64');
  return headers['webhook-signature'] === `v1,${signature}`;
}
