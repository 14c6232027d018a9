/** An OpenID provider on the machine itself that lets everybody in as `usr_alice`, and its bad days. */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

export const OIDC_CLIENT = { clientId: 'tasks', clientSecret: 'a secret of tests alone' };

export interface BadDay {
  /** Claims in place of the right ones. */
  claims?: Record<string, unknown>;
  /** Signs with a key that it does not publish. */
  foreignKey?: boolean;
  /** What the address of the answer says besides. */
  answer?: Record<string, string>;
  /** Never answers for tokens. */
  hangs?: boolean;
  /** Status and body of every token answer. */
  token?: readonly [number, string];
  isDown?: boolean;
}

export interface TestOidcProvider {
  readonly issuer: string;
  bad: BadDay;
  /** From now on it signs with another key, and publishes that alone. */
  rotate(): Promise<void>;
  /** What a browser would be sent back with from that address. */
  visit(loginUrl: string): Promise<string>;
  /** Requests for tokens so far. */
  readonly asked: URLSearchParams[];
}

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
}

export async function oidcProvider(end: (stop: () => Promise<void>) => void = onTestFinished) {
  const newKey = async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { privateKey, kid: randomUUID(), jwk: await exportJWK(publicKey) };
  };
  let key = await newKey();
  const foreign = await newKey();
  const grants = new Map<string, Grant>();
  const asked: URLSearchParams[] = [];
  const state: { bad: BadDay } = { bad: {} };

  const server = createServer((request, response) => {
    if (state.bad.isDown === true) return void response.destroy();
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  end(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', issuer);
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
          authorization_response_iss_parameter_supported: true,
        });
      case '/keys':
        return json(200, { keys: [{ ...key.jwk, kid: key.kid, alg: 'ES256', use: 'sig' }] });
      case '/authorize': {
        const asks = url.searchParams;
        const code = randomUUID();
        grants.set(code, {
          nonce: asks.get('nonce') ?? '',
          challenge: asks.get('code_challenge') ?? '',
          redirectUri: asks.get('redirect_uri') ?? '',
        });
        const back = new URL(asks.get('redirect_uri') ?? '');
        const answer = { code, state: asks.get('state') ?? '', iss: issuer, ...state.bad.answer };
        for (const [name, value] of Object.entries(answer))
          if (value !== '') back.searchParams.set(name, value);
        response.writeHead(303, { location: back.href }).end();
        return;
      }
      case '/token':
        return tokens(request, json, response);
      default:
        return json(404, {});
    }
  }

  async function tokens(
    request: IncomingMessage,
    json: (status: number, body: object) => void,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    asked.push(form);
    if (state.bad.hangs === true) return;
    if (state.bad.token !== undefined) {
      const [status, body] = state.bad.token;
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      return;
    }
    const shown = Buffer.from(`${OIDC_CLIENT.clientId}:${encodeURIComponent(OIDC_CLIENT.clientSecret)}`);
    const basic = (request.headers.authorization ?? '').replaceAll('+', '%20');
    const known = [
      `Basic ${shown.toString('base64')}`,
      `Basic ${Buffer.from(`${OIDC_CLIENT.clientId}:${OIDC_CLIENT.clientSecret.replaceAll(' ', '+')}`).toString('base64')}`,
    ];
    if (!known.includes(basic) && !known.includes(request.headers.authorization ?? '')) {
      return json(401, { error: 'invalid_client' });
    }
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isHis = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    if (grant === undefined || !isHis) return json(400, { error: 'invalid_grant' });
    const signer = state.bad.foreignKey === true ? foreign : key;
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      aud: OIDC_CLIENT.clientId,
      sub: 'usr_alice',
      nonce: grant.nonce,
      iat: seconds,
      exp: seconds + 300,
      roles: ['auditor'],
      ...state.bad.claims,
    };
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: state.bad.foreignKey === true ? key.kid : signer.kid })
      .sign(signer.privateKey);
    json(200, { access_token: randomUUID(), token_type: 'Bearer', id_token: token });
  }

  return Object.assign(state, {
    issuer,
    asked,
    rotate: async () => {
      key = await newKey();
    },
    visit: async (loginUrl: string) => {
      const response = await fetch(loginUrl, { redirect: 'manual' });
      return response.headers.get('location') ?? '';
    },
  }) as TestOidcProvider;
}
