/**
 * What starts a task besides people and its schedule: messages on a subject of its owner, those that a filter lets
 * through.
 *
 * A filter is conditions on members of the message's JSON, all of which must hold:
 *
 *     {"status": "paid", "order.total": {"gte": 100, "lt": 500}, "order.items.0.sku": {"in": ["A", "B"]},
 *      "customer.blocked": {"exists": false}}
 *
 * A path is member names joined by dots; in an array a name is an index. A bare value asks for equality.
 * `gt`, `gte`, `lt`, `lte` compare numbers with numbers and text with text (by UTF-16 units, so timestamps of one form
 * are in order of time); values of different kinds never compare. A member that is not there fulfils `exists: false`
 * and nothing else.
 */
import { type Json, type JsonObject, sameJson } from '../shared/json.ts';
import { type Said, says } from '../shared/says.ts';

/** What anybody may read in the log. */
export interface Trigger {
  readonly type: 'event';
  /** Behind `events.<user>.`: literal tokens. */
  readonly subject: string;
}

type Scalar = null | boolean | number | string;
export type TriggerFilter = { readonly [path: string]: Scalar | JsonObject };

export interface TriggerFault extends Said {
  readonly path: readonly string[];
  readonly type: string;
}

const MAX_SUBJECT = 200;
const MAX_TOKENS = 16;
/** Visible ASCII but what NATS gives a meaning: the dot, wildcards. */
const TOKEN = /^[\x21-\x29\x2b-\x2d\x2f-\x3d\x3f-\x7e]+$/;
const MAX_CONDITIONS = 20;
const MAX_PATH = 255;
const MAX_TEXT = 255;
const MAX_CHOICES = 50;
const COMPARISONS = ['gt', 'gte', 'lt', 'lte'] as const;

/** Null where it is fit to be the subject of a trigger, else what is wrong with it. */
export function subjectFault(subject: string): Said | null {
  if (/[*>]/.test(subject)) return says`has a wildcard: a trigger names one subject`;
  const tokens = subject.split('.');
  const fits = subject.length <= MAX_SUBJECT && tokens.length <= MAX_TOKENS;
  if (!fits)
    return says`must have at most ${{ maximum: MAX_SUBJECT }} characters and ${{ maximum_tokens: MAX_TOKENS }} tokens`;
  return tokens.every((token) => TOKEN.test(token))
    ? null
    : says`must be tokens of visible ASCII joined by dots, such as orders.paid`;
}

/** Every fault of a filter; none where it is a TriggerFilter. */
export function filterFaults(filter: JsonObject): TriggerFault[] {
  const paths = Object.keys(filter);
  if (paths.length === 0) return [fault([], 'too_small', says`has no condition: leave it out`)];
  if (paths.length > MAX_CONDITIONS) {
    return [fault([], 'too_big', says`must have at most ${{ maximum: MAX_CONDITIONS }} conditions`)];
  }
  return paths.flatMap((path) => [...pathFaults(path), ...conditionFaults(path, filter[path] ?? null)]);
}

/** Whether a message's JSON fulfils every condition. */
export function fulfils(payload: Json, filter: TriggerFilter | null): boolean {
  if (filter === null) return true;
  return Object.entries(filter).every(([path, condition]) => {
    const value = memberAt(payload, path);
    if (!isObject(condition)) return value !== undefined && sameJson(value, condition);
    return Object.entries(condition).every(([operator, operand]) => holds(operator, value, operand));
  });
}

function holds(operator: string, value: Json | undefined, operand: Json): boolean {
  if (operator === 'exists') return (value !== undefined) === operand;
  if (value === undefined) return false;
  const order = orderOf(value, operand);
  switch (operator) {
    case 'eq':
      return sameJson(value, operand);
    case 'ne':
      return !sameJson(value, operand);
    case 'in':
      return Array.isArray(operand) && operand.some((one) => sameJson(value, one));
    case 'gt':
      return order !== null && order > 0;
    case 'gte':
      return order !== null && order >= 0;
    case 'lt':
      return order !== null && order < 0;
    case 'lte':
      return order !== null && order <= 0;
    default:
      throw new Error(`a filter was stored with the operator ${operator}`);
  }
}

/** Negative, zero or positive; null where the two have no order. */
function orderOf(value: Json, operand: Json): number | null {
  if (typeof value === 'number' && typeof operand === 'number') return value - operand;
  if (typeof value !== 'string' || typeof operand !== 'string') return null;
  if (value === operand) return 0;
  return value < operand ? -1 : 1;
}

function memberAt(payload: Json, path: string): Json | undefined {
  let value: Json | undefined = payload;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    // An array's `length` is no member that JSON knows.
    if (Array.isArray(value) && !/^\d+$/.test(name)) return undefined;
    value = (value as JsonObject)[name];
  }
  return value;
}

function pathFaults(path: string): TriggerFault[] {
  const fits = path.length <= MAX_PATH && path.split('.').every((name) => name !== '');
  const said = says`must be member names joined by dots, at most ${{ maximum: MAX_PATH }} characters`;
  return fits ? [] : [fault([path], 'invalid_path', said)];
}

function conditionFaults(path: string, condition: Json): TriggerFault[] {
  if (isScalar(condition)) return textFaults([path], condition);
  if (!isObject(condition) || Object.keys(condition).length === 0) {
    return [fault([path], 'invalid_condition', says`must be a plain value or an object of operators`)];
  }
  return Object.entries(condition).flatMap(([operator, operand]) =>
    operatorFaults([path, operator], operator, operand),
  );
}

function operatorFaults(path: readonly string[], operator: string, operand: Json): TriggerFault[] {
  if (operator === 'exists') {
    return typeof operand === 'boolean' ? [] : [fault(path, 'invalid_type', says`must be true or false`)];
  }
  if (operator === 'eq' || operator === 'ne') {
    return isScalar(operand)
      ? textFaults(path, operand)
      : [fault(path, 'invalid_type', says`must be a plain value: text, number, true, false or null`)];
  }
  if (operator === 'in') {
    const fits = Array.isArray(operand) && operand.length <= MAX_CHOICES && operand.every(isScalar);
    return fits
      ? operand.flatMap((one) => textFaults(path, one))
      : [
          fault(
            path,
            'invalid_type',
            says`must be a list of at most ${{ maximum: MAX_CHOICES }} plain values`,
          ),
        ];
  }
  if (COMPARISONS.some((one) => one === operator)) {
    return typeof operand === 'number' || typeof operand === 'string'
      ? textFaults(path, operand)
      : [fault(path, 'invalid_type', says`must be a number or text`)];
  }
  return [
    fault(
      path,
      'unknown_operator',
      says`must be one of ${{ allowed: ['eq', 'ne', ...COMPARISONS, 'in', 'exists'] }}`,
    ),
  ];
}

function textFaults(path: readonly string[], value: Json): TriggerFault[] {
  const long = typeof value === 'string' && value.length > MAX_TEXT;
  return long ? [fault(path, 'too_big', says`must have at most ${{ maximum: MAX_TEXT }} characters`)] : [];
}

function isScalar(value: Json): value is Scalar {
  return typeof value !== 'object' || value === null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fault(path: readonly string[], type: string, said: Said): TriggerFault {
  return { path, type, ...said };
}
