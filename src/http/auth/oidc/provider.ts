/**
 * Signing in at an OpenID provider: authorization code flow with PKCE (RFC 7636), which the service runs, so that no
 * token ever reaches a browser. The provider's word is taken once: the ID token is held against issuer, audience, nonce,
 * times and the provider's keys as they are now, and what it says of the person is kept in the session.
 *
 * Its keys are read anew at each sign-in, which is rare, so rotated ones are known at once.
 */
import * as oauth from 'oauth4webapi';
import { CLOCK_SKEW_SECONDS, type TokenClaims, tokenClaimsOf } from '../jwt.ts';

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
}

/** What ties an answer of the provider to the browser that asked. */
export interface LoginSecrets {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

export type LoginFailure =
  /** The person, or the provider for them, said no. */
  | 'cancelled'
  /** It took too long, or was used before. */
  | 'expired'
  /** What came is not what a provider of ours may send. */
  | 'refused'
  /** The provider does not answer, or not sensibly. */
  | 'unavailable';

export class LoginFailed extends Error {
  override readonly name = 'LoginFailed';
  readonly why: LoginFailure;

  /** The message is for operators: it holds no secret. */
  constructor(why: LoginFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.why = why;
  }
}

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** The provider's own description is read anew after this long. */
const KNOWN_FOR_MS = 10 * 60_000;

export interface OidcProviderOptions {
  readonly monotonicMs: () => number;
  /** From the call to the last byte of an answer. */
  readonly timeoutMs?: number;
}

export class OidcProvider {
  readonly #settings: OidcSettings;
  readonly #options: OidcProviderOptions;
  readonly #client: oauth.Client;
  #known: { readonly server: oauth.AuthorizationServer; readonly atMs: number } | null = null;

  constructor(settings: OidcSettings, options: OidcProviderOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#client = { client_id: settings.clientId, [oauth.clockTolerance]: CLOCK_SKEW_SECONDS };
  }

  static newSecrets(): LoginSecrets {
    return {
      state: oauth.generateRandomState(),
      nonce: oauth.generateRandomNonce(),
      verifier: oauth.generateRandomCodeVerifier(),
    };
  }

  /** Where a browser is sent to. Throws LoginFailed. */
  async loginUrl({ state, nonce, verifier }: LoginSecrets, redirectUri: string): Promise<string> {
    const { authorization_endpoint: endpoint } = await this.#server();
    if (endpoint === undefined || !URL.canParse(endpoint)) {
      throw new LoginFailed('unavailable', 'the provider names no authorization endpoint');
    }
    const url = new URL(endpoint);
    const asked = {
      response_type: 'code',
      client_id: this.#settings.clientId,
      redirect_uri: redirectUri,
      scope: 'openid',
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Who came back by this answer, a URL. Throws LoginFailed. */
  async personOf(answer: URL, secrets: LoginSecrets, redirectUri: string): Promise<TokenClaims> {
    // A copy: the library keeps a provider's keys by the object that describes it.
    const server = { ...(await this.#server()) };
    try {
      const params = oauth.validateAuthResponse(server, this.#client, answer, secrets.state);
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        this.#client,
        this.#clientAuth(server),
        params,
        redirectUri,
        secrets.verifier,
        this.#requests(),
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, this.#client, response, {
        expectedNonce: secrets.nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(server, response, this.#requests());
      const claims = tokenClaimsOf(oauth.getValidatedIdTokenClaims(tokens) ?? {});
      if (typeof claims === 'string') throw new LoginFailed('refused', claims);
      return claims;
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Basic unless the provider takes only the other (OpenID Connect Discovery, 3). */
  #clientAuth({
    token_endpoint_auth_methods_supported: methods,
  }: oauth.AuthorizationServer): oauth.ClientAuth {
    const { clientSecret } = this.#settings;
    if (clientSecret === null) return oauth.None();
    const takesBasic = methods === undefined || methods.includes('client_secret_basic');
    return takesBasic ? oauth.ClientSecretBasic(clientSecret) : oauth.ClientSecretPost(clientSecret);
  }

  async #server(): Promise<oauth.AuthorizationServer> {
    const nowMs = this.#options.monotonicMs();
    if (this.#known !== null && nowMs - this.#known.atMs < KNOWN_FOR_MS) return this.#known.server;
    try {
      const issuer = new URL(this.#settings.issuer);
      const response = await oauth.discoveryRequest(issuer, this.#requests());
      const server = await oauth.processDiscoveryResponse(issuer, response);
      this.#known = { server, atMs: nowMs };
      return server;
    } catch (error) {
      throw new LoginFailed('unavailable', `the provider does not say how it works: ${textOf(error)}`, error);
    }
  }

  #requests() {
    const { timeoutMs = TIMEOUT_MS } = this.#options;
    return {
      signal: () => AbortSignal.timeout(timeoutMs),
      // The issuer is the operator's word: only on the machine itself it may be without TLS (see the configuration).
      [oauth.allowInsecureRequests]: this.#settings.issuer.startsWith('http://'),
      [oauth.customFetch]: boundedFetch,
    };
  }
}

type FetchOptions = oauth.CustomFetchOptions<string, URLSearchParams | undefined>;

/** The whole answer, if it is not too large. */
async function boundedFetch(url: string, options: FetchOptions): Promise<Response> {
  const { method, headers, redirect, body, signal } = options;
  const response = await fetch(url, {
    method,
    headers,
    redirect,
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new LoginFailed('unavailable', `an answer of more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  const isEmpty = response.status === 204 || response.status === 304;
  return new Response(isEmpty ? null : Buffer.concat(chunks), {
    status: response.status,
    headers: response.headers,
  });
}

function failureOf(error: unknown): LoginFailed {
  if (error instanceof LoginFailed) return error;
  if (error instanceof oauth.AuthorizationResponseError) {
    const isNo = error.error === 'access_denied' || error.error === 'login_required';
    return new LoginFailed(isNo ? 'cancelled' : 'refused', `the provider answered ${error.error}`, error);
  }
  if (error instanceof oauth.ResponseBodyError) {
    const why = error.error === 'invalid_grant' ? 'expired' : 'unavailable';
    return new LoginFailed(why, `the provider refused the code: ${error.error}`, error);
  }
  const isOfAnswer = error instanceof oauth.OperationProcessingError && !NO_SENSE.has(error.code ?? '');
  const isUnsupported = error instanceof oauth.UnsupportedOperationError;
  return new LoginFailed(isOfAnswer || isUnsupported ? 'refused' : 'unavailable', textOf(error), error);
}

/** Of an answer that is none, as against one that says what it must not. */
const NO_SENSE: ReadonlySet<string> = new Set([
  oauth.RESPONSE_IS_NOT_CONFORM,
  oauth.RESPONSE_IS_NOT_JSON,
  oauth.PARSE_ERROR,
  oauth.HTTP_REQUEST_FORBIDDEN,
]);

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : 'failed';
}
