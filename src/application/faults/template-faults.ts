/**
 * What is wrong with a template beyond what its body's schema can tell: its parts must fit each other and its task
 * type, so that whoever gives what it requires gets a task that can run.
 */

import { type Json, type JsonObject, objectOrNull, sameJson } from '../../domain/shared/json.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import type { TemplateContent } from '../../domain/template/events.ts';
import { TASK_FIELDS } from '../../domain/template/use.ts';
import type { ConfigFault, TaskTypeCatalog } from '../ports/task-types.ts';
import { schemaFaults } from './schema-dialect.ts';

/** Each under the member that it is of. */
export function templateFaults(content: TemplateContent, catalog: TaskTypeCatalog): ConfigFault[] {
  const ofSchema = schemaFaults(content.config_schema);
  return [
    ...under('config_schema', ofSchema),
    ...fieldFaults(content),
    ...under('default_config', defaultFaults(content, catalog, ofSchema.length === 0)),
  ];
}

/** What the task's type and the schema of its template find wrong with a config; the type's first where both do. */
export function configFaults(
  { task_type, config_schema }: Pick<TemplateContent, 'task_type' | 'config_schema'>,
  config: JsonObject,
  catalog: TaskTypeCatalog,
): readonly ConfigFault[] {
  const ofType = catalog.faultsOf(task_type, config);
  return withoutRepeats(ofType, catalog.faultsBySchema(config_schema, config));
}

/** The first ones, and of the others those that lie where none of the first does. */
export function withoutRepeats(
  first: readonly ConfigFault[],
  others: readonly ConfigFault[],
): readonly ConfigFault[] {
  const known = new Set(first.map(({ path }) => JSON.stringify(path)));
  return [...first, ...others.filter(({ path }) => !known.has(JSON.stringify(path)))];
}

function fieldFaults({ required_fields, optional_fields, config_schema, default_config }: TemplateContent) {
  const members = objectOrNull(config_schema.properties) ?? {};
  const faults: ConfigFault[] = [];
  const look = (list: string, names: readonly string[]) => {
    for (const [index, name] of names.entries()) {
      const fault = (said: Said, type: string) => faults.push({ path: [list, index], type, ...said });
      if (!TASK_FIELDS.has(name) && !Object.hasOwn(members, name)) {
        fault(says`is neither a field of tasks nor a property of config_schema`, 'invalid_value');
      } else if (list === 'optional_fields' && required_fields.includes(name)) {
        fault(says`is required already`, 'conflict');
      } else if (
        list === 'required_fields' &&
        !TASK_FIELDS.has(name) &&
        Object.hasOwn(default_config, name)
      ) {
        fault(says`has a default, which nobody would get`, 'conflict');
      }
    }
  };
  look('required_fields', required_fields);
  look('optional_fields', optional_fields);
  return faults;
}

/** What users have to give may be missing. */
function defaultFaults(
  content: TemplateContent,
  catalog: TaskTypeCatalog,
  hasSchema: boolean,
): ConfigFault[] {
  const { task_type, default_config, required_fields } = content;
  const found = hasSchema
    ? configFaults(content, default_config, catalog)
    : catalog.faultsOf(task_type, default_config);
  const isLeft = ({ path, type }: ConfigFault) =>
    type === 'missing' && path.length === 1 && required_fields.includes(String(path[0]));
  const secrets = secretsIn(default_config, catalog.masked(task_type, default_config), []);
  const ofSecrets = secrets.map((path) => ({
    path,
    type: 'secret',
    ...says`is a secret, and what a template holds is everybody's to read`,
  }));
  return [...found.filter((fault) => !isLeft(fault)), ...ofSecrets];
}

/** Where the two differ. */
function secretsIn(config: Json, masked: Json, path: readonly string[]): readonly string[][] {
  const [whole, shown] = [objectOrNull(config), objectOrNull(masked)];
  if (whole === null || shown === null) return sameJson(config, masked) ? [] : [[...path]];
  return Object.keys(whole).flatMap((name) =>
    secretsIn(whole[name] ?? null, shown[name] ?? null, [...path, name]),
  );
}

function under(member: string, faults: readonly ConfigFault[]): ConfigFault[] {
  return faults.map(({ path, ...fault }) => ({ ...fault, path: [member, ...path] }));
}
