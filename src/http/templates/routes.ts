/** What can be asked of the catalogue. */
import { createRoute, z } from '@hono/zod-openapi';
import { ADMINS } from '../auth/auth.ts';
import {
  EditHeaders,
  jsonAnswer,
  jsonBody,
  problems,
  READ_PROBLEMS,
  SECURITY,
  SEQUENCE_HEADER,
  WRITE_PROBLEMS,
  WriteHeaders,
} from '../router/responses.ts';
import {
  CreateTemplateBody,
  ListedTemplateSchema,
  ListTemplatesQuery,
  RetiredSchema,
  TemplateParams,
  TemplateSchema,
  UpdateTemplateBody,
} from './schemas.ts';

export const TEMPLATES_PATH = '/api/v1/templates';
const TEMPLATE_PATH = `${TEMPLATES_PATH}/{template_id}` as const;
const tags = ['templates'];
const security = SECURITY;
const HEADERS = { ...SEQUENCE_HEADER, ETag: 'The revision of the template, quoted.' };
const EDIT_PROBLEMS = [
  ...WRITE_PROBLEMS,
  'FORBIDDEN',
  'INVALID_HEADER',
  'TEMPLATE_NOT_FOUND',
  'REVISION_MISMATCH',
] as const;

export const listTemplatesRoute = createRoute({
  method: 'get',
  path: TEMPLATES_PATH,
  summary: 'List the templates that the caller may use, by category, then name',
  tags,
  security,
  request: { query: ListTemplatesQuery },
  responses: {
    200: jsonAnswer('All of them.', z.array(ListedTemplateSchema)),
    ...problems(...READ_PROBLEMS),
  },
});

export const getTemplateRoute = createRoute({
  method: 'get',
  path: TEMPLATE_PATH,
  summary: 'Read a template',
  description: 'Honours If-None-Match. Administrators read templates that are not active, and of any tier.',
  tags,
  security,
  request: { params: TemplateParams },
  responses: {
    200: jsonAnswer('The template.', TemplateSchema, { ETag: HEADERS.ETag }),
    304: { description: 'The caller has this revision already.' },
    ...problems(...READ_PROBLEMS, 'TEMPLATE_NOT_FOUND', 'SUBSCRIPTION_REQUIRED'),
  },
});

export const createTemplateRoute = createRoute({
  method: 'post',
  path: TEMPLATES_PATH,
  'x-only-for': ADMINS,
  summary: 'Publish a template (role admin)',
  tags,
  security,
  request: { headers: WriteHeaders, body: jsonBody(CreateTemplateBody, true) },
  responses: {
    201: jsonAnswer('The template.', TemplateSchema, { ...HEADERS, Location: 'The path of the template.' }),
    ...problems(...WRITE_PROBLEMS, 'FORBIDDEN', 'TEMPLATE_EXISTS'),
  },
});

export const updateTemplateRoute = createRoute({
  method: 'put',
  path: TEMPLATE_PATH,
  'x-only-for': ADMINS,
  summary: 'Change a template (role admin)',
  description: 'Only the fields sent change. Tasks keep what they were made with.',
  tags,
  security,
  request: { params: TemplateParams, headers: EditHeaders, body: jsonBody(UpdateTemplateBody, true) },
  responses: {
    200: jsonAnswer('The template.', TemplateSchema, HEADERS),
    ...problems(...EDIT_PROBLEMS, 'IMMUTABLE_FIELD'),
  },
});

export const retireTemplateRoute = createRoute({
  method: 'delete',
  path: TEMPLATE_PATH,
  'x-only-for': ADMINS,
  summary: 'Retire a template (role admin)',
  description: 'It is no longer active; a change of is_active brings it back.',
  tags,
  security,
  request: { params: TemplateParams, headers: EditHeaders },
  responses: { 200: jsonAnswer('It is retired.', RetiredSchema, HEADERS), ...problems(...EDIT_PROBLEMS) },
});
