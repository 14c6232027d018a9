import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import { HTTP_METHODS } from '../../outbound/outbound-http.ts';

const ANY_JSON: JsonObject = { type: ['object', 'array', 'string', 'number', 'boolean', 'null'] };
const STATUS: JsonObject = { title: 'Status', type: 'integer', minimum: 100, maximum: 599 };

function scriptType(name: string): JsonObject {
  return { title: 'Kind', description: 'What is called.', const: name, examples: [name] };
}

const webhookSchema: JsonObject = {
  title: 'Call a URL',
  type: 'object',
  properties: {
    script_type: scriptType('webhook'),
    url: {
      title: 'URL',
      description: 'What is called; only public addresses.',
      type: 'string',
      minLength: 1,
      maxLength: 8_192,
      format: 'uri',
      examples: ['https://hooks.example/run'],
    },
    method: {
      title: 'Method',
      description: 'How it is called.',
      enum: [...HTTP_METHODS],
      default: 'POST',
      examples: ['POST'],
    },
    headers: {
      title: 'Headers',
      description: 'Sent with the call; those named like credentials are stored as secrets.',
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 8_192 },
      examples: [{ 'x-team': 'blue' }],
    },
    body: {
      title: 'Body',
      description: 'JSON that is sent. Without: what the run is.',
      ...ANY_JSON,
      examples: [{ hello: 'world' }],
    },
    body_template: {
      title: 'Body template',
      description:
        'In place of a body: JSON whose texts are Liquid, filled with what the run is, as {{ task_name }} or {{ trigger_data.order }}.',
      ...ANY_JSON,
      examples: [{ text: '{{ task_name }}: order {{ trigger_data.order }} is paid' }],
    },
    expect_status: {
      title: 'Expected status',
      description: 'What counts as done. Without: 200 to 299.',
      anyOf: [STATUS, { title: 'Any of', type: 'array', items: STATUS, minItems: 1, maxItems: 50 }],
      examples: [200],
    },
    secret: {
      title: 'Secret',
      description: 'Signs the call by Standard Webhooks, with at least 16 bytes; never shown again.',
      type: 'string',
      minLength: 16,
      maxLength: 512,
      examples: ['a text that only you and the receiver know'],
    },
  },
  required: ['script_type', 'url'],
  additionalProperties: false,
};

const natsSchema: JsonObject = {
  title: 'Ask a worker of your own',
  type: 'object',
  properties: {
    script_type: scriptType('nats'),
    worker: {
      title: 'Worker',
      description: 'It listens on taskworkers.<name>.',
      type: 'string',
      pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$',
      examples: ['reports'],
    },
    payload: {
      title: 'Payload',
      description: 'JSON that the worker is given.',
      ...ANY_JSON,
      examples: [{ month: '2027-01' }],
    },
  },
  required: ['script_type', 'worker'],
  additionalProperties: false,
};

export const customDescription: TaskTypeDescription = {
  title: 'Custom',
  description: 'Calls a URL of yours, or asks a worker of your own over NATS.',
  config_schema: { oneOf: [webhookSchema, natsSchema] },
  example: { script_type: 'webhook', url: 'https://hooks.example/run', body: { hello: 'world' } },
};
