import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DestinationEvent } from '../../../src/domain/destination/event-destination.ts';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import {
  DESTINATION_VERSIONS,
  decodeDestinationEvent,
} from '../../../src/jetstream/codec/destination-codec.ts';
import { SAMPLE_DESTINATION_EVENTS, SAMPLE_KEY } from '../../support/histories/sample-events.ts';

interface Sample {
  readonly subject: string;
  readonly sequence: Sequence;
  readonly body: string;
  readonly event: DestinationEvent;
}

const versions = SAMPLE_DESTINATION_EVENTS.flatMap(({ type }) =>
  Array.from({ length: DESTINATION_VERSIONS[type] }, (_, index) => [type, index + 1] as const),
);

function sampleOf(type: string, version: number): Sample {
  const path = join(import.meta.dirname, '..', 'samples', `${type}.${version}.json`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

test.each(versions)('%s in version %i is still read', (type, version) => {
  const sample = sampleOf(type, version);
  const message = { ...sample, body: Buffer.from(sample.body) };
  expect(decodeDestinationEvent(message, SAMPLE_KEY).event).toEqual(sample.event);
});

test('without a key what was sealed is null, and all else is there', () => {
  const sample = sampleOf('user.event_destination_created', 1);
  expect(sample.body).not.toContain('https://example.com');
  const { event } = decodeDestinationEvent({ ...sample, body: Buffer.from(sample.body) }, null);
  expect(event.data).toEqual({ ...sample.event.data, personal: null });
});

test('what stands under another subject, or is sealed for another event, is refused by name', () => {
  const sample = sampleOf('user.event_destination_created', 1);
  const body = Buffer.from(sample.body);
  const foreign = { ...sample, subject: 'tasklog.bob._destinations', body };
  expect(() => decodeDestinationEvent(foreign, SAMPLE_KEY)).toThrow(/is of user/);
  const moved = Buffer.from(sample.body.replace(/"id":"(.{25})./, '"id":"$1Z'));
  expect(() => decodeDestinationEvent({ ...sample, body: moved }, SAMPLE_KEY)).toThrow(/does not open/);
});
