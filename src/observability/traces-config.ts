/** The variables of OpenTelemetry that are taken here, as its specification writes them. */
import { z } from 'zod';

/** Which spans are recorded. */
export interface Sampling {
  /** A trace that somebody else began is recorded where they record it. */
  readonly followsCallers: boolean;
  /** Of the others: 0 none, 1 all. */
  readonly share: number;
}

export interface TracesConfig {
  /** Base URL of a collector for OTLP over HTTP, no trailing slash; null: nothing is recorded. */
  readonly endpoint: string | null;
  /** Go with every request to it; may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  readonly sampling: Sampling;
}

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
type SamplerName = (typeof SAMPLERS)[number];

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;

export const traceHeadersVariable = pairs('name=value with names and values that HTTP headers may have', {
  key: HEADER_NAME,
  value: HEADER_VALUE,
});

export const resourceAttributesVariable = pairs('name=value', { key: /^[\x21-\x7e]+$/, value: /^.*$/s });

export const samplerVariable = z.enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` });

export const samplerShareVariable = z
  .string()
  .refine((value) => /^(0(\.\d+)?|1(\.0+)?)$/.test(value), { error: 'must be a number from 0 to 1' })
  .transform(Number);

export function samplingFrom(name: SamplerName = 'parentbased_always_on', share = 1): Sampling {
  const followsCallers = name.startsWith('parentbased_');
  if (name.endsWith('always_on')) return { followsCallers, share: 1 };
  return { followsCallers, share: name.endsWith('always_off') ? 0 : share };
}

export function showSampler({ followsCallers, share }: Sampling): string {
  const own = share === 1 ? 'always_on' : share === 0 ? 'always_off' : 'traceidratio';
  return followsCallers ? `parentbased_${own}` : own;
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
