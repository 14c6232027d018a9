/** The OpenAPI 3.1 document, made from the schemas that validate. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { allErrorCodes } from '../server/problem-kinds.ts';

/**
 * `named`: schemas of what no zod schema checks, which a schema refers to by `[NAMED]`, where it must be an object.
 */
export function openApiDocument(
  app: OpenAPIHono,
  version: string,
  named: Readonly<Record<string, object>> = {},
) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A key that the identity service knows; where one is configured.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'internal', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Internal-Service-Secret',
    description: 'Between services: with `X-Internal-Service: true`, and `X-User-ID` for whom.',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Task service',
      version,
      description: 'Tasks that run by hand and on schedules, their executions and their history.',
      license: { name: 'Apache-2.0' },
    },
  });
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods)) operation.operationId = nameOf(method, path);
  }
  const components = { ...document.components, schemas: { ...document.components?.schemas, ...named } };
  const whole = { ...document, components, 'x-error-codes': allErrorCodes() };
  return withReferences(whole) as typeof whole;
}

/** Marks a schema that stands for a named one. */
export const NAMED = 'x-schema';

/** Every schema that is marked, replaced by a reference, or null where it may be that. */
function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== 'object' || value === null) return value;
  const { [NAMED]: name, type, description, default: byDefault } = value as Record<string, unknown>;
  if (typeof name === 'string') {
    const reference = { $ref: `#/components/schemas/${name}` };
    const isNullable = Array.isArray(type) && type.includes('null');
    const said = {
      ...(description === undefined ? {} : { description }),
      ...(byDefault === undefined ? {} : { default: byDefault }),
    };
    return isNullable ? { anyOf: [reference, { type: 'null' }], ...said } : { ...reference, ...said };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withReferences(inner)]));
}

/** `post`, `/api/v1/tasks/{task_id}/pause`: `postTasksByTaskIdPause`. Generators call a client's functions so. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api\/v1/, '')
    .replaceAll('{', 'by_')
    .split(/\W|_/)
    .filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
