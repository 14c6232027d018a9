/**
 * The price of a product, run by run. It notifies when the price first is at or below the target, and again after it
 * was above; when it has fallen by so much from the highest since the last such notice; and when the product can be had
 * again. What it was before stands in the result of the run before, with the prices that there were.
 */

import { z } from 'zod';
import { refusing } from '../../application/faults/issue-said.ts';
import type { Instant } from '../../domain/shared/instant.ts';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { says } from '../../domain/shared/says.ts';
import type { HttpAnswer, OutboundCalls } from '../../outbound/outbound-http.ts';
import { parseBySchema, targetUrl } from '../config-schema.ts';
import { ExecutionFailure, type Executor } from '../executor.ts';
import { delayOf } from './availability.ts';
import type { FoundPrice } from './find-price.ts';

const schema = z.strictObject({
  product_url: targetUrl,
  target_price: z.number().positive().optional(),
  drop_percent: z.number().min(0.1).max(99).optional(),
  back_in_stock: z.boolean().default(false),
  currency: z
    .string()
    .refine(
      (code) => /^[A-Z]{3}$/.test(code),
      refusing(says`must be an ISO 4217 code, such as EUR`, 'invalid_format'),
    )
    .optional(),
});
const watched = schema.refine(
  ({ target_price, drop_percent, back_in_stock }) =>
    target_price !== undefined || drop_percent !== undefined || back_in_stock,
  {
    path: ['target_price'],
    ...refusing(says`needs one of ${{ allowed: ['target_price', 'drop_percent', 'back_in_stock'] }}`),
  },
);
type Config = z.output<typeof schema>;

/** Milliseconds and bytes for the page. */
const CALL_TIMEOUT_MS = 20_000;
const PAGE_BYTES = 4 * 1024 * 1024;
/** Prices that a result remembers. */
const HISTORY_KEPT = 100;

export const priceTracker: Executor<Config> = {
  parseConfig: (config) => parseBySchema(watched, config),
  secretsIn: () => [],
  async execute({ config, http, documents, previous, clock }) {
    const page = await fetchPage(http, config.product_url);
    const found = await documents.read('price', {
      body: page.body,
      contentType: page.headers['content-type'],
      url: page.url,
      currency: config.currency ?? null,
      now: clock.now(),
    });
    const before = memoryOf(previous, config, found.currency);
    const { target_price = null, drop_percent = null, back_in_stock } = config;
    const reached = target_price !== null && found.price <= target_price;
    const isReached = reached && !(before.target_price === target_price && before.target_reached);
    const peak = Math.max(found.price, before.peak_price ?? found.price);
    const fell = drop_percent !== null && found.price <= peak * (1 - drop_percent / 100);
    const isBack = back_in_stock && before.is_sold_out && delayOf(found.availability) !== 2;
    const history = withPrice(before.history, found.price, clock.now());
    const prices = history.map(({ price }) => price);
    return {
      result: {
        product_url: config.product_url,
        name: found.name,
        price: found.price,
        currency: found.currency,
        availability: found.availability,
        found_in: found.source,
        target_price,
        target_reached: reached,
        // Behind a notice of a drop the next one is counted from here.
        peak_price: fell ? found.price : peak,
        previous_price: before.history.at(-1)?.price ?? null,
        lowest_price: Math.min(found.price, before.lowest_price ?? found.price, ...prices),
        highest_price: Math.max(found.price, before.highest_price ?? found.price, ...prices),
        history: history.map((it): JsonObject => ({ ...it })),
      },
      summary: newsOf(found, config.product_url, [
        ...(isBack ? ['to be had again'] : []),
        ...(isReached ? [`at or below the target of ${amount(target_price ?? 0, found)}`] : []),
        ...(fell ? [`down ${percent(peak, found.price)} % from ${amount(peak, found)}`] : []),
      ]),
    };
  },
};

async function fetchPage(http: OutboundCalls, url: string): Promise<HttpAnswer> {
  const answer = await http.request({
    url,
    headers: { accept: 'text/html, application/xhtml+xml;q=0.9, */*;q=0.1' },
    timeoutMs: CALL_TIMEOUT_MS,
    maxResponseBytes: PAGE_BYTES,
    unpack: true,
  });
  const { status, headers, retryAfterMs } = answer;
  if (status !== 200 && status !== 203) {
    throw new ExecutionFailure('UNEXPECTED_STATUS', `the shop answered ${status}`, {
      retryable: status >= 500 || status === 429 || status === 408,
      retry_after_ms: retryAfterMs,
      details: { status },
    });
  }
  const type = (headers['content-type'] ?? 'text/html').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^(text\/html|application\/xhtml\+xml|text\/plain|application\/octet-stream)?$/.test(type)) {
    throw new ExecutionFailure('PRICE_NOT_FOUND', `the answer is no page but ${type.slice(0, 100)}`, {
      retryable: false,
      details: { url: answer.url, content_type: type.slice(0, 100) },
    });
  }
  return answer;
}

/** A price and how long it was seen, from one run to another. */
interface PricePeriod {
  readonly price: number;
  readonly from: string;
  readonly to: string;
}

const memory = z.object({
  product_url: z.string(),
  currency: z.string().nullable(),
  availability: z.string().nullable().default(null),
  target_price: z.number().nullable(),
  /** The highest since the last notice of a drop. */
  peak_price: z.number().optional(),
  target_reached: z.boolean(),
  lowest_price: z.number(),
  highest_price: z.number(),
  history: z.array(z.object({ price: z.number(), from: z.string(), to: z.string() })),
});
type Memory = Pick<z.output<typeof memory>, 'target_reached' | 'history' | 'target_price'> & {
  readonly peak_price: number | null;
  readonly is_sold_out: boolean;
  readonly lowest_price: number | null;
  readonly highest_price: number | null;
};

const NOTHING: Memory = {
  target_price: null,
  peak_price: null,
  is_sold_out: false,
  target_reached: false,
  lowest_price: null,
  highest_price: null,
  history: [],
};

/** Prices of another product or in another currency are none to compare with. */
function memoryOf(previous: Json, config: Config, currency: string | null): Memory {
  const parsed = memory.safeParse(previous);
  const fits =
    parsed.success && parsed.data.product_url === config.product_url && parsed.data.currency === currency;
  if (!fits) return NOTHING;
  const { peak_price = null, availability, ...same } = parsed.data;
  return { ...same, peak_price, is_sold_out: delayOf(availability) === 2 };
}

function withPrice(history: readonly PricePeriod[], price: number, now: Instant): readonly PricePeriod[] {
  const last = history.at(-1);
  if (last?.price === price) return [...history.slice(0, -1), { ...last, to: now }];
  return [...history, { price, from: now, to: now }].slice(-HISTORY_KEPT);
}

/** Null where there is none. */
function newsOf(found: FoundPrice, url: string, news: readonly string[]): string | null {
  if (news.length === 0) return null;
  const name = found.name ?? new URL(url).host;
  const stock = delayOf(found.availability) === 2 ? ', but not to be had now' : '';
  return `${name}: ${amount(found.price, found)}, ${news.join(', ')}${stock}`;
}

function amount(price: number, { currency }: FoundPrice): string {
  return currency === null ? String(price) : `${price} ${currency}`;
}

function percent(from: number, to: number): number {
  return Math.round((1 - to / from) * 1_000) / 10;
}
