/** The variables of OpenTelemetry that are taken here, as its specification writes them. */
import { z } from 'zod';

export interface TracesConfig {
  /** Base URL of a collector for OTLP over HTTP, no trailing slash; null: nothing is recorded. */
  readonly endpoint: string | null;
  /** Go with every request to it; may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the spans say of this instance. */
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** Of the traces that begin here: 0 none, 1 all. One that somebody else began is recorded where they record it. */
  readonly share: number;
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;

export const traceHeadersVariable = pairs('name=value with names and values that HTTP headers may have', {
  key: HEADER_NAME,
  value: HEADER_VALUE,
});

export const resourceAttributesVariable = pairs('name=value', { key: /^[\x21-\x7e]+$/, value: /^.*$/s });

export const samplerShareVariable = z
  .string()
  .refine((value) => /^(0(\.\d+)?|1(\.0+)?)$/.test(value), { error: 'must be a number from 0 to 1' })
  .transform(Number);

export function showPairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join(',');
}

/** Values may be secret. */
export function showNames(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .map((name) => `${name}=***`)
    .join(',');
}

/** `name=value,name=value`, the values percent-encoded. */
function pairs(what: string, fits: { readonly key: RegExp; readonly value: RegExp }) {
  return z.string().transform((text, context): Record<string, string> => {
    const entries: [string, string][] = [];
    for (const entry of text.split(',')) {
      if (entry.trim() === '') continue;
      const [, key = '', encoded = ''] = /^([^=]*)=(.*)$/s.exec(entry.trim()) ?? [];
      const value = decoded(encoded.trim());
      if (fits.key.test(key.trim()) && value !== null && fits.value.test(value)) {
        entries.push([key.trim(), value]);
      } else {
        // The value may be secret.
        const message = `must be a list of ${what}, percent-encoded; ${JSON.stringify(key.trim())} is not`;
        context.addIssue({ code: 'custom', message });
      }
    }
    return Object.fromEntries(entries);
  });
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
