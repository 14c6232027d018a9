/** What a thread of a pool does inside. */
import { parentPort } from 'node:worker_threads';
import type { ThreadAnswer } from './pool-thread.ts';

/**
 * Answers what the thread is asked, one after the other. What `work` throws is passed on as `asError` makes it, which
 * must be something that can be cloned.
 */
export function answerWork(work: (request: unknown) => unknown, asError: (error: unknown) => unknown): void {
  const port = parentPort;
  if (port === null) throw new Error('not in a thread');
  port.on('message', (request: unknown) => {
    void (async () => {
      let answer: ThreadAnswer;
      try {
        answer = { value: await work(request) };
      } catch (error) {
        answer = { error: asError(error) };
      }
      port.postMessage(answer);
    })();
  });
  port.postMessage('ready');
}
