import { describe, expect, it } from 'vitest';
import { schemaFaults } from '../../src/application/faults/schema-dialect.ts';
import type { JsonObject } from '../../src/domain/shared/json.ts';
import { faultsBySchema } from '../../src/task-types/template-schema.ts';

const at = (faults: readonly { readonly path: readonly (string | number)[] }[]) =>
  faults.map(({ path }) => path.join('.'));
const ofObject = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

describe('a config_schema', () => {
  it('may say types, bounds, values, alternatives, lists and objects, with notes anywhere', () => {
    const schema = ofObject(
      {
        place: { anyOf: [{ type: 'string', minLength: 2 }, ofObject({ lat: { type: 'number' } })] },
        unit: { type: 'string', enum: ['c', 'f'], title: 'Unit', default: 'c' },
        count: { type: 'integer', minimum: 1, exclusiveMaximum: 10, multipleOf: 2 },
        tags: { type: 'array', items: { type: 'string', pattern: '^[a-z]+$' }, minItems: 1, maxItems: 3 },
        when: { type: ['string', 'null'], format: 'date' },
        fixed: { const: true },
        other: { oneOf: [{ const: 1 }, { const: null }] },
      },
      {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        required: ['place'],
        additionalProperties: false,
      },
    );
    expect(schemaFaults(schema)).toEqual([]);
  });

  const refused: readonly [string, JsonObject, readonly string[]][] = [
    ['another type than object', { type: 'array' }, ['type']],
    ['nothing', {}, ['', 'type']],
    ['a reference', ofObject({ a: { $ref: 'http://evil.example/schema' } }), ['properties.a']],
    ['a reference beside a type', ofObject({ a: { type: 'string', $ref: '#' } }), ['properties.a.$ref']],
    ['an id', { type: 'object', $id: 'http://evil.example/' }, ['$id']],
    [
      'keywords that are not evaluated',
      { type: 'object', patternProperties: {}, if: {}, allOf: [] },
      ['patternProperties', 'if', 'allOf'],
    ],
    [
      'keywords of another type',
      ofObject({ a: { type: 'number', minLength: 3 } }),
      ['properties.a.minLength'],
    ],
    [
      'bounds that are none',
      ofObject({ a: { type: 'string', minLength: -1, maxLength: '3' } }),
      ['properties.a.minLength', 'properties.a.maxLength'],
    ],
    [
      'a schema that is none',
      ofObject({ a: 5, b: [], c: null }),
      ['properties.a', 'properties.b', 'properties.c'],
    ],
    ['values that are objects', ofObject({ a: { enum: [{}, 1] } }), ['properties.a.enum.0']],
    ['values of another type', ofObject({ a: { type: 'string', enum: ['x', 1] } }), ['properties.a.enum.1']],
    ['an unknown type', ofObject({ a: { type: 'text' } }), ['properties.a.type']],
    [
      'a required name that is no property',
      ofObject({ a: { type: 'string' } }, { required: ['a', 'b', 7] }),
      ['required.1', 'required.2'],
    ],
    [
      'a pattern that can run for ever',
      ofObject({ a: { type: 'string', pattern: '^(a+)+$' } }),
      ['properties.a.pattern'],
    ],
    ['an unknown format', ofObject({ a: { type: 'string', format: 'regex' } }), ['properties.a.format']],
    [
      'too many alternatives',
      ofObject({ a: { anyOf: Array(21).fill({ type: 'null' }) } }),
      ['properties.a.anyOf'],
    ],
  ];
  it.each(refused)('may not hold %s', (_, schema, where) => {
    expect(at(schemaFaults(schema))).toEqual(where);
  });

  it('may hold 300 schemas', () => {
    const many = (count: number) =>
      ofObject(Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, { type: 'string' }])));
    expect(schemaFaults(many(299))).toEqual([]);
    expect(schemaFaults(many(5_000))).toHaveLength(1);
  });
});

describe('a config', () => {
  const schema = ofObject(
    {
      a: { type: 'string', minLength: 2 },
      b: {
        anyOf: [
          { type: 'string' },
          ofObject({ x: { type: 'number' } }, { required: ['x'], additionalProperties: false }),
        ],
      },
      c: { type: 'integer', minimum: 1 },
      d: { type: 'array', items: ofObject({ y: { enum: ['k'] } }, { required: ['y'] }) },
      e: { type: ['string', 'null'], default: 'never filled in' },
    },
    { required: ['a', 'b', 'e'], additionalProperties: false },
  );

  it('that fits has no fault', () => {
    const configs = [
      { a: 'xx', b: 'y', e: null },
      { a: 'xx', b: { x: 1 }, c: 1, d: [{ y: 'k', z: 1 }], e: 'z' },
    ];
    for (const config of configs) expect(faultsBySchema(schema, config)).toEqual([]);
  });

  it('has every one of its faults named where it is', () => {
    const faults = faultsBySchema(schema, {
      a: 'x',
      b: { x: '1' },
      c: 0.5,
      d: [{ y: 'k' }, {}, { y: 'n' }],
      q: 1,
      r: 2,
    });
    expect(at(faults).sort()).toEqual(['a', 'b', 'c', 'd.1.y', 'd.2.y', 'e', 'q', 'r'].sort());
    const types = Object.fromEntries(faults.map(({ path, type }) => [path.join('.'), type]));
    expect(types).toMatchObject({ e: 'missing', 'd.1.y': 'missing', q: 'unknown_field' });
  });

  it('is not filled in by defaults', () => {
    expect(at(faultsBySchema(schema, { a: 'xx', b: 'y' }))).toEqual(['e']);
  });

  it('that would take long to check is refused before', () => {
    const costly = ofObject({
      list: { type: 'array', items: { anyOf: Array.from({ length: 20 }, (_, n) => ({ const: n })) } },
    });
    const began = process.cpuUsage().user;
    expect(faultsBySchema(costly, { list: Array(100_000).fill('x') })).toEqual([
      { path: [], msg: expect.any(String), type: 'too_large', params: {} },
    ]);
    expect(faultsBySchema(costly, { list: Array(4_000).fill('x') })).toHaveLength(4_000);
    expect(process.cpuUsage().user - began).toBeLessThan(3_000_000);
  });
});
