/** The parts of the service in sentences, as far as the instance that answers knows of them. */
import type { ApiSchema } from '../../api/client.ts';
import { bytesText } from '../../parts/bytes-text.ts';
import { lengthText } from '../../parts/time-text.ts';

type Health = ApiSchema<'Health'>;
type Part = Readonly<Record<string, unknown>>;

export interface HealthSentence {
  readonly text: string;
  readonly isBad: boolean;
}

/** What stops requests first, then what needs attention, then how each part is. */
export function healthSentences({ status, reasons = [], warnings = [], components = {} }: Health) {
  const overall: HealthSentence =
    status === 'healthy'
      ? { text: 'The service works.', isBad: false }
      : { text: 'Requests should not be sent to this instance.', isBad: true };
  const part = (name: string) => (components[name] ?? null) as Part | null;
  const sentences: (HealthSentence | null)[] = [
    overall,
    ...[...reasons, ...warnings].map((text) => ({ text, isBad: true })),
    logSentence(part('log')),
    projectorSentence(part('projector')),
    queueSentence(part('execution_commands')),
    storageSentence(part('storage')),
    clockSentence(part('clock')),
  ];
  return sentences.filter((one) => one !== null);
}

function logSentence(log: Part | null): HealthSentence | null {
  if (log === null || log.answers !== true) return null;
  const { round_trip_ms, last_sequence } = log as { round_trip_ms: number; last_sequence: number };
  return good(`The event log answered in ${round_trip_ms} ms. Its last event is #${last_sequence}.`);
}

function projectorSentence(projector: Part | null): HealthSentence | null {
  if (typeof projector?.lag !== 'number' || projector.state !== 'projecting') return null;
  return good(
    projector.lag === 0
      ? 'The views are up to date.'
      : `The views are ${events(projector.lag)} behind the log.`,
  );
}

function queueSentence(depth: Part | null): HealthSentence | null {
  if (depth === null) return null;
  const waiting = Object.values(depth).reduce((sum: number, count) => sum + Number(count), 0);
  const runs = waiting === 1 ? '1 run waits' : `${waiting} runs wait`;
  return good(waiting === 0 ? 'No run waits for a worker.' : `${runs} for a worker.`);
}

function storageSentence(storage: Part | null): HealthSentence | null {
  if (typeof storage?.used_bytes !== 'number') return null;
  const { state, used_bytes: used, limit_bytes: limit } = storage;
  const isBad = state !== 'ok';
  if (typeof limit !== 'number') return { text: `The store holds ${bytesText(used)}.`, isBad };
  const percent = ((100 * used) / limit).toFixed(1);
  return { text: `The store holds ${bytesText(used)} of ${bytesText(limit)} (${percent} %).`, isBad };
}

function clockSentence(clock: Part | null): HealthSentence | null {
  if (clock === null) return null;
  if (clock.steady === true) return good('The clock is steady.');
  const ahead = lengthText(Number(clock.ahead_ms));
  return { text: `The clock has leapt ahead by ${ahead}: it is not believed yet.`, isBad: true };
}

function good(text: string): HealthSentence {
  return { text, isBad: false };
}

function events(count: number): string {
  return count === 1 ? '1 event' : `${count} events`;
}
