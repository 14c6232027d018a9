/**
 * Answers nats-server when somebody logs in who is none of its own users: people's devices, by MQTT (`auth_callout`,
 * docs/devices.md).
 *
 *     device --CONNECT--> nats-server --request--> here: whose password is it? --answer--> user JWT, or why not
 *
 * The server believes what is signed with the issuer's key (its public half stands in the server's configuration). A
 * device gets its own person's topics to listen to, nothing to publish to, and at most an hour: then the server ends the
 * connection and the device logs in anew, so that a withdrawn credential or a deleted user is out by then.
 *
 * A session, with all that waits in it, belongs to the client id, whoever shows it. So a client id has to begin with
 * its user's name, escaped as in topics: nobody can take over a session of somebody else.
 *
 * No answer is a refusal, after the server's own time limit. The server's own users never come here.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../application/ports/clock.ts';
import type { VerifyDevice } from '../../application/ports/devices.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import { epochMs } from '../../domain/shared/instant.ts';
import { deviceSubjects, escapeToken } from '../connection/subjects.ts';
import { type DeviceSessions, MOST_SESSIONS } from './device-sessions.ts';
import { type NkeySigner, nkeySigner } from './nkey-signer.ts';

const SUBJECT = '$SYS.REQ.USER.AUTH';
/** Of all instances one answers. */
const QUEUE = 'device-logins';
/** Where devices are put. */
const ACCOUNT = 'DEVICES';
const LONGEST_SECONDS = 3_600;
const STOP_WITHIN_MS = 2_000;
/** Logins that are being judged: with more, a service that does not answer would leave ever more of them waiting. */
const MOST_AT_ONCE = 256;
const DEVICE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const MQTT: readonly (string | undefined)[] = ['mqtt', 'mqtt_websocket'];
/** Where the server delivers to a listener at QoS 1 what is stored for it; MQTT clients cannot name it. */
const DELIVERIES = '$MQTT.sub.>';

const authorizationRequest = z.object({
  nats: z.object({
    server_id: z.object({ id: z.string() }),
    user_nkey: z.string(),
    client_info: z.object({
      host: z.string().optional(),
      type: z.string().optional(),
      mqtt_id: z.string().optional(),
    }),
    connect_opts: z.object({ pass: z.string().optional() }),
  }),
});
type Request = z.output<typeof authorizationRequest>['nats'];

/** Whom to let in, and until when (seconds since 1970); or why nobody. */
type Verdict = { readonly userId: UserId; readonly until: number } | { readonly refused: string };

const TOO_MANY: Verdict = { refused: 'Too many devices log in at once.' };

export interface DeviceLoginsOptions {
  /** Seed of the account key that the server's configuration names as issuer. */
  readonly issuerSeed: Uint8Array;
  readonly verify: VerifyDevice;
  readonly sessions: Pick<DeviceSessions, 'admits'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class DeviceLogins {
  readonly #nc: NatsConnection;
  readonly #options: DeviceLoginsOptions;
  readonly #issuer: NkeySigner;
  readonly #inHand = new Set<Promise<void>>();
  #subscription: Subscription | null = null;

  constructor(nc: NatsConnection, options: DeviceLoginsOptions) {
    this.#nc = nc;
    this.#options = options;
    this.#issuer = nkeySigner(options.issuerSeed);
  }

  /** Resolves when the server knows to ask here: whoever came before that was refused after its time limit. */
  async start(): Promise<void> {
    this.#subscription = this.#nc.subscribe(SUBJECT, {
      queue: QUEUE,
      callback: (error, message) => {
        if (error !== null) this.#options.logger.error({ err: error }, 'devices cannot log in');
        else this.#take(message);
      },
    });
    // Where the connection breaks, the client asks anew on the next one.
    await this.#nc.flush().catch(() => {});
  }

  /** Resolves when everybody who came here is answered and others go to other instances; without a server, soon. */
  async stop(): Promise<void> {
    if (this.#nc.isClosed()) return;
    await Promise.race([this.#leave(), delay(STOP_WITHIN_MS, undefined, { ref: false })]);
  }

  async #leave(): Promise<void> {
    await this.#subscription?.drain();
    await Promise.all(this.#inHand);
    await this.#nc.flush();
  }

  #take(message: Msg): void {
    const answering = this.#answer(message, this.#inHand.size >= MOST_AT_ONCE).finally(() =>
      this.#inHand.delete(answering),
    );
    this.#inHand.add(answering);
  }

  async #answer(message: Msg, isTooMany: boolean): Promise<void> {
    const request = requestIn(message);
    if (request === null) {
      this.#options.logger.error('a request of nats-server to let somebody in was not understood');
      return;
    }
    const { client_info, server_id, user_nkey } = request;
    const verdict = isTooMany ? TOO_MANY : await this.#judge(request);
    if ('refused' in verdict) {
      const { host, mqtt_id: client } = client_info;
      this.#options.logger.info({ host, client, reason: verdict.refused }, 'a device was not let in');
    }
    const answer =
      'refused' in verdict ? { error: verdict.refused } : { jwt: this.#userJwt(request, verdict) };
    const claims = { sub: user_nkey, aud: server_id.id };
    message.respond(this.#signed(claims, { type: 'authorization_response', ...answer }));
  }

  async #judge({ client_info, connect_opts: { pass } }: Request): Promise<Verdict> {
    const { type, mqtt_id, host = '' } = client_info;
    if (!MQTT.includes(type)) return { refused: 'Only devices are let in this way, by MQTT.' };
    if (pass === undefined || pass === '') return { refused: 'There is no token given as password.' };
    const login = await this.#options.verify(pass, host);
    if (login.kind === 'refused') return { refused: login.reason };
    const { userId, expiresAt } = login;
    const clientId = mqtt_id ?? '';
    if (!isClientIdOf(userId, clientId)) {
      return {
        refused: "The client id has to be the user's name as in topics, a colon and the device's name.",
      };
    }
    const now = this.#now();
    if (expiresAt !== null && expiresAt <= now) return { refused: 'The token has expired.' };
    const refused = await this.#sessionRefusal(userId, clientId);
    if (refused !== null) return { refused };
    return { userId, until: Math.min(expiresAt ?? Number.POSITIVE_INFINITY, now + LONGEST_SECONDS) };
  }

  async #sessionRefusal(userId: UserId, clientId: string): Promise<string | null> {
    try {
      if (await this.#options.sessions.admits(userId, clientId)) return null;
      return `The user has ${MOST_SESSIONS} lasting sessions: end one (connect with its client id and a clean session).`;
    } catch (err) {
      this.#options.logger.warn({ err }, 'the sessions of a user could not be counted');
      return 'The sessions of the user cannot be counted now.';
    }
  }

  #userJwt({ user_nkey }: Request, { userId, until }: Extract<Verdict, { userId: UserId }>): string {
    const own = deviceSubjects(userId);
    return this.#signed(
      { sub: user_nkey, aud: ACCOUNT, name: escapeToken(userId), exp: Math.floor(until) },
      {
        type: 'user',
        pub: { deny: ['>'] },
        // The first for the filter `users/<user>/#`, which means the level above too.
        sub: { allow: [own, `${own}.>`, DELIVERIES] },
        subs: -1,
        data: -1,
        payload: -1,
      },
    );
  }

  /** A JWT as NATS has them: https://github.com/nats-io/jwt, version 2. */
  #signed(claims: { readonly sub: string; readonly [claim: string]: unknown }, nats: object): string {
    const issued = { jti: claims.sub, iat: this.#now(), iss: this.#issuer.publicKey };
    const text = [
      { typ: 'JWT', alg: 'ed25519-nkey' },
      { ...issued, ...claims, nats: { version: 2, ...nats } },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${this.#issuer.sign(Buffer.from(text)).toString('base64url')}`;
  }

  #now(): number {
    return Math.floor(epochMs(this.#options.clock.now()) / 1000);
  }
}

/** Whether the text is whole; of what kind its key is, its first letters say. */
export function isAccountSeed(seed: Uint8Array): boolean {
  try {
    nkeySigner(seed);
    return true;
  } catch {
    return false;
  }
}

/** Null for what no nats-server sends. Only servers can: they keep users from publishing there. */
function requestIn(message: Msg): Request | null {
  try {
    const claims = message.string().split('.')[1] ?? '';
    const text = Buffer.from(claims, 'base64url').toString('utf8');
    return authorizationRequest.safeParse(JSON.parse(text)).data?.nats ?? null;
  } catch {
    return null;
  }
}

function isClientIdOf(userId: UserId, clientId: string): boolean {
  const own = `${escapeToken(userId)}:`;
  return clientId.startsWith(own) && DEVICE_NAME.test(clientId.slice(own.length));
}
