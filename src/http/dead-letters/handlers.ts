import { LogUnavailable } from '../../application/ports/failures.ts';
import type { StoredDeadLetter, StoredDeadLetters } from '../../application/ports/platform.ts';
import type { Input, Router, UserCall } from '../router/route.ts';
import type { Writes } from '../router/writes.ts';
import { type Answer, json } from '../server/answer.ts';
import { Problem } from '../server/problem.ts';
import {
  DEFAULT_LETTERS_LIMIT,
  getDeadLetterRoute,
  listDeadLettersRoute,
  MOST_REPLAYED,
  replayDeadLettersRoute,
} from './routes.ts';

export interface DeadLettersDeps {
  readonly deadLetters: StoredDeadLetters;
  readonly writes: Writes;
}

const NO_STORE = { 'Cache-Control': 'no-store' };
/** Letters that a page looks at for those of one consumer. */
const MOST_LOOKED_AT = 2_000;

export function mountDeadLetters(router: Router, deps: DeadLettersDeps): void {
  router.user(listDeadLettersRoute, { handle: (_, { query }) => list(deps, query) });
  router.user(getDeadLetterRoute, { handle: (call) => read(deps, call) });
  router.user(replayDeadLettersRoute, {
    handle: (call, { body }) => deps.writes.perform(call, () => replay(deps, body.numbers ?? null)),
  });
}

async function list(
  { deadLetters }: DeadLettersDeps,
  {
    after = 0,
    consumer,
    limit = DEFAULT_LETTERS_LIMIT,
  }: Input<typeof listDeadLettersRoute, undefined>['query'],
): Promise<Answer> {
  const letters: StoredDeadLetter[] = [];
  let last = after;
  let lookedAt = 0;
  let more = false;
  for await (const letter of deadLetters.list(after)) {
    more = letters.length === limit || lookedAt === MOST_LOOKED_AT;
    if (more) break;
    lookedAt += 1;
    last = letter.number;
    if (consumer === undefined || letter.place.consumer === consumer) letters.push(letter);
  }
  const dead_letters = letters.map(shown);
  return json(200, { dead_letters, count: letters.length, next_after: more ? last : null }, NO_STORE);
}

async function read({ deadLetters }: DeadLettersDeps, call: UserCall): Promise<Answer> {
  const text = call.params.number ?? '';
  const letter = /^[1-9]\d{0,15}$/.test(text) ? await deadLetters.read(Number(text)) : null;
  if (letter === null) throw new Problem('DEAD_LETTER_NOT_FOUND');
  return json(200, { ...shown(letter), ...bodyOf(letter.body) }, NO_STORE);
}

async function replay({ deadLetters }: DeadLettersDeps, numbers: readonly number[] | null): Promise<Answer> {
  const wanted = new Set(numbers ?? []);
  let more = false;
  if (numbers === null) {
    for await (const { number } of deadLetters.list()) {
      more = wanted.size === MOST_REPLAYED;
      if (more) break;
      wanted.add(number);
    }
  }
  const results: { number: number; outcome: 'replayed' | 'not_found' | 'failed' }[] = [];
  for (const number of wanted) results.push({ number, outcome: await outcomeOf(deadLetters, number) });
  const replayed = results.filter(({ outcome }) => outcome === 'replayed').length;
  return json(200, { replayed, results, more }, NO_STORE);
}

/** One that cannot be sent now keeps nobody from trying the others. */
async function outcomeOf(deadLetters: StoredDeadLetters, number: number) {
  try {
    return (await deadLetters.replay(number)) ? 'replayed' : 'not_found';
  } catch (error) {
    if (error instanceof LogUnavailable) return 'failed';
    throw error;
  }
}

function shown({ number, time, subject, messageId, place, deliveries, reason, body }: StoredDeadLetter) {
  const message_id = messageId === '' ? null : messageId;
  return { number, time, ...place, subject, message_id, deliveries, reason, bytes: body.length };
}

function bodyOf(body: Uint8Array): { body: string; encoding: 'utf8' | 'base64' } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(body), encoding: 'utf8' };
  } catch {
    return { body: Buffer.from(body).toString('base64'), encoding: 'base64' };
  }
}
