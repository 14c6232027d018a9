/**
 * The OpenAPI document as one page for people: calls by tag, what they take and answer, schemas, error codes. Made of
 * the document alone. It holds no script and loads nothing, so it needs no permission but that of its own style.
 */
import { createHash } from 'node:crypto';
import { type Html, html, prose } from './html.ts';
import {
  code,
  descriptionOf,
  exampleOf,
  joined,
  limitsOf,
  membersTable,
  type Schema,
  type Schemas,
  schemaName,
  typeOf,
} from './schemas.ts';
import { STYLE } from './style.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: Schema;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

interface Answer {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly description?: string }>>;
}

/** What of the document the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Schemas };
  readonly 'x-error-codes': readonly ErrorCodeRow[];
}

export interface ErrorCodeRow {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly id: string;
  readonly operation: Operation;
}

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** The page may do nothing but apply its own style. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function docsPage(document: ApiDocument): string {
  const { info, components } = document;
  const tags = [...byTag(document)];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} ${info.version}: the API</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the calls</a>
<div class="page">
<nav aria-label="Contents">
${tags.map(([tag, calls]) => navigation(tag, calls))}
<h2><a href="#schemas">Schemas</a></h2>
<h2><a href="#errors">Error codes</a></h2>
</nav>
<main id="main" tabindex="-1">
<h1>${info.title}</h1>
<p>${info.description ?? ''} Version ${info.version}.
This page is made of <a href="/openapi.json">the OpenAPI document</a>, for programs to read.</p>
${tags.map(([tag, calls]) => section(tag, calls, components.schemas))}
<section aria-labelledby="schemas"><h2 id="schemas">Schemas</h2>
${Object.entries(components.schemas).map(([name, schema]) => schemaArticle(name, schema, components.schemas))}
</section>
${errorCodes(document['x-error-codes'])}
</main>
</div>
</body>
</html>
`.html;
}

function byTag(document: ApiDocument): Map<string, Call[]> {
  const tags = new Map<string, Call[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const id = `${method}-${path.replaceAll(/[^a-z0-9_]+/gi, '-').replaceAll(/^-|-$/g, '')}`;
      const call = { method: method.toUpperCase(), path, id, operation };
      const tag = operation.tags?.[0] ?? 'other';
      tags.set(tag, [...(tags.get(tag) ?? []), call]);
    }
  }
  // For people who operate it, after all that people use it for.
  const health = tags.get('health');
  if (health !== undefined && tags.delete('health')) tags.set('health', health);
  return tags;
}

function navigation(tag: string, calls: readonly Call[]): Html {
  return html`<h2><a href="#tag-${tag}">${tag}</a></h2>
<ul>${calls.map(({ id, operation, method, path }) => html`<li><a href="#${id}">${operation.summary ?? `${method} ${path}`}</a></li>`)}</ul>
`;
}

function section(tag: string, calls: readonly Call[], schemas: Schemas): Html {
  return html`<section aria-labelledby="tag-${tag}"><h2 id="tag-${tag}">${tag}</h2>
${calls.map((call) => article(call, schemas))}</section>
`;
}

function article({ method, path, id, operation }: Call, schemas: Schemas): Html {
  const { summary, description, parameters = [], requestBody, responses } = operation;
  const open = (operation.security ?? []).length === 0;
  return html`<article aria-labelledby="${id}">
<h3 id="${id}"><span class="method">${method}</span> <code>${path}</code></h3>
<p>${prose(summary ?? '')}${open ? ' (for everybody)' : ''}.${description === undefined ? null : html` ${prose(description)}`}</p>
${parametersTable(parameters, `${method} ${path}: parameters`)}
${requestBody === undefined ? null : requestOf(requestBody, `${method} ${path}`, schemas)}
${curl(method, path, operation, schemas)}
${answersTable(responses, `${method} ${path}: answers`)}
</article>
`;
}

function parametersTable(parameters: readonly Parameter[], caption: string): Html | null {
  if (parameters.length === 0) return null;
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>Parameters</caption>
<thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Type</th><th scope="col">About it</th></tr></thead>
<tbody>${parameters.map(parameterRow)}</tbody></table></div>`;
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): Html {
  const about = [
    required === true ? html`<strong>required</strong>` : null,
    schema.type === 'array' ? html`may be repeated` : null,
    limitsOf(schema),
    description === undefined ? descriptionOf(schema) : prose(description),
    schema.example === undefined ? null : html`such as ${code(schema.example)}`,
  ].filter((part) => part !== null);
  return html`<tr><th scope="row"><code>${name}</code></th><td>${place}</td><td>${typeOf(schema)}</td>
<td>${joined(about, '. ')}</td></tr>`;
}

function requestOf(
  { required, content }: NonNullable<Operation['requestBody']>,
  call: string,
  schemas: Schemas,
): Html {
  const [type, media] = Object.entries(content)[0] ?? ['', {}];
  const schema = media?.schema ?? {};
  const name = schemaName(schema);
  const shown = name === null ? schema : (schemas[name] ?? {});
  return html`<p>Body (${type}${required === true ? '' : ', may be left out'}): ${typeOf(schema)}.
${descriptionOf(shown)}</p>${name === null ? membersTable(schema, `${call}: body`) : null}`;
}

/** A call to paste into a shell. */
function curl(method: string, path: string, operation: Operation, schemas: Schemas): Html {
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$TASK_SERVICE_URL${withExamples(path, operation)}"`,
  ];
  if ((operation.security ?? []).length > 0) lines.push('  -H "Authorization: Bearer $TASK_SERVICE_TOKEN"');
  const schema = operation.requestBody?.content['application/json']?.schema;
  if (schema !== undefined) {
    const body = JSON.stringify(exampleOf(schema, schemas), null, 2).replaceAll("'", "'\\''");
    lines.push("  -H 'Content-Type: application/json'", `  -d '${body}'`);
  }
  return html`<pre tabindex="0" role="region" aria-label="Example: ${method} ${path}"><code>${lines.join(' \\\n')}</code></pre>`;
}

/** Ids as variables of the shell, and whatever has to be in the query. */
function withExamples(path: string, { parameters = [] }: Operation): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const query = parameters.filter((one) => one.in === 'query' && one.required === true);
  if (query.length === 0) return filled;
  const values = query.map(
    ({ name, schema }) => `${name}=${encodeURIComponent(String(exampleOf(schema, {})))}`,
  );
  return `${filled}?${values.join('&')}`;
}

function answersTable(responses: Operation['responses'], caption: string): Html {
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>Answers</caption>
<thead><tr><th scope="col">Status</th><th scope="col">Body</th><th scope="col">When</th></tr></thead>
<tbody>${Object.entries(responses).map(answerRow)}</tbody></table></div>`;
}

function answerRow([status, { description, content, headers = {} }]: [string, Answer]): Html {
  const schema = Object.values(content ?? {})[0]?.schema;
  const named = Object.entries(headers).map(
    ([name, { description: text }]) => html` <span class="soft">${name}: ${prose(text ?? '')}</span>`,
  );
  return html`<tr><th scope="row">${status}</th><td>${schema === undefined ? 'none' : typeOf(schema)}</td>
<td>${prose(description)}${named}</td></tr>`;
}

function schemaArticle(name: string, schema: Schema, schemas: Schemas): Html {
  const example = JSON.stringify(exampleOf(schema, schemas), null, 2);
  return html`<article aria-labelledby="schema-${name}"><h3 id="schema-${name}">${name}</h3>
${schema.description === undefined ? null : html`<p>${prose(schema.description)}</p>`}
${membersTable(schema, `Members of ${name}`) ?? html`<p>${typeOf(schema)}</p>`}
<pre tabindex="0" role="region" aria-label="Example of ${name}"><code>${example}</code></pre>
</article>
`;
}

function errorCodes(rows: readonly ErrorCodeRow[]): Html {
  return html`<section aria-labelledby="errors"><h2 id="errors">Error codes</h2>
<p>Every problem is <code>application/problem+json</code> and carries one of these as <code>error_code</code>.</p>
<div class="wide" role="region" aria-label="Error codes" tabindex="0"><table>
<caption>Error codes</caption>
<thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">What it says</th></tr></thead>
<tbody>${rows.map(({ code: name, status, detail }) => html`<tr><th scope="row"><code>${name}</code></th><td>${status}</td><td>${prose(detail)}</td></tr>`)}</tbody>
</table></div></section>`;
}
