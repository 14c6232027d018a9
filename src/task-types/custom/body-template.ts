/**
 * A webhook's body as a template: JSON whose texts are Liquid, filled with what is told of the run. Every text is filled
 * by itself and the JSON is written afterwards, so whatever a value holds, the receiver gets the JSON that was meant. A text
 * that is one expression and nothing else, `{{ trigger_data.items }}`, becomes the value itself: number, list or object.
 *
 * Of Liquid there is what makes text: no files, and no filters by regular expression, which a long text could hold up.
 */
import { Liquid, type Template } from 'liquidjs';
import type { ConfigFault } from '../../application/ports/task-types.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import { ExecutionFailure } from '../executor.ts';

/** Of the template as JSON. */
const MAX_TEMPLATE_BYTES = 32 * 1024;
/** Texts of one template that are filled. */
const MAX_TEXTS = 200;
/** Of the body that comes of it. */
const MAX_BODY_BYTES = 256 * 1024;
/** For one text, milliseconds, and values that it may make on the way. */
const RENDER_LIMIT_MS = 1_000;
const MEMORY_LIMIT = 1_000_000;

const TAGS = ['assign', 'break', 'capture', 'case', 'comment', 'continue', 'for', 'if', 'raw', 'unless'];
const FILTERS = [
  ...['abs', 'append', 'at_least', 'at_most', 'capitalize', 'ceil', 'compact', 'concat', 'date', 'default'],
  ...['divided_by', 'downcase', 'escape', 'first', 'floor', 'join', 'json', 'last', 'map', 'minus', 'modulo'],
  ...['plus', 'prepend', 'remove', 'replace', 'replace_first', 'reverse', 'round', 'size', 'slice', 'sort'],
  ...['split', 'sum', 'times', 'truncate', 'uniq', 'upcase', 'url_encode', 'where'],
];

const engine = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  parseLimit: MAX_TEMPLATE_BYTES,
  renderLimit: RENDER_LIMIT_MS,
  memoryLimit: MEMORY_LIMIT,
  // `date` shows UTC, wherever the service runs.
  timezoneOffset: 0,
});
keepOnly(engine.tags, TAGS);
keepOnly(engine.filters, FILTERS);

function keepOnly(known: Record<string, unknown>, kept: readonly string[]): void {
  for (const name of Object.keys(known)) if (!kept.includes(name)) delete known[name];
}

/** What is wrong with a template, by where it stands in it. */
export function faultsOfTemplate(template: Json): readonly ConfigFault[] {
  const bytes = Buffer.byteLength(JSON.stringify(template));
  if (bytes > MAX_TEMPLATE_BYTES) {
    return [
      {
        path: [],
        type: 'too_big',
        ...says`must be at most ${{ maximum: MAX_TEMPLATE_BYTES }} bytes of JSON`,
      },
    ];
  }
  const texts = textsIn(template);
  if (texts.length > MAX_TEXTS) {
    return [
      {
        path: [],
        type: 'too_big',
        ...says`must have at most ${{ maximum: MAX_TEXTS }} texts with placeholders`,
      },
    ];
  }
  return texts.flatMap(({ path, text }) => {
    const fault = faultOf(text);
    return fault === null ? [] : [{ path, type: 'invalid_value', ...says`is ${{ reason: fault }}` }];
  });
}

function faultOf(text: string): string | null {
  try {
    engine.parse(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The first line: those after it show the template, and where in the library it was. */
function messageOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return `not a template: ${line.slice(0, 300)}`.toWellFormed();
}

/** The template, filled. Throws ExecutionFailure TEMPLATE_FAILED or TEMPLATE_TOO_LARGE. */
export function fillTemplate(template: Json, told: JsonObject): Json {
  const room = { bytes: MAX_BODY_BYTES };
  return filled(template, told, room);
}

interface Room {
  bytes: number;
}

function filled(part: Json, told: JsonObject, room: Room): Json {
  if (typeof part === 'string') return isTemplate(part) ? take(room, filledText(part, told)) : part;
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((item) => filled(item, told, room));
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, filled(value, told, room)]));
}

function filledText(text: string, told: JsonObject): Json {
  try {
    const parsed = engine.parse(text);
    const alone = expressionIn(text, parsed);
    if (alone === null) return String(engine.renderSync(parsed, told)).toWellFormed();
    return (engine.evalValueSync(alone, told) ?? null) as Json;
  } catch (error) {
    throw new ExecutionFailure('TEMPLATE_FAILED', `the body could not be made: ${messageOf(error)}`, {
      retryable: false,
    });
  }
}

/** What stands between the braces where a text is one expression and nothing else; null: it is more. */
function expressionIn(text: string, parsed: readonly Template[]): string | null {
  if (parsed.length !== 1 || !text.startsWith('{{') || !text.endsWith('}}')) return null;
  return text.replace(/^\{\{-?/, '').replace(/-?\}\}$/, '');
}

function take(room: Room, value: Json): Json {
  room.bytes -= Buffer.byteLength(JSON.stringify(value));
  if (room.bytes >= 0) return value;
  const text = `the body that the template makes is larger than ${MAX_BODY_BYTES} bytes`;
  throw new ExecutionFailure('TEMPLATE_TOO_LARGE', text, { retryable: false });
}

interface TemplateText {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

function textsIn(part: Json, path: readonly (string | number)[] = []): readonly TemplateText[] {
  if (typeof part === 'string') return isTemplate(part) ? [{ path, text: part }] : [];
  if (typeof part !== 'object' || part === null) return [];
  const members: readonly (readonly [string | number, Json])[] = Array.isArray(part)
    ? [...part.entries()]
    : Object.entries(part);
  return members.flatMap(([name, value]) => textsIn(value, [...path, name]));
}

function isTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('{%');
}
