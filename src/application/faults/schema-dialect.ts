/**
 * The dialect of JSON Schema 2020-12 that templates may be written in.
 *
 * Schemas come from administrators and meet configs of anybody, so a schema is read here before it is stored: only
 * keywords that are listed below, each only where it has an effect, no references, bounded in size, patterns that
 * cannot run long (`safe-pattern.ts`). What is left can neither reach out nor loop, and all of it is evaluated.
 */

import { type Json, type JsonObject, objectOrNull } from '../../domain/shared/json.ts';
import { type Said, says } from '../../domain/shared/says.ts';
import { patternFault } from '../../domain/template/safe-pattern.ts';
import type { ConfigFault } from '../ports/task-types.ts';

const MAX_SCHEMAS = 300;
const MAX_ALTERNATIVES = 20;
const MAX_VALUES = 200;
const PATTERN_WEIGHT = 10;

const NOTES = new Set(['$schema', '$comment', 'title', 'description', 'examples', 'default', 'deprecated']);
const FORMATS = new Set(['date', 'date-time', 'time', 'uuid', 'uri', 'email']);
const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'] as const;
type Type = (typeof TYPES)[number];
/** A schema has exactly one of these, `enum` and `const` perhaps beside `type`. */
const KINDS = ['enum', 'const', 'anyOf', 'oneOf', 'type'] as const;

const KEYWORDS: Readonly<Record<Type, readonly string[]>> = {
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
  object: ['properties', 'required', 'additionalProperties'],
  array: ['items', 'minItems', 'maxItems'],
};

type Path = readonly (string | number)[];

function isJsonObject(value: Json | undefined): value is JsonObject {
  return objectOrNull(value) !== null;
}

/** Every reason why this is no schema that a template may have; empty where it is one. */
export function schemaFaults(schema: JsonObject): readonly ConfigFault[] {
  const reader = new SchemaReader();
  reader.read(schema, []);
  if (schema.type !== 'object')
    reader.fault(['type'], says`must be "${{ allowed: ['object'] }}"`, 'invalid_value');
  return reader.faults;
}

/** What of a schema is evaluated, and about how many looks at a value that takes at most. */
export function evaluatedPart(schema: JsonObject): { readonly schema: JsonObject; readonly weight: number } {
  const reader = new SchemaReader();
  return { schema: reader.read(schema, []), weight: reader.weight };
}

class SchemaReader {
  readonly faults: ConfigFault[] = [];
  weight = 0;
  #schemas = 0;

  /** What of the schema is evaluated: without notes. */
  read(schema: Json | undefined, path: Path): JsonObject {
    this.#schemas += 1;
    this.weight += 1;
    if (this.#schemas === MAX_SCHEMAS + 1)
      this.fault(path, says`is one of more than ${{ maximum: MAX_SCHEMAS }} schemas`, 'too_large');
    if (this.#schemas > MAX_SCHEMAS) return {};
    if (!isJsonObject(schema)) {
      this.fault(path, says`must be a schema, as an object`, 'invalid_type');
      return {};
    }
    const kind = KINDS.find((name) => Object.hasOwn(schema, name));
    if (kind === undefined) {
      this.fault(path, says`needs one of ${{ allowed: KINDS }}`, 'missing');
      return {};
    }
    const types = Object.hasOwn(schema, 'type') ? this.#types(schema.type, [...path, 'type']) : null;
    const known = new Set<string>([kind]);
    if (kind === 'enum' || kind === 'const') known.add('type');
    if (kind === 'type') for (const type of types ?? []) for (const name of KEYWORDS[type]) known.add(name);
    const evaluated = Object.entries(schema).filter(([name]) => !NOTES.has(name) || known.has(name));
    return Object.fromEntries(
      evaluated.map(([name, value]) => [
        name,
        this.#keyword(name, value, [...path, name], known, { schema, types }),
      ]),
    );
  }

  fault(path: Path, said: Said, type: string): void {
    this.faults.push({ path, type, ...said });
  }

  #keyword(
    name: string,
    value: Json,
    path: Path,
    known: ReadonlySet<string>,
    { schema, types }: { readonly schema: JsonObject; readonly types: readonly Type[] | null },
  ): Json {
    if (!known.has(name)) {
      this.fault(path, says`is not a keyword that is evaluated here`, 'unsupported');
      return value;
    }
    switch (name) {
      case 'properties':
        return this.#properties(value, path);
      case 'items':
        return this.read(value, path);
      case 'additionalProperties':
        return typeof value === 'boolean' ? value : this.read(value, path);
      case 'anyOf':
      case 'oneOf':
        return this.#alternatives(value, path);
      case 'enum':
        return this.#values(value, path, types);
      case 'const':
        this.#value(value, path, types);
        return value;
      case 'required':
        this.#required(value, path, schema.properties);
        return value;
      case 'pattern':
        this.weight += PATTERN_WEIGHT;
        this.#pattern(value, path);
        return value;
      case 'format':
        this.#oneOf(value, path, FORMATS);
        return value;
      case 'type':
        return value;
      default:
        this.#bound(name, value, path);
        return value;
    }
  }

  #types(value: Json | undefined, path: Path): readonly Type[] | null {
    const names = Array.isArray(value) ? (value as readonly Json[]) : [value];
    const types = names.flatMap((name) => TYPES.find((type) => type === name) ?? []);
    if (names.length > 0 && types.length === names.length && new Set(types).size === types.length)
      return types;
    this.fault(path, says`must be one or several of ${{ allowed: TYPES }}`, 'invalid_value');
    return null;
  }

  #properties(value: Json, path: Path): Json {
    if (!isJsonObject(value)) {
      this.fault(path, says`must be an object of schemas`, 'invalid_type');
      return {};
    }
    return Object.fromEntries(
      Object.entries(value).map(([name, schema]) => [name, this.read(schema, [...path, name])]),
    );
  }

  #alternatives(value: Json, path: Path): Json {
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_ALTERNATIVES) {
      this.fault(
        path,
        says`must be a list of ${{ minimum: 1 }} to ${{ maximum: MAX_ALTERNATIVES }} schemas`,
        'invalid_type',
      );
      return [];
    }
    return value.map((schema, index) => this.read(schema, [...path, index]));
  }

  #values(value: Json, path: Path, types: readonly Type[] | null): Json {
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_VALUES) {
      this.fault(
        path,
        says`must be a list of ${{ minimum: 1 }} to ${{ maximum: MAX_VALUES }} values`,
        'invalid_type',
      );
      return [];
    }
    this.weight += value.length / 10;
    for (const [index, one] of value.entries()) this.#value(one, [...path, index], types);
    return value;
  }

  #value(value: Json, path: Path, types: readonly Type[] | null): void {
    if (typeof value === 'object' && value !== null) {
      this.fault(path, says`must be text, a number, a boolean or null`, 'invalid_type');
    } else if (types !== null && !types.some((type) => isOf(value, type))) {
      this.fault(path, says`is not of the type beside it`, 'invalid_type');
    }
  }

  #required(value: Json, path: Path, properties: Json | undefined): void {
    if (!Array.isArray(value)) this.fault(path, says`must be a list of names`, 'invalid_type');
    const names = isJsonObject(properties) ? properties : {};
    for (const [index, name] of (Array.isArray(value) ? value : []).entries()) {
      if (typeof name === 'string' && Object.hasOwn(names, name)) continue;
      this.fault([...path, index], says`must be one of properties`, 'invalid_value');
    }
  }

  #pattern(value: Json, path: Path): void {
    const fault = typeof value === 'string' ? patternFault(value) : says`must be text`;
    if (fault !== null) this.fault(path, fault, 'invalid_pattern');
  }

  #oneOf(value: Json, path: Path, allowed: ReadonlySet<string>): void {
    if (typeof value === 'string' && allowed.has(value)) return;
    this.fault(path, says`must be one of ${{ allowed: [...allowed] }}`, 'invalid_value');
  }

  #bound(name: string, value: Json, path: Path): void {
    const isCount = name.endsWith('Length') || name.endsWith('Items');
    if (typeof value !== 'number') {
      this.fault(path, says`must be a number`, 'invalid_type');
    } else if (isCount && !(Number.isSafeInteger(value) && value >= 0)) {
      this.fault(path, says`must be a whole number from ${{ minimum: 0 }}`, 'invalid_value');
    } else if (name === 'multipleOf' && value <= 0) {
      this.fault(path, says`must be more than ${{ minimum: 0 }}`, 'invalid_value');
    }
  }
}

function isOf(value: Json, type: Type): boolean {
  switch (type) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    case 'object':
    case 'array':
      return false;
  }
}
