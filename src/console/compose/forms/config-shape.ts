/**
 * What a form asks for, read from a JSON Schema in the dialect that templates and task types are written in. The schema
 * says which fields there are; whether what stands in them fits, the service says.
 */

export type JsonSchema = Readonly<Record<string, unknown>>;

export type ConfigShape =
  | { readonly kind: 'text'; readonly format: string | null; readonly isLong: boolean }
  | {
      readonly kind: 'number';
      readonly step: 'any' | 1;
      readonly min: number | null;
      readonly max: number | null;
    }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly values: readonly unknown[] }
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'group'; readonly fields: readonly ConfigField[] }
  /** Members of any name, as headers are. */
  | { readonly kind: 'pairs' }
  | { readonly kind: 'list'; readonly item: ConfigField }
  | { readonly kind: 'either'; readonly alternatives: readonly ConfigField[] }
  /** Any value, written as JSON. */
  | { readonly kind: 'json' };

export interface ConfigField {
  /** The member; empty for an item and an alternative. */
  readonly name: string;
  readonly title: string;
  readonly description: string | null;
  readonly example: string | null;
  readonly isRequired: boolean;
  /** What the service takes where nothing is said. */
  readonly byDefault: unknown;
  readonly shape: ConfigShape;
}

const LONG_TEXT = 1000;

export function configField(schema: JsonSchema, name = '', isRequired = true): ConfigField {
  const [example] = (schema.examples as readonly unknown[] | undefined) ?? [];
  return {
    name,
    title: typeof schema.title === 'string' ? schema.title : wordsOf(name),
    description: typeof schema.description === 'string' ? schema.description : null,
    example: example === undefined ? null : shownExample(example),
    isRequired,
    byDefault: schema.default,
    shape: shapeOf(schema),
  };
}

function shapeOf(schema: JsonSchema): ConfigShape {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(alternatives)) {
    return { kind: 'either', alternatives: alternatives.map((each: JsonSchema) => configField(each)) };
  }
  if ('const' in schema) return { kind: 'constant', value: schema.const };
  if (Array.isArray(schema.enum)) return { kind: 'choice', values: schema.enum };
  switch (schema.type) {
    case 'string': {
      const format = typeof schema.format === 'string' ? schema.format : null;
      return { kind: 'text', format, isLong: format === null && Number(schema.maxLength) >= LONG_TEXT };
    }
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        step: schema.type === 'integer' ? 1 : 'any',
        min: typeof schema.minimum === 'number' ? schema.minimum : null,
        max: typeof schema.maximum === 'number' ? schema.maximum : null,
      };
    case 'boolean':
      return { kind: 'flag' };
    case 'array':
      return { kind: 'list', item: configField((schema.items as JsonSchema | undefined) ?? {}) };
    case 'object':
      return objectShape(schema);
    default:
      return { kind: 'json' };
  }
}

function objectShape(schema: JsonSchema): ConfigShape {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>);
  const required = (schema.required ?? []) as readonly string[];
  if (properties.length > 0 || schema.additionalProperties === false) {
    return {
      kind: 'group',
      fields: properties.map(([name, each]) => configField(each, name, required.includes(name))),
    };
  }
  const values = schema.additionalProperties as JsonSchema | true | undefined;
  return typeof values === 'object' && values.type === 'string' ? { kind: 'pairs' } : { kind: 'json' };
}

/** `expect_status` to `Expect status`. */
function wordsOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function shownExample(example: unknown): string {
  if (Array.isArray(example)) return example.map((each) => shownExample(each)).join(', ');
  return typeof example === 'string' ? example : JSON.stringify(example);
}

/** The alternative that a value was made by: the first whose shape it has; the first of all where none has it. */
export function alternativeOf(alternatives: readonly ConfigField[], value: unknown): number {
  return Math.max(
    0,
    alternatives.findIndex(({ shape }) => hasShape(shape, value)),
  );
}

function hasShape(shape: ConfigShape, value: unknown): boolean {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return shape.values.includes(value);
    case 'constant':
      return value === shape.value;
    case 'list':
      return Array.isArray(value);
    case 'either':
      return shape.alternatives.some((each) => hasShape(each.shape, value));
    case 'pairs':
      return isMembers(value);
    case 'group':
      return isMembers(value) && shape.fields.every((field) => isConstantOf(field, value[field.name]));
    case 'json':
      return true;
  }
}

/** Alternatives that are objects are told apart by their constants: `script_type: "webhook"`. */
function isConstantOf({ shape }: ConfigField, value: unknown): boolean {
  return shape.kind !== 'constant' || value === shape.value;
}

/** What a new value of the shape begins with; undefined: nothing. */
export function blankOf(shape: ConfigShape): unknown {
  switch (shape.kind) {
    case 'constant':
      return shape.value;
    case 'group':
      return Object.fromEntries(
        shape.fields.flatMap(({ name, shape: inner }) =>
          inner.kind === 'constant' ? [[name, inner.value]] : [],
        ),
      );
    case 'list':
      return [];
    case 'pairs':
      return {};
    default:
      return undefined;
  }
}

/** What is sent: without empty text, empty items and optional groups that hold nothing. Undefined: nothing is said. */
export function configValue({ shape, isRequired }: ConfigField, value: unknown): unknown {
  switch (shape.kind) {
    case 'group': {
      const members = isMembers(value) ? value : {};
      const known = new Set(shape.fields.map(({ name }) => name));
      const said = [
        ...shape.fields.map((field) => [field.name, configValue(field, members[field.name])] as const),
        // What the schema does not know is somebody else's, and stays.
        ...Object.entries(members).filter(([name]) => !known.has(name)),
      ].filter(([, inner]) => inner !== undefined);
      return said.length === 0 && !isRequired ? undefined : Object.fromEntries(said);
    }
    case 'list': {
      const items = (Array.isArray(value) ? value : []).map((item) => configValue(shape.item, item));
      const said = items.filter((item) => item !== undefined);
      return said.length === 0 ? undefined : said;
    }
    case 'pairs': {
      const said = isMembers(value) ? Object.entries(value).filter(([name]) => name !== '') : [];
      return said.length === 0 ? undefined : Object.fromEntries(said);
    }
    case 'either': {
      const chosen = shape.alternatives[alternativeOf(shape.alternatives, value)];
      return chosen === undefined ? value : configValue({ ...chosen, isRequired }, value);
    }
    case 'constant':
      return shape.value;
    default:
      return value === '' ? undefined : value;
  }
}

export function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
