/**
 * Writes a sample of each event type in the version that this build writes, where there is none yet:
 * `npx tsx test/jetstream/samples/write.ts`. A sample that exists is never written again: it stands for what is in
 * people's logs.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sequence } from '../../../src/domain/ids.ts';
import type { Instant } from '../../../src/domain/instant.ts';
import { decodeOpened, EVENT_VERSIONS, encodeEvent } from '../../../src/jetstream/codec.ts';
import { taskSubject, templateSubject } from '../../../src/jetstream/subjects.ts';
import {
  decodeTemplateEvent,
  encodeTemplateEvent,
  TEMPLATE_EVENT_VERSIONS,
} from '../../../src/jetstream/template-codec.ts';
import {
  SAMPLE_AFTER,
  SAMPLE_EVENT_ID,
  SAMPLE_KEY,
  SAMPLE_TASK,
  SAMPLE_TYPES,
  SAMPLE_USER,
  sampleEvent,
} from '../../support/sample-events.ts';
import { sampleTemplateEvents, TEMPLATE } from '../../support/templates.ts';

for (const type of SAMPLE_TYPES) {
  const { body } = encodeEvent(
    {
      userId: SAMPLE_USER,
      taskId: SAMPLE_TASK,
      eventId: SAMPLE_EVENT_ID,
      time: '2026-11-23T08:54:00.000Z' as Instant,
      event: sampleEvent(type),
      context: {
        actor: `user:${SAMPLE_USER}`,
        correlation_id: 'req_01KAWZ6Q8P',
        causation_id: '01KAWZ6Q8PZ3N5V7X9B1D2F4H0',
        traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      },
      after: SAMPLE_AFTER,
    },
    SAMPLE_KEY,
  );
  const stored = { subject: taskSubject(SAMPLE_USER, SAMPLE_TASK), sequence: 42 as Sequence };
  const sample = {
    ...stored,
    body: Buffer.from(body).toString(),
    event: decodeOpened({ ...stored, body }, SAMPLE_KEY),
  };
  keep(`${type}.${EVENT_VERSIONS[type]}`, sample);
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
  keep(`${event.type}.${TEMPLATE_EVENT_VERSIONS[event.type]}`, sample);
}

function keep(name: string, sample: object): void {
  try {
    const path = join(import.meta.dirname, `${name}.json`);
    writeFileSync(path, `${JSON.stringify(sample, null, 2)}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
