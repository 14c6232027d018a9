/**
 * Writes a sample of each event type in the version that this build writes, where there is none yet:
 * `npx tsx test/jetstream/samples/write.ts`. A sample that exists is never written again: it stands for what is in
 * people's logs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequence } from '../../../src/domain/shared/ids.ts';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { TaskEvent } from '../../../src/domain/task/events/events.ts';
import { decodeOpened, EVENT_VERSIONS, encodeEvent } from '../../../src/jetstream/codec/codec.ts';
import { CALENDAR_VERSIONS, encodeCalendarEvent } from '../../../src/jetstream/codec/calendar-codec.ts';
import { DESTINATION_VERSIONS, encodeDestinationEvent } from '../../../src/jetstream/codec/destination-codec.ts';
import { calendarsSubject, destinationsSubject, factsSubject, taskSubject, templateSubject } from '../../../src/jetstream/connection/subjects.ts';
import {
  decodeTemplateEvent,
  encodeTemplateEvent,
  TEMPLATE_EVENT_VERSIONS,
} from '../../../src/jetstream/codec/template-codec.ts';
import { encodeFact, FACT_VERSIONS } from '../../../src/jetstream/log/user-facts.ts';
import {
  SAMPLE_AFTER,
  SAMPLE_CALENDAR_EVENTS,
  SAMPLE_DESTINATION_EVENTS,
  SAMPLE_EVENT_ID,
  SAMPLE_FACTS,
  SAMPLE_KEY,
  SAMPLE_TASK,
  SAMPLE_TYPES,
  SAMPLE_USER,
  SAMPLE_VARIANTS,
  sampleEvent,
} from '../../support/histories/sample-events.ts';
import { sampleTemplateEvents, TEMPLATE } from '../../support/histories/templates.ts';

const given = {
  userId: SAMPLE_USER,
  eventId: SAMPLE_EVENT_ID,
  time: '2026-11-23T08:54:00.000Z' as Instant,
  context: {
    actor: `user:${SAMPLE_USER}`,
    correlation_id: 'req_01KAWZ6Q8P',
    causation_id: '01KAWZ6Q8PZ3N5V7X9B1D2F4H0',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  },
  after: SAMPLE_AFTER,
};

for (const type of SAMPLE_TYPES) writeTaskSample(sampleEvent(type), '');
for (const [name, event] of Object.entries(SAMPLE_VARIANTS)) writeTaskSample(event, `.${name}`);
for (const event of SAMPLE_FACTS) {
  const body = Buffer.from(encodeFact({ ...given, event })).toString();
  const stored = { subject: factsSubject(SAMPLE_USER), sequence: 42 as Sequence, body };
  const { data } = event;
  const tier = 'tier' in data ? { tier: data.tier, source: data.tier_source } : null;
  write(`${event.type}.${FACT_VERSIONS[event.type]}`, { ...stored, tier });
}

function writeTaskSample(event: TaskEvent, variant: string): void {
  const { body } = encodeEvent({ ...given, taskId: SAMPLE_TASK, event }, SAMPLE_KEY);
  const stored = { subject: taskSubject(SAMPLE_USER, SAMPLE_TASK), sequence: 42 as Sequence };
  write(`${event.type}.${EVENT_VERSIONS[event.type]}${variant}`, {
    ...stored,
    body: Buffer.from(body).toString(),
    event: decodeOpened({ ...stored, body }, SAMPLE_KEY),
  });
}

for (const event of SAMPLE_DESTINATION_EVENTS) {
  const { body } = encodeDestinationEvent({ ...given, event }, SAMPLE_KEY);
  const stored = { subject: destinationsSubject(SAMPLE_USER), sequence: 42 as Sequence };
  write(`${event.type}.${DESTINATION_VERSIONS[event.type]}`, {
    ...stored,
    body: Buffer.from(body).toString(),
    event,
  });
}

for (const event of SAMPLE_CALENDAR_EVENTS) {
  const { body } = encodeCalendarEvent({ ...given, owner: SAMPLE_USER, event }, SAMPLE_KEY);
  const stored = { subject: calendarsSubject(SAMPLE_USER), sequence: 42 as Sequence };
  write(`${event.type}.${CALENDAR_VERSIONS[event.type]}`, {
    ...stored,
    body: Buffer.from(body).toString(),
    event,
  });
}

for (const event of sampleTemplateEvents) {
  const { body } = encodeTemplateEvent({
    templateId: TEMPLATE,
    eventId: SAMPLE_EVENT_ID,
    time: '2026-11-23T08:54:00.000Z' as Instant,
    event,
    context: { actor: 'user:admin', correlation_id: 'req_1', causation_id: null, traceparent: null },
    after: SAMPLE_AFTER,
  });
  const stored = { subject: templateSubject(TEMPLATE), sequence: 42 as Sequence };
  const sample = {
    ...stored,
    body: Buffer.from(body).toString(),
    event: decodeTemplateEvent({ ...stored, body }),
  };
  write(`${event.type}.${TEMPLATE_EVENT_VERSIONS[event.type]}`, sample);
}

function write(name: string, sample: object): void {
  try {
    const path = join(import.meta.dirname, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(sample, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
