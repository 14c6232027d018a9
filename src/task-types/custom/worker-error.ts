/**
 * How a worker says that it failed. The form in the documentation is one; whoever does not read it guesses another,
 * and must find what the worker said in the run, not that it was said wrongly.
 */
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';

export interface WorkerError {
  readonly code: string | null;
  readonly message: string;
  readonly retryable: boolean;
  readonly details: Json;
}

const ERRORS = ['error', 'errors', 'err', 'exception', 'failure'];
const MESSAGES = [
  'message',
  'msg',
  'error_message',
  'errorMessage',
  'description',
  'error_description',
  'detail',
  'reason',
  'title',
];
const CODES = ['code', 'error_code', 'errorCode', 'name', 'type', 'status'];
const RETRIES = ['retryable', 'retry', 'temporary', 'transient'];
const DETAILS = ['details', 'data', 'errors', 'stack', 'trace', 'traceback'];
const CODE_CHARACTERS = 100;

/** Null for an answer that speaks of no failure. */
export function workerErrorIn(answer: Json): WorkerError | null {
  if (!isJsonObject(answer)) return null;
  const error = ERRORS.map((name) => own(answer, name)).find(isSomething);
  if (error === undefined && !saysThatItFailed(answer)) return null;
  const first = Array.isArray(error) ? (error as readonly Json[])[0] : error;
  const inner = isJsonObject(first) ? first : {};
  const text =
    typeof first === 'string' ? first : isJsonObject(inner.error) ? textIn(inner.error, MESSAGES) : null;
  const code =
    textIn(inner, CODES) ?? (typeof first === 'number' ? String(first) : textIn(answer, CODES.slice(0, 3)));
  const said = text ?? textIn(inner, MESSAGES) ?? textIn(inner, ['error']) ?? textIn(answer, MESSAGES);
  return {
    code: code?.slice(0, CODE_CHARACTERS) ?? null,
    message: said ?? (code === null ? 'the worker failed' : `the worker failed: ${code}`),
    retryable: isTrue(memberOf(inner, RETRIES) ?? memberOf(answer, RETRIES) ?? false),
    details:
      Array.isArray(error) && error.length > 1
        ? error
        : (memberOf(inner, DETAILS) ?? memberOf(answer, DETAILS.slice(0, 1)) ?? null),
  };
}

/** `null`, `false`, empty text and empty lists are how others say that there was none. */
function isSomething(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '' && value !== 0;
}

function saysThatItFailed(answer: JsonObject): boolean {
  if (own(answer, 'result') !== undefined) return false;
  const status = own(answer, 'status');
  return (
    own(answer, 'ok') === false ||
    own(answer, 'success') === false ||
    (typeof status === 'string' && /^(?:error|fail(?:ed|ure)?)$/i.test(status))
  );
}

function own(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function memberOf(object: JsonObject, names: readonly string[]): Json | undefined {
  return names.map((name) => own(object, name)).find((value) => value !== undefined && value !== null);
}

function textIn(object: JsonObject, names: readonly string[]): string | null {
  const texts = names
    .map((name) => own(object, name))
    .filter((it) => typeof it === 'string' || typeof it === 'number');
  const [first] = texts.map((it) => String(it).trim()).filter((it) => it !== '');
  return first ?? null;
}

function isTrue(value: Json): boolean {
  return value === true || (typeof value === 'string' && /^(?:true|yes|1)$/i.test(value));
}
