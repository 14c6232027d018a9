import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../../src/application/faults/schema-dialect.ts';
import type { Json, JsonObject } from '../../src/domain/shared/json.ts';
import { TASK_TYPES, type TaskType } from '../../src/domain/task/status.ts';
import { createExecutors } from '../../src/task-types/all.ts';
import { ExecutorCatalog } from '../../src/task-types/catalog.ts';
import { providers } from '../support/parts/providers.ts';
import { untitledIn } from '../support/schema-notes.ts';

const catalog = new ExecutorCatalog(createExecutors(providers()));
const ajv = new Ajv2020({ strict: false, formats: { uri: true, 'date-time': true } });

/** Each alternative of a config by itself. */
function schemasOf(type: TaskType): JsonObject[] {
  const { config_schema } = catalog.describe(type);
  return (config_schema.oneOf as JsonObject[] | undefined) ?? [config_schema];
}
const membersOf = (schema: JsonObject) => Object.entries(schema.properties as Record<string, JsonObject>);
const firstExample = (schema: JsonObject) => (schema.examples as Json[])[0] as Json;

describe('the description of a task type', () => {
  it.each(TASK_TYPES)('%s: its example fits, by its schema and by what checks tasks', (type) => {
    const { example, config_schema } = catalog.describe(type);
    expect(catalog.faultsOf(type, example)).toEqual([]);
    const validate = ajv.compile(config_schema);
    expect([validate(example), validate.errors]).toEqual([true, null]);
  });

  it.each(TASK_TYPES)(
    '%s: it is in the dialect of templates, with title and description everywhere',
    (type) => {
      for (const schema of schemasOf(type)) {
        expect(schemaFaults(schema)).toEqual([]);
        expect(untitledIn(schema)).toEqual([]);
        for (const [name, member] of membersOf(schema))
          expect([name, member.examples]).not.toEqual([name, undefined]);
      }
    },
  );

  it.each(TASK_TYPES)('%s: each example of a member is taken, and what is required is missed', (type) => {
    for (const schema of schemasOf(type)) {
      const required = (schema.required as string[] | undefined) ?? [];
      const least = Object.fromEntries(
        membersOf(schema).flatMap(([name, member]) =>
          required.includes(name) ? [[name, firstExample(member)]] : [],
        ),
      );
      for (const [name, member] of membersOf(schema)) {
        for (const example of member.examples as Json[]) {
          expect([name, catalog.faultsOf(type, { ...least, [name]: example })]).toEqual([name, []]);
        }
      }
      for (const name of required) {
        const { [name]: _, ...others } = least;
        expect([name, catalog.faultsOf(type, others).length > 0]).toEqual([name, true]);
      }
    }
  });
});
