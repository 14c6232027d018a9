/** JSON Schemas as people read them: rows of members, types in words, and an example. */
import { type Html, html, prose } from './html.ts';

/** As much of JSON Schema as the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}
export type Schemas = Readonly<Record<string, Schema>>;

const REF = '#/components/schemas/';
/** A schema that holds itself is shown this deep in an example. */
const MAX_DEPTH = 6;

export function schemaName(schema: Schema): string | null {
  return schema.$ref?.startsWith(REF) ? schema.$ref.slice(REF.length) : null;
}

/** `string or null`, `array of Task`, `one of high, low`: names of schemas are links to where they are shown. */
export function typeOf(schema: Schema): Html {
  const name = schemaName(schema);
  if (name !== null) return html`<a href="#schema-${name}">${name}</a>`;
  const several = schema.anyOf ?? schema.oneOf;
  if (several !== undefined) return joined(several.map(typeOf), ' or ');
  if (schema.allOf !== undefined) return typeOfAll(schema.allOf);
  if (schema.enum !== undefined) return html`one of ${joined(schema.enum.map(code), ', ')}`;
  if (schema.const !== undefined) return html`always ${code(schema.const)}`;
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  const words = types.map((type) => wordOf(type, schema));
  return joined(words, ' or ');
}

/** A reference with what is said of it here: that it may be null, a description. */
function typeOfAll(all: readonly Schema[]): Html {
  const named = all.filter((one) => schemaName(one) !== null);
  const nullable = all.some(({ type }) => Array.isArray(type) && type.includes('null'));
  const types = (named.length > 0 ? named : all).map(typeOf);
  return joined(nullable ? [...types, html`null`] : types, ' or ');
}

function wordOf(type: string, schema: Schema): Html {
  if (type === 'array' && schema.items !== undefined) return html`array of ${typeOf(schema.items)}`;
  if (type === 'string' && schema.format !== undefined) return html`string (${schema.format})`;
  return html`${type}`;
}

/** What is held to, in words. */
export function limitsOf(schema: Schema): Html | null {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const limits = [
    rangeOf(minimum, maximum, ''),
    rangeOf(minLength, maxLength, ' characters'),
    rangeOf(minItems, maxItems, ' items'),
    schema.pattern === undefined ? null : html`like <code>${schema.pattern}</code>`,
    schema.default === undefined ? null : html`default ${code(schema.default)}`,
  ].filter((limit) => limit !== null);
  return limits.length === 0 ? null : joined(limits, '; ');
}

function rangeOf(from: number | undefined, to: number | undefined, unit: string): Html | null {
  const atMost = to === undefined || to >= Number.MAX_SAFE_INTEGER ? undefined : to;
  if (from !== undefined && atMost !== undefined) return html`${number(from)} to ${number(atMost)}${unit}`;
  if (from !== undefined && from > 0) return html`at least ${number(from)}${unit}`;
  return atMost === undefined ? null : html`at most ${number(atMost)}${unit}`;
}

function number(value: number): string {
  return value.toLocaleString('en');
}

/** A table of an object's members, those of objects inside it by their path. */
export function membersTable(schema: Schema, caption: string): Html | null {
  const rows = memberRows(schema, '');
  if (rows.length === 0) return null;
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr><th scope="col">Member</th><th scope="col">Type</th><th scope="col">About it</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function memberRows(schema: Schema, prefix: string): Html[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = `${prefix}${name}`;
    const about = [
      required.has(name) ? html`<strong>required</strong>` : null,
      limitsOf(member),
      descriptionOf(member),
    ].filter((part) => part !== null);
    const row = html`<tr><th scope="row"><code>${path}</code></th><td>${typeOf(member)}</td>
<td>${joined(about, '. ')}</td></tr>`;
    const inside = member.items?.properties === undefined ? member : member.items;
    const mark = inside === member ? '.' : '[].';
    return [row, ...memberRows(inside, `${path}${mark}`)];
  });
}

export function descriptionOf(schema: Schema): Html | null {
  const text = schema.description ?? schema.allOf?.find(({ description }) => description)?.description;
  return text === undefined ? null : prose(text);
}

/** The example that the document gives, or one made of the schema. */
export function exampleOf(schema: Schema, schemas: Schemas, depth = 0): unknown {
  if (schema.example !== undefined) return schema.example;
  const name = schemaName(schema);
  if (name !== null) return depth > MAX_DEPTH ? {} : exampleOf(schemas[name] ?? {}, schemas, depth + 1);
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [];
  if (first !== undefined) return exampleOf(first, schemas, depth);
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.includes('null') && types.length > 1) return null;
  switch (types[0]) {
    case 'object': {
      const members = Object.entries(schema.properties ?? {});
      return Object.fromEntries(members.map(([key, member]) => [key, exampleOf(member, schemas, depth + 1)]));
    }
    case 'array':
      return schema.items === undefined || depth > MAX_DEPTH
        ? []
        : [exampleOf(schema.items, schemas, depth + 1)];
    case 'string':
      return schema.format === 'date-time' ? '2026-11-23T08:54:00.000Z' : 'text';
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return false;
    default:
      return null;
  }
}

export function code(value: unknown): Html {
  return html`<code>${typeof value === 'string' ? value : JSON.stringify(value)}</code>`;
}

export function joined(parts: readonly Html[], between: string): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html`${between}${part}`))}`;
}
