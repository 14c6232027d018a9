import { describe, expect, test } from 'vitest';
import {
  alternativeOf,
  blankOf,
  type ConfigField,
  configField,
  configValue,
  type JsonSchema,
} from '../../../../src/console/compose/forms/config-shape.ts';
import { TASK_TYPE_DESCRIPTIONS } from '../../../../src/task-types/descriptions.ts';
import { SHIPPED } from './shipped.ts';

const schemaOf = (taskType: keyof typeof TASK_TYPE_DESCRIPTIONS) =>
  TASK_TYPE_DESCRIPTIONS[taskType].config_schema as JsonSchema;

/** `location either, units choice`. */
function outline({ shape, name }: ConfigField): string {
  const inner = shape.kind === 'group' ? ` (${shape.fields.map(outline).join(', ')})` : '';
  return `${name} ${shape.kind}${inner}`.trim();
}

describe('a form', () => {
  test('has the fields of the schema of its task type', () => {
    expect(outline(configField(schemaOf('daily_weather')))).toBe('group (location either, units choice)');
    expect(outline(configField(schemaOf('reminder')))).toBe('group (reminder_message text, channels list)');
    const custom = configField(schemaOf('custom'));
    expect(custom.shape.kind === 'either' && custom.shape.alternatives.map(outline)).toEqual([
      'group (script_type constant, url text, method choice, headers pairs, body json, body_template json, expect_status either, secret text)',
      'group (script_type constant, worker text, payload json)',
    ]);
  });

  test('names each field and knows which is required', () => {
    const field = configField({
      type: 'object',
      properties: { expect_status: { type: 'integer', examples: [204] } },
    });
    expect(field.shape).toMatchObject({
      fields: [
        { title: 'Expect status', isRequired: false, example: '204', shape: { kind: 'number', step: 1 } },
      ],
    });
  });

  test('sends back what it was given, for every example of a task type and every shipped template', () => {
    for (const [taskType, { config_schema, example }] of Object.entries(TASK_TYPE_DESCRIPTIONS)) {
      expect(configValue(configField(config_schema as JsonSchema), example), taskType).toEqual(example);
    }
    for (const { template_id, config_schema, default_config, metadata } of SHIPPED) {
      const config = { ...default_config, ...metadata.example?.config };
      expect(configValue(configField(config_schema), config), template_id).toEqual(config);
    }
  });

  test('chooses the alternative that a value has the shape of', () => {
    const { shape } = configField(schemaOf('custom'));
    const alternatives = shape.kind === 'either' ? shape.alternatives : [];
    expect(alternativeOf(alternatives, { script_type: 'nats', worker: 'w' })).toBe(1);
    expect(alternatives.map((each) => blankOf(each.shape))).toEqual([
      { script_type: 'webhook' },
      { script_type: 'nats' },
    ]);
    expect(alternativeOf(alternatives, undefined)).toBe(0);
  });

  test('leaves out what nothing was written in, and keeps what it does not know', () => {
    const alert = configField(schemaOf('weather_alert'));
    const written = {
      location: 'Oslo',
      alert_conditions: { temperature: { operator: '<', value: 0 }, wind_speed: {} },
      units: '',
      of_a_newer_version: 1,
    };
    expect(configValue(alert, written)).toEqual({
      location: 'Oslo',
      alert_conditions: { temperature: { operator: '<', value: 0 } },
      of_a_newer_version: 1,
    });
    expect(
      configValue(configField(schemaOf('daily_news')), { sources: ['', 'x'], categories: [''] }),
    ).toEqual({
      sources: ['x'],
    });
  });
});
