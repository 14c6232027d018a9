import { createSecretKey, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Append } from '../../../src/application/ports/log/log.ts';
import type { RecordedTaskEvent } from '../../../src/domain/shared/event.ts';
import type { Sequence, UserId } from '../../../src/domain/shared/ids.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import type { TaskEventType } from '../../../src/domain/task/events/events.ts';
import {
  type CloudEvent,
  decodeOpened,
  decodeUnopened,
  EVENT_VERSIONS,
  encodeEvent,
  hashOf,
  openedDocument,
  type StoredMessage,
  UnreadableEvent,
} from '../../../src/jetstream/codec/codec.ts';
import type { SealingKey } from '../../../src/jetstream/codec/sealing.ts';
import { taskSubject } from '../../../src/jetstream/connection/subjects.ts';
import {
  SAMPLE_KEY,
  SAMPLE_TYPES,
  SAMPLE_USER,
  SAMPLE_VARIANTS,
  sampleEvent,
} from '../../support/histories/sample-events.ts';
import { appendOf, START, taskCreated } from '../../support/log/log-fixture.ts';
import { verifyChain } from '../../support/log/verify-chain.ts';

const key: SealingKey = { number: 1, secret: createSecretKey(randomBytes(32)) };

function stored(append: Append, sequence = 1): StoredMessage {
  const subject = taskSubject(append.userId, append.taskId);
  return { subject, sequence: sequence as Sequence, body: encodeEvent(append, key).body };
}

function documentOf(message: StoredMessage): CloudEvent {
  return JSON.parse(Buffer.from(message.body).toString());
}

function changed(message: StoredMessage, change: (document: CloudEvent) => object): StoredMessage {
  return { ...message, body: Buffer.from(JSON.stringify(change(documentOf(message)))) };
}

/** As JSON writes it: there is no -0 in it. */
const jsonObject = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

/** An append of any type, with any personal content and context. */
const anyAppend = fc
  .record({
    type: fc.constantFrom(...SAMPLE_TYPES),
    config: jsonObject,
    name: fc.string({ unit: 'binary' }),
    userId: fc.constantFrom('usr_demo' as UserId, SAMPLE_USER),
    causation: fc.option(fc.string({ unit: 'binary' })),
    revision: fc.nat(),
  })
  .map(({ type, config, name, userId, causation, revision }) => {
    const event = sampleEvent(type);
    const personal = { name, description: null, config, metadata: config, tags: [name] };
    return appendOf({
      userId,
      event: event.type === 'task.created' ? { ...event, data: { ...event.data, personal } } : event,
      context: { actor: `user:${name}`, correlation_id: name, causation_id: causation, traceparent: null },
      after: { ...START, revision: revision as typeof START.revision },
    });
  });

describe('an event in the log', () => {
  test('comes back as it was given', () => {
    fc.assert(
      fc.property(anyAppend, (append) => {
        const event = decodeOpened(stored(append, 7), key);
        expect(event.type).toBe(append.event.type);
        expect(event.data).toEqual(append.event.data);
        expect(event.meta).toEqual({
          id: append.eventId,
          sequence: 7,
          revision: append.after.revision + 1,
          time: append.time,
          user_id: append.userId,
          task_id: append.taskId,
          ...append.context,
          hash: event.meta.hash,
          prevhash: append.after.hash,
        });
      }),
    );
  });

  test('comes back without its personal content where that stays sealed', () => {
    fc.assert(
      fc.property(anyAppend, (append) => {
        const message = stored(append);
        const opened = decodeOpened(message, key);
        const unopened = decodeUnopened(message);
        const { personal: _, ...open } = opened.data as { personal?: unknown };
        expect(unopened).toEqual({ ...opened, data: open });
      }),
    );
  });

  test('is a CloudEvents 1.0 document with nothing personal in it that can be read', () => {
    const append = appendOf({ event: taskCreated('Anniversary') });
    const document = documentOf(stored(append));
    expect(document).toEqual({
      specversion: '1.0',
      id: append.eventId,
      source: '/task-service',
      type: 'task.created',
      subject: append.taskId,
      time: append.time,
      datacontenttype: 'application/json',
      dataschema: 'urn:task-service:schema:task.created:2',
      userid: append.userId,
      actor: append.context.actor,
      correlationid: append.context.correlation_id,
      revision: 1,
      prevhash: '0'.repeat(64),
      data: {
        task_type: 'todo',
        priority: 'medium',
        status: { from: 'pending', to: 'pending' },
        schedule: null,
        next_run_time: null,
        credits_per_run_micros: 0,
        due_date: null,
        reminder_time: null,
        remind_before: null,
        trigger: null,
        notify: null,
        template_id: null,
        armed: NOTHING_ARMED,
        sealed: expect.stringMatching(/^v1\.1\.[A-Za-z0-9+/]+=*$/),
      },
    });
    expect(JSON.stringify(document)).not.toContain('Anniversary');
  });

  test('is shown to its owner with the personal content in place of the sealed', () => {
    const append = appendOf({ event: taskCreated('Anniversary') });
    const message = stored(append);
    const { sealed: _, ...open } = documentOf(message).data;
    expect(openedDocument(decodeOpened(message, key))).toEqual({
      ...documentOf(message),
      data: { ...open, personal: (append.event.data as { personal?: unknown }).personal },
    });
  });

  test('is sealed anew each time, so that equal content does not show', () => {
    const append = appendOf();
    expect(documentOf(stored(append)).data.sealed).not.toBe(documentOf(stored(append)).data.sealed);
  });
});

describe('what was tampered with is found out', () => {
  test('any changed byte of the sealed content', () => {
    const message = stored(appendOf());
    const sealed = documentOf(message).data.sealed as string;
    const prefix = 'v1.1.';
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64');
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const broken = Buffer.from(bytes);
        broken[at] = (broken[at] ?? 0) ^ mask;
        const data = (document: CloudEvent) => ({
          ...document,
          data: { ...document.data, sealed: prefix + broken.toString('base64') },
        });
        expect(() => decodeOpened(changed(message, data), key)).toThrow(
          expect.objectContaining({ name: 'UnreadableEvent', code: 'SEAL_BROKEN' }),
        );
      }),
    );
  });

  test('sealed content moved from another event, opened with another key, or cut', () => {
    const one = stored(appendOf());
    const other = documentOf(stored(appendOf())).data;
    const broken = expect.objectContaining({ code: 'SEAL_BROKEN' });
    const moved = changed(one, (document) => ({
      ...document,
      data: { ...document.data, sealed: other.sealed },
    }));
    expect(() => decodeOpened(moved, key)).toThrow(broken);
    expect(() => decodeOpened(one, SAMPLE_KEY)).toThrow(broken);
    for (const sealed of ['v1.1.', 'v1.2.AAAA', 'v2.1.AAAA', '']) {
      const cut = changed(one, (document) => ({ ...document, data: { ...document.data, sealed } }));
      expect(() => decodeOpened(cut, key), sealed).toThrow(broken);
    }
  });

  test('any change to an event that another follows breaks the chain', () => {
    const first = appendOf();
    const message = stored(first);
    const { sequence } = message;
    const after = { sequence, revision: 1 as typeof START.revision, hash: hashOf(message.body) };
    const second = stored({ ...first, after }, 2);
    const chain = (...messages: StoredMessage[]) => messages.map((message) => decodeUnopened(message));
    verifyChain(chain(message, second));
    const rewritten = changed(message, (document) => ({ ...document, actor: 'user:somebody-else' }));
    expect(() => verifyChain(chain(rewritten, second))).toThrow(/prevhash/);
    const relinked = changed(second, (document) => ({ ...document, prevhash: 'f'.repeat(64) }));
    expect(() => verifyChain(chain(message, relinked))).toThrow(/prevhash/);
    expect(() => verifyChain(chain(second))).toThrow(/revision/);
  });
});

describe('what this build cannot read is named, never skipped', () => {
  const message = stored(appendOf());
  const cases: readonly [string, UnreadableEvent['code'], StoredMessage][] = [
    [
      'an unknown type',
      'UNKNOWN_TYPE',
      changed(message, (document) => ({ ...document, type: 'task.invented' })),
    ],
    [
      'a type that objects inherit',
      'UNKNOWN_TYPE',
      changed(message, (document) => ({ ...document, type: 'toString' })),
    ],
    [
      'a newer version',
      'UNKNOWN_VERSION',
      changed(message, (document) => ({ ...document, dataschema: 'urn:task-service:schema:task.created:3' })),
    ],
    [
      'no version',
      'MALFORMED',
      changed(message, (document) => ({ ...document, dataschema: 'task.created' })),
    ],
    ['another user', 'MALFORMED', changed(message, (document) => ({ ...document, userid: 'somebody-else' }))],
    ['a broken id', 'MALFORMED', changed(message, (document) => ({ ...document, id: 'one' }))],
    ['no CloudEvent', 'MALFORMED', changed(message, () => ({}))],
    ['no JSON', 'MALFORMED', { ...message, body: Buffer.from('{') }],
    ['null', 'MALFORMED', { ...message, body: Buffer.from('null') }],
  ];
  test.each(cases)('%s', (_, code, unreadable) => {
    expect(() => decodeUnopened(unreadable)).toThrow(
      expect.objectContaining({ name: 'UnreadableEvent', code }),
    );
    expect(() => decodeOpened(unreadable, key)).toThrow(UnreadableEvent);
  });

  test('the message says which event and what', () => {
    const unreadable = changed(message, (document) => ({ ...document, type: 'task.invented' }));
    expect(() => decodeUnopened(unreadable)).toThrow(/event 1 of the log.*task\.invented/);
  });
});

const OPTIONS_SINCE = {
  max_runs: null,
  jitter_seconds: 0,
  exclude_dates: null,
  pause_on_failure: null,
  retry: null,
};
const NOTHING_ARMED = { reminder_due: null, before_due: null, overdue_due: null };

/** What was made after the samples of version 1, which are older than most of it. */
const SINCE_VERSION_1: { readonly [Type in TaskEventType]?: object } = {
  'task.created': {
    schedule: OPTIONS_SINCE,
    remind_before: null,
    trigger: null,
    notify: null,
    template_id: null,
    armed: {
      reminder_due: '2026-11-30T00:00:00.000Z',
      before_due: null,
      overdue_due: '2026-12-01T00:00:00.000Z',
    },
  },
  'task.updated': { changes: { schedule: OPTIONS_SINCE }, armed: {} },
  'task.status_changed': { armed: {} },
  'task.restored': { armed: {} },
  'task.execution_completed': { armed: 'as_in_version_1' },
  'task.execution_failed': { paused_after_failures: null, armed: {} },
  'task.execution_cancelled': { armed: {} },
  'task.slots_skipped': { armed: NOTHING_ARMED },
  'task.reminder_triggered': { armed: { reminder_due: null } },
};

describe('every version of every type that was ever written is still read', () => {
  const samples = [
    ...SAMPLE_TYPES.map((type) => [type, ''] as const),
    ...Object.entries(SAMPLE_VARIANTS).map(([name, { type }]) => [type, `.${name}`] as const),
  ];
  const versions = samples.flatMap(([type, variant]) =>
    Array.from({ length: EVENT_VERSIONS[type] }, (_, index) => [type, index + 1, variant] as const),
  );
  test.each(versions)('%s in version %i%s', (type, version, variant) => {
    const path = join(import.meta.dirname, '..', 'samples', `${type}.${version}${variant}.json`);
    const sample: { subject: string; sequence: Sequence; body: string; event: RecordedTaskEvent } =
      JSON.parse(readFileSync(path, 'utf8'));
    const message = { ...sample, body: Buffer.from(sample.body) };
    const since = (version === 1 ? SINCE_VERSION_1[type] : undefined) ?? {};
    expect(decodeOpened(message, SAMPLE_KEY)).toEqual(merged(sample.event, { data: since }));
    expect(documentOf(message).dataschema).toBe(`urn:task-service:schema:${type}:${version}`);
  });

  test('an older one by its own bytes in the chain: what reading adds to it changes no hash', () => {
    const message = stored(appendOf());
    const older = changed(message, ({ dataschema, data: { armed: _, ...data }, ...document }) => ({
      ...document,
      dataschema: dataschema.replace(/2$/, '1'),
      data,
    }));
    expect(decodeUnopened(older)).toMatchObject({ data: { armed: NOTHING_ARMED } });
    expect(decodeUnopened(older).meta.hash).toBe(hashOf(older.body));
  });
});

function merged<Whole extends object>(whole: Whole, added: object): object {
  const entries = Object.entries(added).map(([name, value]) => {
    const before = (whole as Record<string, unknown>)[name];
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...whole, ...Object.fromEntries(entries) };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
