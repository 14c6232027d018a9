/** What each row of a 422 must be: a stable type, a sentence in one style, and every value of that sentence by name. */

export interface FaultRow {
  readonly loc?: readonly (string | number)[];
  readonly type: string;
  readonly msg: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Numbers that belong to the name of a format, or to an example of it. */
const NAMES = /RFC 3339|ISO 8601|ISO 4217|UTF-8|base64|2\^53 - 1|(such as|name as a line such as) .*$/g;

/** What is wrong with a text that ought to have its values in `params`; empty where nothing is. */
export function faultRowErrors(row: FaultRow): string[] {
  const { msg, params, type } = row;
  const errors: string[] = [];
  if (!/^[a-z][a-z_]*$/.test(type)) errors.push(`no stable type: ${type}`);
  if (!/^[^a-z]/.test(msg) || /[.!]$/.test(msg)) errors.push(`another style: ${msg}`);
  if (typeof params !== 'object' || params === null) return [...errors, `no params: ${msg}`];
  const told = JSON.stringify(Object.values(params));
  for (const value of msg
    .replaceAll(',', '')
    .replace(NAMES, '')
    .match(/\d[\d.]*/g) ?? []) {
    if (!told.includes(value)) errors.push(`${value} is not in params: ${msg}`);
  }
  for (const [name, value] of Object.entries(params)) {
    const isPlain = (one: unknown) => ['string', 'number', 'boolean'].includes(typeof one);
    if (!(Array.isArray(value) ? value.every(isPlain) : isPlain(value)))
      errors.push(`${name} is no plain value`);
  }
  return errors;
}

/** Numbers in the literal parts of a template: nobody gets at them by name. */
export function valuesInLiteral(template: string): string[] {
  let depth = 0;
  let literal = '';
  for (const character of template) {
    if (character === '{') depth += 1;
    if (depth === 0) literal += character;
    if (character === '}') depth -= 1;
  }
  return literal.replace(NAMES, '').match(/\d+/g) ?? [];
}
