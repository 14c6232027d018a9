import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { OPERATORS_OF_CONDITIONS } from './conditions.ts';

const place: JsonObject = {
  title: 'Place',
  description: 'A place by name, as people write it, or where it lies.',
  anyOf: [
    { title: 'By name', type: 'string', minLength: 2, maxLength: 255, examples: ['Bern', '52.52, 13.41'] },
    {
      title: 'By coordinates',
      type: 'object',
      properties: {
        latitude: {
          title: 'Latitude',
          description: 'Degrees north.',
          type: 'number',
          minimum: -90,
          maximum: 90,
          examples: [46.95],
        },
        longitude: {
          title: 'Longitude',
          description: 'Degrees east.',
          type: 'number',
          minimum: -180,
          maximum: 180,
          examples: [7.45],
        },
      },
      required: ['latitude', 'longitude'],
      additionalProperties: false,
    },
  ],
  examples: ['Bern'],
};

const unitSystem: JsonObject = {
  title: 'Units',
  description: 'metric: °C, km/h, mm; imperial: °F, mph, inches.',
  enum: ['metric', 'imperial'],
  default: 'metric',
  examples: ['metric'],
};

export const dailyWeatherDescription: TaskTypeDescription = {
  title: 'Daily weather',
  description: 'Tells you the weather of the day for one place.',
  config_schema: {
    type: 'object',
    properties: { location: place, units: unitSystem },
    required: ['location'],
    additionalProperties: false,
  },
  example: { location: 'Bern', units: 'metric' },
};

function conditionOn(title: string, description: string, example: number): JsonObject {
  return {
    title,
    description,
    type: 'object',
    properties: {
      operator: {
        title: 'Is',
        description: 'How the value is compared.',
        enum: [...OPERATORS_OF_CONDITIONS],
        examples: ['>='],
      },
      value: { title: 'Value', description: 'In the units asked for.', type: 'number', examples: [example] },
    },
    required: ['operator', 'value'],
    additionalProperties: false,
    examples: [{ operator: '>=', value: example }],
  };
}

export const weatherAlertDescription: TaskTypeDescription = {
  title: 'Weather alert',
  description: 'Tells you as soon as the weather meets a condition, now or in the next 24 hours.',
  config_schema: {
    type: 'object',
    properties: {
      location: place,
      alert_conditions: {
        title: 'Conditions',
        description: 'At least one; each tells you when it becomes met.',
        type: 'object',
        properties: {
          temperature: conditionOn('Temperature', 'Two metres above the ground.', 32),
          wind_speed: conditionOn('Wind', 'Ten metres above the ground.', 62),
          precipitation: conditionOn('Rain or snow', 'In an hour.', 5),
          chance_of_rain: conditionOn('Chance of rain', 'In an hour, in percent.', 60),
          wind_gusts: conditionOn('Gusts', 'Ten metres above the ground.', 75),
          snowfall: conditionOn('Snowfall', 'In an hour, in centimetres or inches.', 1),
        },
        additionalProperties: false,
        examples: [{ temperature: { operator: '<=', value: 0 } }],
      },
      units: unitSystem,
    },
    required: ['location', 'alert_conditions'],
    additionalProperties: false,
  },
  example: { location: 'Oslo', alert_conditions: { temperature: { operator: '<', value: -15 } } },
};
