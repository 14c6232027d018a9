/** The API described, for programs and for people. Made when first asked for, when every route is known. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { openApiDocument } from '../router/openapi.ts';
import type { Router } from '../router/route.ts';
import { json } from '../server/answer.ts';
import { type ApiDocument, docsPage, PAGE_POLICY } from './page.ts';

export function mountDescription(app: OpenAPIHono, router: Router, version: string): void {
  const described = () => openApiDocument(app, version);
  router.document('/openapi.json', () => json(200, described()));
  router.document('/docs', () => ({
    status: 200,
    headers: PAGE_HEADERS,
    body: docsPage(described() as unknown as ApiDocument),
  }));
}

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': PAGE_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
