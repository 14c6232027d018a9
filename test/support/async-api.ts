import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

interface AsyncApi {
  readonly channels: Record<string, { address: string; messages: Record<string, { $ref: string }> }>;
  readonly components: {
    readonly messages: Record<string, { headers?: { $ref: string }; payload: { $ref: string } }>;
    readonly schemas: Record<string, object>;
  };
}

const document = parse(
  readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'asyncapi.yaml'), 'utf8'),
) as AsyncApi;
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)) && /T.*(Z|[+-]\d\d:\d\d)$/.test(text));
ajv.addFormat('date', /^\d{4}-\d\d-\d\d$/);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'asyncapi', components: document.components });

/** Subjects that docs/asyncapi.yaml describes. */
export const describedSubjects = Object.values(document.channels).map(({ address }) => address);

/** What in a message is not as docs/asyncapi.yaml says; empty where all is. */
export function faultsOf(subject: string, payload: unknown, headers?: Record<string, string>): unknown[] {
  const channel = Object.values(document.channels).find(({ address }) => address === subject);
  const name = Object.keys(channel?.messages ?? {})[0];
  const message = name === undefined ? undefined : document.components.messages[name];
  if (message === undefined) return [`${subject} is not described`];
  const payloadFaults = faults(message.payload.$ref, payload);
  return headers === undefined || message.headers === undefined
    ? payloadFaults
    : [...payloadFaults, ...faults(message.headers.$ref, headers)];
}

function faults(ref: string, value: unknown): unknown[] {
  const validate = ajv.getSchema(`asyncapi${ref}`);
  if (validate === undefined) throw new Error(`no schema ${ref}`);
  return validate(value) === true ? [] : [...(validate.errors ?? [])];
}
