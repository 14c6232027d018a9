/** The OpenAPI 3.1 document, made from the schemas that validate. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { allErrorCodes } from '../server/problem.ts';

export function openApiDocument(app: OpenAPIHono, version: string) {
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
  return { ...document, 'x-error-codes': allErrorCodes() };
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
