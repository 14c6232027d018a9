/**
 * Sessions of browsers: an id that is nothing but random, in a cookie that no script reads, stands for a token that the
 * service keeps. It ends when it is ended, when the token does, and after twelve hours in which it was not used.
 *
 * A code is a token's stand-in in a link: good once, for ten minutes.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../application/ports/clock.ts';
import type { KeptTokenKind, SessionStore } from '../../application/ports/sessions.ts';
import { msBetween } from '../../domain/shared/instant.ts';

const ID_BYTES = 32;
const CODE_LASTS_MS = 10 * 60 * 1_000;
/** The store forgets what was not written for twelve hours: a session in use is written anew this often. */
const KEEP_EVERY_MS = 10 * 60 * 1_000;

export interface OpenSession {
  /** What it is known by here; the id is in the browser only. */
  readonly name: string;
  readonly token: string;
}

export interface SessionsDeps {
  readonly store: SessionStore;
  readonly clock: Pick<Clock, 'now'>;
}

/** Its methods throw LogUnavailable. */
export class Sessions {
  readonly #store: SessionStore;
  readonly #clock: Pick<Clock, 'now'>;

  constructor({ store, clock }: SessionsDeps) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The id of a new session. */
  begin(token: string): Promise<string> {
    return this.#keep('session', token);
  }

  /** A code that `redeem` takes once. */
  codeFor(token: string): Promise<string> {
    return this.#keep('code', token);
  }

  /** Whether nobody has come with this before, to any instance, for twelve hours at least. */
  isFirst(secret: string): Promise<boolean> {
    return this.#store.put('login', nameOf(secret), { token: '', keptAt: this.#clock.now() }, 0);
  }

  /** The token that the code stands for; null where there is no such code, or no more. Of two callers one gets it. */
  async redeem(code: string): Promise<string | null> {
    const name = nameOf(code);
    const kept = await this.#store.read('code', name);
    if (kept === null || !(await this.#store.remove('code', name, kept.version))) return null;
    return msBetween(kept.keptAt, this.#clock.now()) <= CODE_LASTS_MS ? kept.token : null;
  }

  /** Null where there is none. */
  async open(id: string): Promise<OpenSession | null> {
    const name = nameOf(id);
    const kept = await this.#store.read('session', name);
    if (kept === null) return null;
    const { token } = kept;
    const keptAt = this.#clock.now();
    // Another request may have done it meanwhile, or ended the session: either is right.
    if (msBetween(kept.keptAt, keptAt) >= KEEP_EVERY_MS) {
      await this.#store.put('session', name, { token, keptAt }, kept.version);
    }
    return { name, token };
  }

  async end(name: string): Promise<void> {
    await this.#store.remove('session', name);
  }

  /** Calls once, when the session is ended, here or by another instance, or has been. Answers how to listen no more. */
  onEnded(name: string, act: () => void): () => void {
    const end = () => {
      stop();
      act();
    };
    const stop = this.#store.onRemoved((removed) => {
      if (removed === name) end();
    });
    // It may have been ended since it was read. Where that cannot be told, it is told at the next request.
    this.#store.read('session', name).then(
      (kept) => kept === null && end(),
      () => {},
    );
    return stop;
  }

  async #keep(kind: KeptTokenKind, token: string): Promise<string> {
    const secret = randomBytes(ID_BYTES).toString('base64url');
    await this.#store.put(kind, nameOf(secret), { token, keptAt: this.#clock.now() }, 0);
    return secret;
  }
}

function nameOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
