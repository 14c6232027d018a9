import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import openapiTS, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../src/domain/schedule/parse/parse.ts';
import { instantOf } from '../../../src/domain/shared/instant.ts';
import type { JsonObject } from '../../../src/domain/shared/json.ts';
import { SCHEDULE_SCHEMAS } from '../../../src/http/tasks/schedule-schemas.ts';
import { sharedStack } from '../../support/parts/stack.ts';

const shared = sharedStack();
const NOW = instantOf(Date.UTC(2026, 10, 23));
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, date: true } });
const isDocument = ajv.compile(SCHEDULE_SCHEMAS.ScheduleDocument);
const isShown = ajv.compile(SCHEDULE_SCHEMAS.Schedule);

/** A program of somebody with a generated client: what compiles, and what must not. */
const PROGRAM = `
import type { components, operations } from './api.ts';
type Task = components['schemas']['Task'];
type Create = components['schemas']['CreateTask'];

export const weekly: Create = {
  name: 'Plants',
  task_type: 'todo',
  schedule: { type: 'weekly', weekdays: ['mon', 3], run_time: '08:00', timezone: 'Europe/Zurich' },
};
export const reminder: Create = {
  name: 'Dentist',
  task_type: 'reminder',
  config: { reminder_message: 'Call' },
  schedule: { type: 'once', run_time: '2027-01-01T08:00:00Z' },
};
// @ts-expect-error There is no such type.
export const wrong: Create['schedule'] = { type: 'hourly' };
// @ts-expect-error A one-off needs its time.
export const timeless: Create['schedule'] = { type: 'once' };

export function whenOf({ schedule }: Task): string {
  switch (schedule?.type) {
    case undefined:
      return 'never';
    case 'cron':
      return schedule.expression;
    case 'interval':
      return String(schedule.interval_seconds);
    case 'weekly':
      return schedule.weekdays.join();
    case 'monthly':
      return String(schedule.day);
    case 'rrule':
      return schedule.rrule;
    case 'once':
    case 'daily':
      return schedule.run_time;
  }
}
export type Listed = operations['getTasks']['responses'][200]['content']['application/json'];
`;

describe('types generated from the OpenAPI document', () => {
  it('compile, tell schedules and configs apart, and refuse what is none', async () => {
    const { body } = await shared().call('GET', '/openapi.json', { user: null });
    const files = new Map([
      ['/api.ts', astToString(await openapiTS(body, { defaultNonNullable: false }))],
      ['/program.ts', PROGRAM],
    ]);
    expect(faultsIn(files)).toEqual([]);
  }, 30_000);
});

function faultsIn(files: ReadonlyMap<string, string>): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    noLib: false,
    lib: ['lib.es2022.d.ts'],
    types: [],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, target) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, target)
      : ts.createSourceFile(name, text, target);
  };
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  const program = ts.createProgram([...files.keys()], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start, file }) => {
    const line =
      file === undefined || start === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
    return `${file?.fileName}:${line + 1} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

describe('the schemas of schedules', () => {
  const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const time = fc.constantFrom('00:00', '07:30', '23:59');
  const options = fc.record(
    {
      timezone: option(fc.constantFrom('UTC', 'Europe/Zurich')),
      start_at: option(fc.constantFrom('2026-12-01T00:00:00Z', null)),
      end_at: option(fc.constantFrom('2030-01-01T00:00:00+01:00', null)),
      dst_gap: option(fc.constantFrom('shift', 'end', 'skip', null)),
      catch_up: option(fc.constantFrom('skip', 'all', null)),
      catch_up_window_seconds: option(fc.constantFrom(60, 3_600, null)),
      overlap: option(fc.constantFrom('skip', 'buffer_one')),
      max_runs: option(fc.constantFrom(1, 10, null)),
      jitter_seconds: option(fc.constantFrom(0, 60, null)),
      exclude_dates: option(fc.constantFrom(['2026-12-24'], null)),
      pause_on_failure: option(fc.constantFrom(3, null)),
      retry: option(fc.constantFrom({ max_attempts: 3 }, null)),
      timeout_seconds: option(fc.constantFrom(30, null)),
    },
    { requiredKeys: [] },
  );
  const shapes: fc.Arbitrary<object> = fc.oneof(
    fc.constantFrom(
      { type: 'cron', expression: '0 9 * * MON' },
      { type: 'cron', cron_expression: '@daily', days: 'all' },
      { type: 'interval', interval_minutes: 5 },
      { type: 'interval', every: 'PT90M', anchor: '2026-01-01T00:00:00Z' },
      { type: 'interval', interval_seconds: 60 },
      { type: 'once', run_time: '2029-01-01T00:00:00Z' },
      { type: 'daily' },
      { type: 'rrule', rrule: 'FREQ=WEEKLY;BYDAY=MO', start_date: '2026-12-01' },
    ),
    time.map((run_time) => ({ type: 'daily', run_time })),
    time.map((time) => ({ type: 'weekly', weekdays: ['mon', 5, 'sunday'], time })),
    fc.constantFrom(1, 'tuesday').map((weekday) => ({ type: 'weekly', weekday })),
    fc.constantFrom(31, 'last', 1).map((day) => ({ type: 'monthly', day })),
  );

  it('take every document that is taken, and show every form that it is stored in', () => {
    fc.assert(
      fc.property(shapes, options, (shape, chosen) => {
        const given = Object.entries({ ...shape, ...chosen }).filter(([, value]) => value !== undefined);
        const document = Object.fromEntries(given) as JsonObject;
        const parsed = parseSchedule(document, NOW);
        if (!parsed.ok) return;
        expect([document, isDocument(document), isDocument.errors]).toEqual([document, true, null]);
        expect([parsed.schedule, isShown(parsed.schedule), isShown.errors]).toEqual([
          parsed.schedule,
          true,
          null,
        ]);
      }),
    );
  });
});
