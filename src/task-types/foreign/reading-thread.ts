/** Runs inside a thread: reads one document after the other. Its outside is `document-threads.ts`. */

import type { JsonObject } from '../../domain/shared/json.ts';
import { standBack } from '../../kernel/threads/thread-priority.ts';
import { answerWork } from '../../kernel/threads/thread-work.ts';
import { ExecutionFailure } from '../executor.ts';
import { type ReadingMessage, readForeign } from './readings.ts';

/** What a reading threw, as it can be cloned. */
export type ThrownInThread =
  | {
      readonly thrown: 'failure';
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly details: JsonObject;
      readonly tokens_used: number;
    }
  | { readonly thrown: 'error'; readonly message: string; readonly stack: string };

/** Where cores are short: no request and no due slot waits for what others wrote. */
const NICE_LEVELS = 5;

function asThrown(error: unknown): ThrownInThread {
  if (error instanceof ExecutionFailure) {
    const { code, message, retryable, details, tokens_used } = error;
    return { thrown: 'failure', code, message, retryable, details, tokens_used };
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { thrown: 'error', message, stack };
}

standBack(NICE_LEVELS);
answerWork((message) => {
  const { kind, request } = message as ReadingMessage;
  return readForeign(kind, request);
}, asThrown);
