/** `task-service dead-letters …`: what could not be handled or delivered, listed and sent back. */

import type { Config } from '../app/config/config.ts';
import { requireData } from '../app/start/local-secrets.ts';
import { openNats } from '../app/start/nats-access.ts';
import { provisionAs } from '../app/start/provisioning.ts';
import type { StoredDeadLetter } from '../application/ports/platform.ts';
import { JetStreamDeadLetters } from '../jetstream/queues/dead-letters.ts';
import { createLogger } from '../observability/logging.ts';
import { UsageError } from './usage-error.ts';

export const DEAD_LETTERS_HELP = `  dead-letters <what>  messages of and to other services that were given up
    list                   prints them, one JSON document a line, oldest first
    replay <number>...     sends these back to the consumer that gave them up
    replay --all           sends all back
`;

type Print = (line: string) => void;

export async function deadLetters(
  args: readonly string[],
  config: () => Config,
  print: Print,
): Promise<void> {
  const [what, ...rest] = args;
  if (what === 'list' && rest.length === 0) return withLetters(config(), (letters) => list(letters, print));
  if (what === 'replay') {
    const numbers = rest.length === 1 && rest[0] === '--all' ? null : rest.map(numberOf);
    if (numbers?.length === 0) throw new UsageError('name the numbers of dead letters, or --all');
    return withLetters(config(), (letters) => replay(letters, numbers, print));
  }
  throw new UsageError('dead-letters takes list or replay');
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text))
    throw new UsageError(`${JSON.stringify(text)} is no dead letter's number`);
  return Number(text);
}

async function list(letters: JetStreamDeadLetters, print: Print): Promise<void> {
  for await (const letter of letters.list()) print(JSON.stringify(shown(letter)));
}

function shown({ number, time, subject, messageId, place, deliveries, reason, body }: StoredDeadLetter) {
  const message_id = messageId === '' ? null : messageId;
  const text = Buffer.from(body).toString('utf8');
  return { number, time, subject, message_id, ...place, deliveries, reason, body: text };
}

async function replay(
  letters: JetStreamDeadLetters,
  numbers: readonly number[] | null,
  print: Print,
): Promise<void> {
  const wanted = numbers === null ? [] : [...numbers];
  if (numbers === null) for await (const { number } of letters.list()) wanted.push(number);
  const missing: number[] = [];
  for (const number of wanted) {
    if (await letters.replay(number)) print(`${number} replayed`);
    else missing.push(number);
  }
  if (missing.length > 0) throw new Error(`there is no dead letter ${missing.join(', ')}`);
}

async function withLetters(
  config: Config,
  act: (letters: JetStreamDeadLetters) => Promise<void>,
): Promise<void> {
  requireData(config);
  const logger = createLogger({ level: 'error', format: 'readable' });
  const access = await openNats(config, logger, 'task-service dead-letters');
  try {
    const { nc } = access;
    await provisionAs(config, nc);
    await act(new JetStreamDeadLetters(nc));
  } finally {
    await access.close();
  }
}
