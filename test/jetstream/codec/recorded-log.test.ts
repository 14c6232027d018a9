/** `test/fixtures/stored-data` holds the events of tasks as an earlier build stored them, and the states it folded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Sequence, TaskId } from '../../../src/domain/shared/ids.ts';
import { evolveScheduling } from '../../../src/domain/task/evolve/evolve-scheduling.ts';
import type { SchedulingState } from '../../../src/domain/task/state.ts';
import { decodeUnopened, parseDocument } from '../../../src/jetstream/codec/codec.ts';

interface RecordedMessage {
  readonly sequence: Sequence;
  readonly subject: string;
  readonly body: string;
}

function recorded<Content>(name: string): Content {
  const file = join(import.meta.dirname, '..', '..', 'fixtures', 'stored-data', `${name}.json.gz`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

test('a log that the build before has stored is folded to the states that it was folded to, event by event', () => {
  const states = recorded<Readonly<Record<TaskId, readonly object[]>>>('states');
  const folded = new Map<TaskId, SchedulingState[]>();
  const versions = new Set<string>();
  for (const { body, ...place } of recorded<RecordedMessage[]>('log')) {
    const message = { ...place, body: Buffer.from(body) };
    versions.add(parseDocument(message).dataschema.replace(/^.*:/, ''));
    const event = decodeUnopened(message);
    const ofTask = folded.get(event.meta.task_id) ?? [];
    folded.set(event.meta.task_id, [...ofTask, evolveScheduling(ofTask.at(-1) ?? null, event)]);
  }
  expect([...versions]).toEqual(['1']);
  expect(folded.size).toBe(53);
  for (const [taskId, ofTask] of folded) expect(ofTask, taskId).toMatchObject(states[taskId] ?? []);
});
