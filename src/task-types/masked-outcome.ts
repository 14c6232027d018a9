/**
 * Keeps a task's secrets out of what the log keeps of a run: a receiver may well answer with what it was sent, and
 * results are shown, exported and passed on where a config's secrets are not.
 */
import type { Json, JsonObject } from '../domain/shared/json.ts';
import type { AttemptOutcome } from '../domain/task/commands.ts';
import { valueAt } from './config-path.ts';
import type { SecretPath } from './executor.ts';
import { isJsonObject } from './foreign/foreign-json.ts';

const MASK = '***';
/** What is shorter is no secret worth the name, and likely a part of ordinary words. */
const LEAST_CHARACTERS = 8;

/** No call has so many in good faith, and each is looked for in every text. */
const MOST_SECRETS = 200;

/** The outcome with `***` for every secret at these places of the config. */
export function maskedOutcome(
  outcome: AttemptOutcome,
  config: JsonObject,
  paths: readonly SecretPath[],
): AttemptOutcome {
  const text = textMask(config, paths);
  if (text === null) return outcome;
  if (outcome.kind === 'completed') {
    const { result, summary } = outcome;
    return { ...outcome, result: masked(result, text), summary: summary === null ? null : text(summary) };
  }
  return { ...outcome, message: text(outcome.message), details: masked(outcome.details, text) as JsonObject };
}

/** For a text that is to be cut: half of a secret could not be told from other text afterwards. */
export function maskedText(text: string, config: JsonObject, paths: readonly SecretPath[]): string {
  return textMask(config, paths)?.(text) ?? text;
}

/** Null where there is no secret; where there are too many to look for, nothing of a text is left. */
function textMask(config: JsonObject, paths: readonly SecretPath[]): ((text: string) => string) | null {
  const secrets = [...new Set(paths.flatMap((path) => partsOf(valueAt(config, path))))];
  if (secrets.length === 0) return null;
  if (secrets.length > MOST_SECRETS) return () => MASK;
  // The longest first: a part must not be masked before the whole.
  secrets.sort((a, b) => b.length - a.length);
  const forms = secrets.flatMap(formsOf);
  return (text) => {
    if (text.length < LEAST_CHARACTERS) return text;
    return forms.reduce((shown, form) => shown.replaceAll(form, MASK), text);
  };
}

/** A header's value, and what follows a scheme in it: `Bearer abc` is echoed as `abc` too. */
function partsOf(value: Json | undefined): string[] {
  if (typeof value !== 'string') return [];
  return [value, ...value.split(' ')].filter((part) => part.length >= LEAST_CHARACTERS && part !== MASK);
}

/** As it is, and as it stands in JSON that is kept as text (some writers escape `/` too), in a URL or form, in HTML. */
function formsOf(secret: string): readonly string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inHtml = secret.replace(/[&<>"]/g, (character) => IN_HTML[character] ?? character);
  return [
    ...new Set([
      secret,
      inJson,
      inJson.replaceAll('/', '\\/'),
      ...[inUrl, inForm, inForm.replaceAll('+', '%20')].flatMap((form) => [form, lowerEscapes(form)]),
      ...["'", '&#39;', '&#x27;', '&#039;', '&apos;'].map((quote) => inHtml.replaceAll("'", quote)),
    ]),
  ];
}

const IN_HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** `%2f` for `%2F`. */
function lowerEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase());
}

function masked(value: Json, text: (value: string) => string): Json {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => masked(item, text));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [text(name), masked(item, text)]));
}
