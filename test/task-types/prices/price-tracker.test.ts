import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/application/ports/clock.ts';
import { type Instant, instantOf } from '../../../src/domain/shared/instant.ts';
import type { Json, JsonObject } from '../../../src/domain/shared/json.ts';
import { parseAmount } from '../../../src/task-types/prices/money.ts';
import { priceTracker } from '../../../src/task-types/prices/price-tracker.ts';
import { type OneRun, outboundTo, runOnce } from '../../support/parts/run.ts';
import { type HttpReceiver, httpReceiver } from '../../support/world/http-receiver.ts';
import { jsonLd, product, productPage } from '../../support/world/product-page.ts';

function shop(page: string | (() => string)): Promise<HttpReceiver> {
  return httpReceiver((_request, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(typeof page === 'string' ? page : page()),
  );
}

function track(server: HttpReceiver, config: JsonObject = {}, previous: Json = null, now?: Instant): OneRun {
  const { target_price = 100, ...others } = config;
  const target = target_price === null ? {} : { target_price };
  const all = { product_url: `${server.url}/widget`, ...target, ...others };
  const clock: Clock = { now: () => now ?? instantOf(Date.now()), monotonicMs: () => 0 };
  return runOnce(priceTracker, all, outboundTo(server.host), { previous, clock });
}

// biome-ignore lint/suspicious/noExplicitAny: what came is for the test to look at
async function found(page: string, config: JsonObject = {}): Promise<any> {
  return (await track(await shop(page), config).done).result;
}

describe('a price is found in JSON-LD', () => {
  const offer = (price: unknown, more: object = {}) => ({
    '@type': 'Offer',
    price,
    priceCurrency: 'EUR',
    ...more,
  });
  const page = (...documents: unknown[]) => productPage({ head: jsonLd(...documents) });

  test('with currency, name and availability', async () => {
    const server = await shop(page(product('129.90')));
    const run = track(server);
    expect((await run.done).result).toMatchObject({
      product_url: `${server.url}/widget`,
      name: 'Widget',
      price: 129.9,
      currency: 'EUR',
      availability: 'InStock',
      found_in: 'json-ld',
      target_price: 100,
      target_reached: false,
      previous_price: null,
      lowest_price: 129.9,
      highest_price: 129.9,
    });
    expect(run.http.callsMade).toBe(1);
    expect(server.requests[0]?.headers).toMatchObject({ 'accept-encoding': 'gzip, deflate, br' });
  });

  test.each<[string, unknown[], number]>([
    ['a number', [product(12.5)], 12.5],
    ['in a list of documents', [[{ '@type': 'BreadcrumbList', itemListElement: [] }, product('20')]], 20],
    [
      'in a graph, the offer by its id',
      [
        {
          '@graph': [
            { '@type': 'Product', name: 'W', offers: { '@id': '#o' } },
            { '@id': '#o', ...offer('21') },
          ],
        },
      ],
      21,
    ],
    ['under a page', [{ '@type': 'WebPage', mainEntity: product('22') }], 22],
    ['with several types', [{ '@type': ['Product', 'Thing'], offers: [offer('24')] }], 24],
    [
      'the lowest of several offers',
      [{ '@type': 'Product', offers: [offer('26'), offer('25'), offer('27')] }],
      25,
    ],
    [
      'the lowest that can be had',
      [
        {
          '@type': 'Product',
          offers: [offer('5', { availability: 'http://schema.org/SoldOut' }), offer('28')],
        },
      ],
      28,
    ],
    [
      'of an aggregate',
      [
        {
          '@type': 'Product',
          offers: { '@type': 'AggregateOffer', lowPrice: '29.00', highPrice: '99', priceCurrency: 'EUR' },
        },
      ],
      29,
    ],
    [
      'of an aggregate with its offers only',
      [
        {
          '@type': 'Product',
          offers: {
            '@type': 'AggregateOffer',
            priceCurrency: 'EUR',
            offers: [
              { '@type': 'Offer', price: '31' },
              { '@type': 'Offer', price: '30' },
            ],
          },
        },
      ],
      30,
    ],
    [
      'by a price specification',
      [
        {
          '@type': 'Product',
          offers: { '@type': 'Offer', priceSpecification: { price: 32, priceCurrency: 'EUR' } },
        },
      ],
      32,
    ],
    [
      'of several specifications, the one that is to be paid',
      [
        {
          '@type': 'Product',
          offers: {
            '@type': 'Offer',
            priceSpecification: [
              {
                '@type': 'UnitPriceSpecification',
                price: 50,
                priceCurrency: 'EUR',
                priceType: 'https://schema.org/ListPrice',
              },
              {
                '@type': 'UnitPriceSpecification',
                price: 3.3,
                priceCurrency: 'EUR',
                referenceQuantity: { value: 100, unitCode: 'MLT' },
              },
              { '@type': 'UnitPriceSpecification', price: 1, priceCurrency: 'EUR', validForMemberTier: {} },
              { '@type': 'UnitPriceSpecification', price: 33, priceCurrency: 'EUR' },
            ],
          },
        },
      ],
      33,
    ],
    ['of an offer without a product', [offer('34')], 34],
    [
      'not of related products',
      [
        { '@type': 'ItemList', itemListElement: [product('1')] },
        { '@type': 'Product', isRelatedTo: [product('2')], offers: offer('35') },
      ],
      35,
    ],
    [
      'of the product of this page, where there are several',
      [product('3', 'EUR', { url: '/other' }), product('36', 'EUR', { url: '/widget?variant=2' })],
      36,
    ],
    [
      'of a variant, by its URL',
      [
        {
          '@type': 'ProductGroup',
          hasVariant: [
            product('4', 'EUR', { url: '/w-red' }),
            product('37', 'EUR', { '@id': '/widget#blue' }),
          ],
        },
      ],
      37,
    ],
    ['in a block of its own beside broken ones', ['not an object', product('38')], 38],
  ])('%s', async (_what, documents, price) => {
    expect(await found(page(...documents))).toMatchObject({ price, currency: 'EUR', found_in: 'json-ld' });
  });

  test.each([
    ['a comment', (json: string) => `<!-- ${json} -->`],
    ['a CDATA section', (json: string) => `//<![CDATA[\n${json}\n//]]>`],
    [
      'after a block that is no JSON',
      (json: string) => `{oops</script><script type="application/ld+json">${json}`,
    ],
  ])('within %s', async (_what, wrap) => {
    const script = `<script type="application/ld+json">${wrap(JSON.stringify(product('9')))}</script>`;
    expect(await found(productPage({ body: script }))).toMatchObject({ price: 9 });
  });
});

describe('where there is no JSON-LD, in microdata', () => {
  test.each<[string, string, JsonObject]>([
    [
      'by attributes',
      `<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Widget</h1>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
          <meta itemprop="priceCurrency" content="EUR"><span itemprop="price" content="1299.00">1.299,00 &euro;</span>
          <link itemprop="availability" href="https://schema.org/OutOfStock">
        </div></div>`,
      { price: 1299, currency: 'EUR', name: 'Widget', availability: 'OutOfStock' },
    ],
    [
      'as text, the currency with it',
      `<div itemscope itemtype="http://schema.org/Product"><b itemprop="name">W<i>idge</i>t</b>
        <p itemprop="offers" itemscope itemtype="http://schema.org/Offer"><b itemprop="price">1.299,<sup>50</sup>&nbsp;€</b></p></div>`,
      { price: 1299.5, currency: 'EUR', name: 'Widget' },
    ],
    [
      'of an aggregate',
      `<div itemscope itemtype="http://schema.org/Product">
        <div itemprop="offers" itemscope itemtype="http://schema.org/AggregateOffer">
          <data itemprop="lowPrice" value="15">from 15</data><meta itemprop="priceCurrency" content="EUR">
        </div></div>`,
      { price: 15 },
    ],
    [
      'of this product, not of one beside it',
      `<section itemscope itemtype="http://schema.org/Product"><a itemprop="url" href="/other">x</a>
        <div itemprop="offers" itemscope><meta itemprop="price" content="1"><meta itemprop="priceCurrency" content="EUR"></div></section>
       <section itemscope itemtype="http://schema.org/Product"><a itemprop="url" href="/widget">x</a>
        <div itemprop="offers" itemscope><meta itemprop="price" content="16"><meta itemprop="priceCurrency" content="EUR"></div></section>`,
      { price: 16 },
    ],
  ])('%s', async (_what, body, expected) => {
    expect(await found(productPage({ body }))).toMatchObject({ ...expected, found_in: 'microdata' });
  });
});

describe('where there is neither, in meta elements', () => {
  const meta = (name: string, content: string) => `<meta property="${name}" content="${content}">`;
  test.each<[string, string, number]>([
    ['Open Graph', meta('og:price:amount', '19,99') + meta('og:price:currency', 'EUR'), 19.99],
    [
      'the product vocabulary',
      meta('product:price:amount', '20.00') + meta('product:price:currency', 'eur'),
      20,
    ],
    [
      'a sale price before the usual one',
      meta('product:price:amount', '25') +
        meta('product:sale_price:amount', '21') +
        meta('product:sale_price:currency', 'EUR'),
      21,
    ],
    ['name instead of property', '<meta name="product:price:amount" content="22 EUR">', 22],
  ])('%s', async (_what, head, price) => {
    expect(await found(productPage({ head }))).toMatchObject({
      price,
      currency: 'EUR',
      name: 'Widget',
      found_in: 'meta',
    });
  });
});

test('JSON-LD goes before microdata, and that before meta elements', async () => {
  const microdata = `<div itemscope itemtype="https://schema.org/Product"><div itemprop="offers" itemscope>
    <meta itemprop="price" content="2"><meta itemprop="priceCurrency" content="EUR"></div></div>`;
  const meta =
    '<meta property="og:price:amount" content="3"><meta property="og:price:currency" content="EUR">';
  const all = productPage({ head: meta + jsonLd(product('1')), body: microdata });
  expect(await found(all)).toMatchObject({ price: 1 });
  expect(await found(productPage({ head: meta, body: microdata }))).toMatchObject({ price: 2 });
  expect(await found(productPage({ head: meta + jsonLd(product('1.234', null)) }))).toMatchObject({
    price: 3,
  });
});

describe('a page without a price: PRICE_NOT_FOUND, not to be tried again', () => {
  const failing: [string, (response: ServerResponse) => void][] = [
    ['a page that states none', (response) => response.end(productPage({}))],
    ['an empty page', (response) => response.end()],
    ['nonsense', (response) => response.end(Buffer.alloc(100_000, '<\u0000"&'))],
    [
      'a price of nothing for what is sold out',
      (response) => {
        const offers = { '@type': 'Offer', price: '0.00', priceCurrency: 'EUR', availability: 'SoldOut' };
        response.end(productPage({ head: jsonLd(product(0, 'EUR', { offers })) }));
      },
    ],
    ['a price on request', (response) => response.end(productPage({ head: jsonLd(product('ask us')) }))],
    [
      'JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"price":1}'),
    ],
    ['a picture', (response) => response.writeHead(200, { 'content-type': 'image/png' }).end('\x89PNG')],
    [
      'a list of products',
      (response) =>
        response.end(
          productPage({
            head: jsonLd({ '@type': 'ItemList', itemListElement: [product('1'), product('2')] }),
          }),
        ),
    ],
    [
      'a price that is too deep to be meant',
      (response) => response.end(`<div>${'<b>'.repeat(5_000)}${jsonLd(product('1'))}`),
    ],
  ];

  test.each(failing)('%s', async (_what, answer) => {
    const server = await httpReceiver((_request, response) => answer(response));
    const run = track(server);
    await expect(run.done).rejects.toMatchObject({ code: 'PRICE_NOT_FOUND', retryable: false });
    expect(run.http.callsMade).toBe(1);
  });

  test('says what it could not read beyond doubt', async () => {
    await expect(found(productPage({ head: jsonLd(product('1.299', null)) }))).rejects.toMatchObject({
      code: 'PRICE_NOT_FOUND',
      details: { unreadable: ['1.299'] },
    });
  });
});

describe('a currency', () => {
  test('other than the one wanted fails: CURRENCY_MISMATCH', async () => {
    await expect(
      found(productPage({ head: jsonLd(product('10', 'USD')) }), { currency: 'EUR' }),
    ).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      retryable: false,
      message: 'the page states its price in USD, not in EUR',
      details: { wanted: 'EUR', found: ['USD'] },
    });
  });

  test('that the page does not name is not the one wanted', async () => {
    await expect(
      found(productPage({ head: jsonLd(product('10', null)) }), { currency: 'EUR' }),
    ).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      details: { found: [null] },
    });
  });

  test('that is wanted is chosen among several', async () => {
    const offers = ['USD', 'EUR', 'CHF'].map((priceCurrency, n) => ({
      '@type': 'Offer',
      price: 10 + n,
      priceCurrency,
    }));
    const page = productPage({ head: jsonLd({ '@type': 'Product', offers }) });
    expect(await found(page, { currency: 'EUR' })).toMatchObject({ price: 11, currency: 'EUR' });
    expect(await found(page)).toMatchObject({ price: 10, currency: 'USD' });
  });

  test('may be none where none is wanted', async () => {
    expect(await found(productPage({ head: jsonLd(product('10', null)) }))).toMatchObject({
      price: 10,
      currency: null,
    });
  });
});

describe('from run to run', () => {
  const at = (minute: number) => instantOf(Date.UTC(2026, 10, 23, 9, minute));

  test('it notifies when the target is first reached, and again after the price was above', async () => {
    let price = 0;
    const server = await shop(() => productPage({ head: jsonLd(product(price)) }));
    let previous: Json = null;
    const told: number[] = [];
    for (const next of [120, 100, 90, 110, 101, 95, 95]) {
      price = next;
      const run: OneRun = track(server, {}, previous);
      const { result, summary } = await run.done;
      if (summary !== null) told.push(next);
      expect(result).toMatchObject({ target_reached: next <= 100 });
      previous = result;
    }
    expect(told).toEqual([100, 95]);
  });

  test('it notifies of a drop of so much from the highest price since the last such notice, fast or slow', async () => {
    let price = 0;
    const server = await shop(() => productPage({ head: jsonLd(product(price)) }));
    let previous: Json = null;
    const told: [number, string][] = [];
    for (const next of [200, 195, 185, 179, 175, 162, 161, 170, 153]) {
      price = next;
      const run: OneRun = track(server, { drop_percent: 10, target_price: null }, previous);
      const { result, summary } = await run.done;
      if (summary !== null) told.push([next, summary]);
      previous = result;
    }
    expect(told).toEqual([
      [179, 'Widget: 179 EUR, down 10.5 % from 200 EUR'],
      [161, 'Widget: 161 EUR, down 10.1 % from 179 EUR'],
      [153, 'Widget: 153 EUR, down 10 % from 170 EUR'],
    ]);
    expect(previous).toMatchObject({ target_price: null, target_reached: false, peak_price: 153 });
  });

  test('it notifies when what was sold out can be had again, and not of what always could', async () => {
    let availability = '';
    const offer = () => ({ '@type': 'Offer', price: '150', priceCurrency: 'EUR', availability });
    const server = await shop(() => productPage({ head: jsonLd(product(0, 'EUR', { offers: offer() })) }));
    let previous: Json = null;
    const told: (string | null)[] = [];
    for (const next of ['InStock', 'SoldOut', 'OutOfStock', 'InStock', 'InStock', 'OutOfStock', 'PreOrder']) {
      availability = next;
      const run: OneRun = track(server, { back_in_stock: true }, previous);
      const { result, summary } = await run.done;
      told.push(summary);
      previous = result;
    }
    const back = 'Widget: 150 EUR, to be had again';
    expect(told).toEqual([null, null, null, back, null, null, back]);
  });

  test('a result of before there were drops is gone on from', async () => {
    const server = await shop(productPage({ head: jsonLd(product(80)) }));
    const { result } = await track(server).done;
    const { peak_price: _, availability: __, ...before } = result as JsonObject;
    const { summary } = await track(server, { drop_percent: 10, back_in_stock: true }, before).done;
    expect(summary).toBeNull();
  });

  test('the notification says what, how much, and whether it can be had', async () => {
    const sold = {
      offers: { '@type': 'Offer', price: '89.5', priceCurrency: 'EUR', availability: 'OutOfStock' },
    };
    const { summary } = await track(await shop(productPage({ head: jsonLd(product(0, 'EUR', sold)) }))).done;
    expect(summary).toBe('Widget: 89.5 EUR, at or below the target of 100 EUR, but not to be had now');
  });

  test('it keeps every price with its time, equal ones as one, the last hundred', async () => {
    let price = 0;
    const server = await shop(() => productPage({ head: jsonLd(product(price)) }));
    let previous: Json = null;
    const runs = [...[500, 500, 40, 500], ...Array.from({ length: 110 }, (_, n) => 200 + n)];
    for (const [minute, next] of runs.entries()) {
      price = next;
      const run: OneRun = track(server, {}, previous, at(minute));
      previous = (await run.done).result;
      if (minute === 3) {
        expect(previous).toMatchObject({
          previous_price: 40,
          history: [
            { price: 500, from: at(0), to: at(1) },
            { price: 40, from: at(2), to: at(2) },
            { price: 500, from: at(3), to: at(3) },
          ],
        });
      }
    }
    expect(previous).toMatchObject({ lowest_price: 40, highest_price: 500 });
    expect((previous as { history: Json[] }).history).toHaveLength(100);
    expect(JSON.stringify(previous).length).toBeLessThan(16 * 1024);
  });

  test.each<[string, JsonObject, boolean]>([
    ['another target is another alert', { target_price: 99 }, true],
    ['another product has a history of its own', { product_url: 'other' }, true],
    ['the same one is not repeated', {}, false],
  ])('%s', async (_what, change, isNews) => {
    const server = await shop(productPage({ head: jsonLd(product(90)) }));
    const first = await track(server).done;
    const config =
      change.product_url === undefined ? change : { product_url: `${server.url}/${change.product_url}` };
    const second = await track(server, config, first.result).done;
    expect(second.summary !== null).toBe(isNews);
    expect(second.result).toMatchObject({ previous_price: change.product_url === undefined ? 90 : null });
  });

  test('prices in another currency are none to compare with', async () => {
    let currency = 'EUR';
    const server = await shop(() => productPage({ head: jsonLd(product(90, currency)) }));
    const first = await track(server).done;
    currency = 'USD';
    const second = await track(server, {}, first.result).done;
    expect(second.result).toMatchObject({ currency: 'USD', previous_price: null, history: [{ price: 90 }] });
  });
});

describe('a shop on a bad day', () => {
  const refersTo = (own: number, ...others: readonly number[]) => ({
    '@id': `#${own}`,
    priceSpecification: others.map((other) => ({ '@id': `#${other}` })),
  });
  const failing: [string, (response: ServerResponse) => void, { code: string; retryable: boolean }][] = [
    ['503', (response) => response.writeHead(503).end(), { code: 'UNEXPECTED_STATUS', retryable: true }],
    ['429', (response) => response.writeHead(429).end(), { code: 'UNEXPECTED_STATUS', retryable: true }],
    [
      '403',
      (response) => response.writeHead(403).end('bots'),
      { code: 'UNEXPECTED_STATUS', retryable: false },
    ],
    ['404', (response) => response.writeHead(404).end(), { code: 'UNEXPECTED_STATUS', retryable: false }],
    [
      '5 MiB',
      (response) => response.end('x'.repeat(5 * 1024 * 1024)),
      { code: 'RESPONSE_TOO_LARGE', retryable: false },
    ],
    [
      'a gzip bomb',
      (response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
      { code: 'RESPONSE_TOO_LARGE', retryable: false },
    ],
    [
      'a closed connection',
      (response) => response.socket?.destroy(),
      { code: 'CONNECTION_FAILED', retryable: true },
    ],
    [
      'a redirect to itself',
      (response) => response.writeHead(302, { location: '/widget' }).end(),
      { code: 'TOO_MANY_REDIRECTS', retryable: false },
    ],
  ];
  test.each(failing)('answers %s', async (_what, answer, expected) => {
    const server = await httpReceiver((_request, response) => answer(response));
    await expect(track(server).done).rejects.toMatchObject(expected);
  });

  test.each<[string, string, string?]>([
    ['nested without end', '<div>'.repeat(700_000), 'TOO_MANY_ELEMENTS'],
    [
      'of products in products',
      '<div itemscope itemprop="offers" itemtype="http://schema.org/Product">'.repeat(50_000),
    ],
    [
      'of 80,000 products',
      '<p itemscope itemtype="http://schema.org/Product"><b itemprop="price">'.repeat(40_000),
    ],
    ['of scripts', '<script type="application/ld+json">[[[[[[</script>'.repeat(70_000)],
    [
      'of one deep document',
      `<script type="application/ld+json">${'['.repeat(100_000)}${']'.repeat(100_000)}</script>`,
    ],
    ['of one wide document', jsonLd(Array.from({ length: 60_000 }, () => ({ offers: {} })))],
    ['of nothing but <', '<'.repeat(4_000_000)],
    [
      'whose offer refers to itself',
      jsonLd(product('0', 'EUR', { offers: { '@id': '#1' } }), refersTo(1, 1)),
    ],
    [
      'whose offer fans out by references',
      jsonLd(
        product('0', 'EUR', { offers: { '@id': '#1' } }),
        ...Array.from({ length: 13 }, (_, at) => refersTo(at + 1, ...Array<number>(4).fill(at + 2))),
      ),
    ],
  ])('a page %s is over in seconds, not minutes', async (_what, page, code = 'PRICE_NOT_FOUND') => {
    const server = await shop(page);
    const started = performance.now();
    await expect(track(server).done).rejects.toMatchObject({ code });
    // A second or less on a machine with nothing else to do; what is guarded against took minutes.
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test('the characters of the page are what it says they are', async () => {
    const page = productPage({ head: jsonLd(product('10', 'EUR', { name: 'Käse' })) }).replace(
      'utf-8',
      'iso-8859-1',
    );
    const server = await httpReceiver((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.from(page, 'latin1')),
    );
    expect((await track(server).done).result).toMatchObject({ name: 'Käse' });
  });
});

describe('a price as text', () => {
  test.each<[string, string | null, number, string | null]>([
    ['1.299,00 €', null, 1299, 'EUR'],
    ['€1,299.00', null, 1299, 'EUR'],
    ['EUR 1 299,00', null, 1299, 'EUR'],
    ['1\u202f299,95\u00a0€', null, 1299.95, 'EUR'],
    ["CHF 1'299.-", null, 1299, 'CHF'],
    ['12,- €', null, 12, 'EUR'],
    ['US$ 5', null, 5, 'USD'],
    ['$5.25', null, 5.25, null],
    ['5 kr', 'SEK', 5, 'SEK'],
    ['1.299', 'EUR', 1299, 'EUR'],
    ['1,299', 'USD', 1299, 'USD'],
    ['1.234.567,8', 'EUR', 1234567.8, 'EUR'],
    ['₹1,29,900.00', null, 129900, 'INR'],
    ['0.999', 'EUR', 0.999, 'EUR'],
    ['1299.000', 'EUR', 1299, 'EUR'],
    ['12.5', null, 12.5, null],
  ])('%s (%s)', (text, known, value, currency) => {
    expect(parseAmount(text, known)).toEqual({ value, currency });
  });

  test.each<[string, string | null]>([
    ['1.299', null],
    ['1.299', 'KWD'],
    ['10 - 20 €', null],
    ['2 for 10 €', null],
    ['-5 €', null],
    ['.99 €', null],
    ['€ ,99', null],
    ['20 %', 'EUR'],
    ['0,00 €', null],
    ['1.2.3', 'EUR'],
    ['1,2,3.4.5', 'EUR'],
    ['12 34', 'EUR'],
    ['free', 'EUR'],
    ['', 'EUR'],
    ['9'.repeat(200), 'EUR'],
    ['99999999999999', 'EUR'],
  ])('%s (%s) is none, or not clear', (text, known) => {
    expect(parseAmount(text, known)).toBeNull();
  });
});

test.each<[JsonObject]>([
  [{ target_price: 1 }],
  [{ product_url: 'https://shop.example/p' }],
  [{ product_url: 'https://shop.example/p', target_price: 0 }],
  [{ product_url: 'https://shop.example/p', target_price: '1' }],
  [{ product_url: 'https://shop.example/p', target_price: 1, currency: 'euro' }],
  [{ product_url: 'file:///etc/passwd', target_price: 1 }],
])('the config %j is refused', (config) => {
  expect(priceTracker.parseConfig(config).ok).toBe(false);
});
