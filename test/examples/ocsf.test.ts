/** The log as OCSF events, by the filter of examples/ocsf.jq in jq itself: as a library, and as a command where there is one. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { raw } from 'jq-wasm';
import { expect, test } from 'vitest';
import { AUDIT_SIGNER, signCheckpoint } from '../support/audit-signer.ts';
import { sharedStack, signed } from '../support/parts/stack.ts';
import { EXAMPLES } from './running-example.ts';

const api = sharedStack();
const FILE = join(EXAMPLES, 'ocsf.jq');
const FILTER = readFileSync(FILE, 'utf8');

/** What OCSF 1.8.0 requires of the two classes, and which values it has for them. */
const REQUIRED = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'];
const product = { type: 'object', anyOf: [{ required: ['name'] }, { required: ['uid'] }] };
const common = {
  time: { type: 'integer', minimum: 1_700_000_000_000 },
  severity_id: { enum: [0, 1, 2, 3, 4, 5, 6, 99] },
  status_id: { enum: [0, 1, 2, 99] },
  status: { enum: ['Success', 'Failure'] },
  metadata: {
    type: 'object',
    required: ['product', 'version'],
    properties: { product, version: { const: '1.8.0' }, sequence: { type: 'integer' } },
  },
};
const isEvent = new Ajv2020().compile({
  type: 'object',
  required: REQUIRED,
  oneOf: [
    {
      required: ['entity', 'activity_name'],
      properties: {
        ...common,
        class_uid: { const: 3004 },
        category_uid: { const: 3 },
        activity_id: { enum: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 99] },
        actor: { type: 'object', anyOf: [{ required: ['user'] }, { required: ['app_name'] }] },
        entity: { type: 'object', required: ['uid'], properties: { type_id: { enum: [2, 99] } } },
      },
    },
    {
      properties: {
        ...common,
        class_uid: { const: 0 },
        category_uid: { const: 0 },
        activity_id: { enum: [0, 99] },
      },
    },
  ],
});

interface Ocsf {
  readonly class_uid: number;
  readonly type_uid: number;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly metadata: { readonly sequence: number; readonly event_code?: string };
  readonly [member: string]: unknown;
}

const COMMAND = ['jq'].filter((name) => spawnSync(name, ['--version']).status === 0);
const engines: [string, (lines: string) => Promise<{ out: string; status: number; errors: string }>][] = [
  [
    'the library',
    async (lines) => {
      const { stdout, stderr, exitCode } = await raw(lines, FILTER, ['-cn']);
      return { out: stdout, status: exitCode, errors: stderr };
    },
  ],
  ...COMMAND.map((name): (typeof engines)[number] => [
    `the command ${name}`,
    async (lines) => {
      const { stdout, stderr, status } = spawnSync(name, ['-cn', '-f', FILE], {
        input: lines,
        encoding: 'utf8',
      });
      return { out: stdout, status: status ?? -1, errors: stderr };
    },
  ]),
];

const eventsOf = (out: string) =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Ocsf);

/** Every event of every version that was ever written, as an auditor reads them. */
function samples(): string {
  const folder = join(import.meta.dirname, '..', 'jetstream', 'samples');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const lines = files.map((name, at) => {
    const { subject, body } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    return `{"sequence":${at + 1},"subject":${JSON.stringify(subject)},"event":${body}}`;
  });
  const end = { end: { through: lines.length, count: lines.length } };
  return [...lines, JSON.stringify(end), ''].join('\n');
}

test.each(engines)('every type of event becomes a valid one, by %s', async (_, jq) => {
  const lines = samples();
  const { out, status, errors } = await jq(lines);
  expect(errors).toBe('');
  expect(status).toBe(0);
  const events = eventsOf(out);
  expect(events).toHaveLength(lines.trimEnd().split('\n').length - 1);
  for (const event of events) {
    expect(isEvent(event), `${JSON.stringify(isEvent.errors)} ${JSON.stringify(event)}`).toBe(true);
    expect(event.type_uid).toBe(event.class_uid * 100 + event.activity_id);
  }
  const of = (type: string) => events.find(({ metadata }) => metadata.event_code === type);
  expect(of('task.deleted')).toMatchObject({ type_uid: 300404, entity: { type: 'Task' } });
  expect(of('task.status_changed')).toMatchObject({ type_uid: 300413, activity_name: 'Resume' });
  expect(of('task.execution_failed')).toMatchObject({ status_id: 2, status_code: 'TIMEOUT', severity_id: 2 });
  expect(of('user.erased')).toMatchObject({ type_uid: 300404, entity: { type_id: 2 } });
  expect(of('audit.checkpoint')).toMatchObject({ class_uid: 0 });
  expect(out).not.toContain('sealed');
});

test.each(engines)(
  'what auditors read goes through, and what was cut short is said to be, by %s',
  async (_, jq) => {
    const { body: task } = await api().call('POST', '/api/v1/tasks', {
      body: { name: 'Buy milk', task_type: 'todo' },
    });
    await signCheckpoint(api());
    const headers = { authorization: `Bearer ${await signed({ sub: 'auditor', roles: ['auditor'] })}` };
    const { text } = await api().call('GET', '/api/v1/audit/events', { user: null, headers });
    const whole = await jq(text);
    expect(whole.status).toBe(0);
    const events = eventsOf(whole.out);
    expect(events.map(({ metadata }) => metadata.sequence)).toEqual(events.map((_event, at) => at + 1));
    expect(events).toContainEqual(
      expect.objectContaining({
        type_uid: 300401,
        entity: { type_id: 99, type: 'Task', uid: task.task_id },
        actor: { user: { uid: 'usr_alice', type_id: 1 } },
      }),
    );
    expect(whole.out).toContain(AUDIT_SIGNER.verifier.name);

    const cut = await jq(text.split('\n').slice(0, -2).join('\n'));
    expect(cut).toMatchObject({ status: 5, errors: expect.stringContaining('cut short') });
    expect(eventsOf(cut.out)).toEqual(events);
    const refused = await jq('{"error_code":"FORBIDDEN"}');
    expect(refused).toMatchObject({
      out: '',
      status: 5,
      errors: expect.stringContaining('no line of /audit/events'),
    });
    const damaged = await jq(
      '{"sequence":1,"subject":"tasklog.x.y","event_base64":"AAA="}\n{"end":{"through":1,"count":1}}',
    );
    expect(eventsOf(damaged.out)).toMatchObject([{ class_uid: 0, severity_id: 4, raw_data: 'AAA=' }]);
  },
);
