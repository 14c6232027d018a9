/**
 * The web console: one page under every path that is a screen of it, and what that page loads. All that it shows it
 * asks of the REST API.
 */
import { createHash } from 'node:crypto';
import type { Call, Router } from '../router/route.ts';
import type { Answer } from '../server/answer.ts';
import { type CodedAnswer, isAccepted } from '../server/compression.ts';
import { Problem } from '../server/problem.ts';
import type { ConsoleFile, ConsoleFiles } from './files.ts';

/** First segments of the paths of its screens; what stands behind one is for the screen. */
const SCREENS = [
  'today',
  'tasks',
  'runs',
  'calendar',
  'calendars',
  'templates',
  'new',
  'analytics',
  'history',
  'operate',
  'dead-letters',
  'audit',
  'sign-in',
] as const;

/** Nothing but its own files, no text ever run or parsed as HTML, in no frame, and no form that is posted. */
const SHELL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export interface ConsolePagesDeps {
  readonly files: ConsoleFiles;
  readonly publicUrl: () => string;
  /** Where people may sign in, too; null: nowhere. */
  readonly provider: string | null;
}

export function mountConsole(router: Router, deps: ConsolePagesDeps): void {
  const shown = (call: Call) => shell(deps, call.request);
  const screens = SCREENS.flatMap((name) => [`/${name}`, `/${name}/*`]);
  for (const path of ['/', ...screens]) router.page(path, shown);
  router.page('/assets/:name', (call) => asset(deps.files, call), '/assets/{name}');
}

function shell({ files, publicUrl, provider }: ConsolePagesDeps, request: Request): Answer {
  const host = provider === null ? '' : new URL(provider).host;
  const body = files.shell.replace('{{base}}', basePath(publicUrl())).replace('{{provider}}', host);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = {
    'Cache-Control': 'no-cache',
    'Content-Security-Policy': SHELL_POLICY,
    'Cross-Origin-Opener-Policy': 'same-origin',
    ETag: etag,
  };
  if (request.headers.get('if-none-match') === etag) return { status: 304, headers, body: null };
  return { status: 200, headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' }, body };
}

/** The path of a URL, with a slash at its end and nothing that could end an attribute. */
function basePath(url: string): string {
  const path = URL.canParse(url) ? new URL(url).pathname : '/';
  return `${path.replace(/\/+$/, '')}/`.replaceAll('&', '&amp;').replaceAll('"', '%22');
}

function asset({ assets }: ConsoleFiles, { request, params }: Call): CodedAnswer {
  const file = assets.get(params.name ?? '');
  if (file === undefined) throw new Problem('NOT_FOUND');
  const { encoding, body } = encoded(file, request.headers.get('accept-encoding') ?? '');
  return {
    status: 200,
    headers: {
      'Content-Type': file.type,
      'Cache-Control': 'public, max-age=31536000, immutable',
      Vary: 'Accept-Encoding',
      ...(encoding === null ? {} : { 'Content-Encoding': encoding }),
    },
    body,
  };
}

/** The smallest that the caller takes. */
function encoded(file: ConsoleFile, accepted: string) {
  if (isAccepted(accepted, 'br')) return { encoding: 'br', body: file.brotli };
  if (isAccepted(accepted, 'gzip')) return { encoding: 'gzip', body: file.gzip };
  return { encoding: null, body: file.identity };
}
