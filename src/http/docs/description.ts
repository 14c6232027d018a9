/** The API described, for programs and for people. Made when first asked for, when every route is known. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { TaskTypeCatalog } from '../../application/ports/task-types.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { TASK_TYPES } from '../../domain/task/status.ts';
import { openApiDocument } from '../router/openapi.ts';
import type { Router } from '../router/route.ts';
import { json } from '../server/answer.ts';
import { SCHEDULE_SCHEMAS } from '../tasks/schedule-schemas.ts';
import { type ApiDocument, docsPage, PAGE_POLICY } from './page.ts';

export function mountDescription(
  app: OpenAPIHono,
  router: Router,
  version: string,
  catalog: Pick<TaskTypeCatalog, 'describe'>,
): void {
  const described = () => openApiDocument(app, version, { ...SCHEDULE_SCHEMAS, ...configSchemas(catalog) });
  router.document('/openapi.json', () => json(200, described()));
  router.document('/docs', () => ({
    status: 200,
    headers: PAGE_HEADERS,
    body: docsPage(described() as unknown as ApiDocument),
  }));
}

/** `TaskConfig`, and a schema of its own for each task type. */
function configSchemas(catalog: Pick<TaskTypeCatalog, 'describe'>): Record<string, object> {
  const own = TASK_TYPES.map((type): readonly [string, object] => {
    const { title, config_schema } = catalog.describe(type);
    return [`${pascal(type)}Config`, { title, ...withoutTrivia(config_schema) }];
  });
  const any = own.map(([name]) => ({ $ref: `#/components/schemas/${name}` }));
  const description = 'By `task_type`; see the schema of each.';
  return { ...Object.fromEntries(own), TaskConfig: { description, anyOf: any } };
}

/** Without what OpenAPI readers trip over: examples are shown by `GET /task-types`. */
function withoutTrivia(schema: Json): JsonObject {
  const lean = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(lean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => (key === 'examples' ? [] : [[key, lean(inner)]])),
    );
  };
  return lean(schema) as JsonObject;
}

function pascal(name: string): string {
  return name.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
