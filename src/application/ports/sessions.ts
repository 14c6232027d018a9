/** What is kept of those who are signed in: their tokens, under names that say nothing of them. */
import type { Instant } from '../../domain/shared/instant.ts';

/** `session`: until nobody has used it for twelve hours. `code`: may become one, once. `login`: has become one. */
export type KeptTokenKind = 'session' | 'code' | 'login';

export interface KeptToken {
  readonly token: string;
  readonly keptAt: Instant;
  /** Position that it is kept at: to be given back where it is replaced or taken. */
  readonly version: number;
}

/** Names are hashes, of visible ASCII without dots. Its methods throw LogUnavailable. */
export interface SessionStore {
  /** In place of `version` (0: of none). False where something else is there. */
  put(
    kind: KeptTokenKind,
    name: string,
    entry: Pick<KeptToken, 'token' | 'keptAt'>,
    version: number,
  ): Promise<boolean>;
  /** Null where there is none. */
  read(kind: KeptTokenKind, name: string): Promise<KeptToken | null>;
  /** Only in place of `version`, where one is given; false where something else is there. */
  remove(kind: KeptTokenKind, name: string, version?: number): Promise<boolean>;
  /** Calls with the name of each session that is removed, by whichever instance. Answers how to end that. */
  onRemoved(listen: (name: string) => void): () => void;
}
