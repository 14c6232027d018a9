/** Which of the numbers on a product page is its price. */
import { describe, expect, test } from 'vitest';
import type { Instant } from '../../../src/domain/shared/instant.ts';
import type { Json } from '../../../src/domain/shared/json.ts';
import { parseLooseJson } from '../../../src/task-types/foreign/loose-json.ts';
import { availabilityIn, delayOf } from '../../../src/task-types/prices/availability.ts';
import { type FoundPrice, findPrice } from '../../../src/task-types/prices/find-price.ts';
import { currenciesIn, machineNumber, parseAmount } from '../../../src/task-types/prices/money.ts';
import { jsonLd, productPage } from '../../support/world/product-page.ts';

const SHOP = 'https://shop.example';
const NOW = '2026-11-23T09:00:00.000Z' as Instant;

function priceOn(page: string, path = '/widget', currency: string | null = null): FoundPrice {
  return findPrice(page, `${SHOP}${path}`, currency, NOW);
}

const offer = (price: unknown, more: object = {}) => ({
  '@type': 'Offer',
  price,
  priceCurrency: 'EUR',
  availability: 'https://schema.org/InStock',
  ...more,
});
const product = (offers: unknown, more: object = {}) => ({
  '@type': 'Product',
  name: 'Widget',
  offers,
  ...more,
});
const page = (...documents: unknown[]) => productPage({ head: jsonLd(...documents) });
const raw = (script: string) =>
  productPage({ head: `<script type="application/ld+json">${script}</script>` });

describe('the product and variant that a page is about', () => {
  const variant = (n: number, price: number, availability = 'InStock') =>
    product(offer(price, { availability, url: `${SHOP}/mug?variant=${n}` }), {
      '@id': `/mug?variant=${n}#variant`,
    });
  const group = (more: object = {}, ...variants: object[]) => ({
    '@type': 'ProductGroup',
    name: 'Mug',
    hasVariant: variants,
    ...more,
  });

  test.each<[string, string, unknown[], number]>([
    [
      'is the one of the query, where products differ by that alone',
      '/index.php?route=product/product&product_id=42',
      [7, 42].map((id) =>
        product(offer(id), { url: `${SHOP}/index.php?route=product/product&product_id=${id}` }),
      ),
      42,
    ],
    [
      'is the one of the query, in whatever order and with whatever else stands in it',
      '/p?utm_source=mail&color=red&id=2&ref=x',
      [1, 2].map((id) => product(offer(id), { url: `${SHOP}/p?id=${id}&color=red` })),
      2,
    ],
    [
      'is the variant asked for',
      '/mug?variant=2',
      [group({ url: '/mug' }, variant(1, 19), variant(2, 39))],
      39,
    ],
    [
      'is the variant asked for, of a group without an address',
      '/mug?variant=2',
      [group({}, variant(1, 19), variant(2, 39))],
      39,
    ],
    [
      'is any variant that can be had, where none is asked for',
      '/mug',
      [group({ url: '/mug' }, variant(1, 9, 'OutOfStock'), variant(2, 25))],
      25,
    ],
    [
      'is any variant, of a group without an address',
      '/mug',
      [group({}, variant(1, 9, 'OutOfStock'), variant(2, 25))],
      25,
    ],
    [
      'is the variant of the offer asked for, where one product has them all',
      '/mug?variant=2',
      [
        product(
          [1, 2, 3].map((n) => offer(n * 10, { url: `${SHOP}/mug?variant=${n}` })),
          { url: `${SHOP}/mug` },
        ),
      ],
      20,
    ],
    [
      'is not another variant, where the one asked for is missing',
      '/mug?variant=9',
      [product([offer(1, { url: `${SHOP}/mug?variant=1` }), offer(2)], { url: `${SHOP}/mug` })],
      2,
    ],
    [
      'is the one without an address, beside others that have theirs',
      '/widget',
      [product(offer(1), { url: '/other' }), product(offer(2))],
      2,
    ],
    [
      'is the one, whatever its address',
      '/en/kitchen/widget',
      [product(offer(3), { url: `${SHOP}/w-77` })],
      3,
    ],
    [
      'is the one whose address ends alike',
      '/en/widget',
      [product(offer(1), { url: '/en/other' }), product(offer(2), { url: '/widget' })],
      2,
    ],
    [
      'is named by its offer alone',
      '/b',
      [product(offer(1, { url: '/a' })), product(offer(2, { url: '/b' }))],
      2,
    ],
  ])('%s', (_what, path, documents, price) => {
    expect(priceOn(page(...documents), path).price).toBe(price);
  });

  test('is the one of the canonical address', () => {
    const head = `<link rel="canonical" href="${SHOP}/pan-77">${jsonLd(
      product(offer(5), { url: `${SHOP}/other` }),
      product(offer(60), { url: `${SHOP}/pan-77` }),
    )}`;
    expect(priceOn(productPage({ head }), '/c/kitchen/pan-77-x?src=mail').price).toBe(60);
  });

  test('is none of several that all have pages of their own', () => {
    const others = page(product(offer(1), { url: '/a' }), product(offer(2), { url: '/b' }));
    expect(() => priceOn(others)).toThrow('the page states no price');
  });
});

describe('an offer on conditions is not the price where there is another', () => {
  test.each<[string, object]>([
    ['for members', { validForMemberTier: { '@type': 'MemberProgramTier', name: 'gold' } }],
    ['for business customers', { eligibleCustomerType: 'http://purl.org/goodrelations/v1#Reseller' }],
    ['that has ended', { priceValidUntil: '2026-11-01' }],
    ['that has ended at a time', { validThrough: '2026-11-23T08:00:00Z' }],
    ['that begins later', { validFrom: '2026-12-24' }],
    ['from a hundred on', { eligibleQuantity: { '@type': 'QuantitativeValue', minValue: 100 } }],
    ['for large orders', { eligibleTransactionVolume: { minPrice: 500, priceCurrency: 'EUR' } }],
    ['to rent', { businessFunction: 'http://purl.org/goodrelations/v1#LeaseOut' }],
    ['that the shop pays', { businessFunction: 'https://schema.org/Buy' }],
    ['used', { itemCondition: 'https://schema.org/UsedCondition' }],
    ['refurbished, in words', { itemCondition: 'Refurbished' }],
    ['reserved', { availability: 'https://schema.org/Reserved' }],
    ['on back order', { availability: 'BackOrder' }],
    ['sold out, in words', { availability: 'Sold out!' }],
    ['sold out, in German', { availability: 'Derzeit nicht verfügbar' }],
    ['of an empty shelf', { inventoryLevel: { value: 0 }, availability: null }],
    ['for nothing', { price: '0.00' }],
  ])('%s', (_what, more) => {
    expect(priceOn(page(product([offer('7.00', more), offer('10.00')]))).price).toBe(10);
  });

  test.each<[string, object]>([
    ['a list price', { priceType: 'https://schema.org/StrikethroughPrice' }],
    ['an instalment', { priceComponentType: 'https://schema.org/Installment', billingDuration: 10 }],
    ['a down payment', { priceComponentType: 'Downpayment' }],
    ['a price by the month', { billingDuration: 1, billingIncrement: 1, unitCode: 'MON' }],
    ['a price by the litre', { unitCode: 'LTR' }],
    ['a price by 100 ml', { referenceQuantity: { value: 100, unitCode: 'MLT' } }],
    ['a price without tax', { valueAddedTaxIncluded: false }],
    ['a price that has ended', { validThrough: '2020-01-01' }],
  ])('%s among specifications', (_what, more) => {
    const specification = (price: number, its: object) => ({
      '@type': 'UnitPriceSpecification',
      price,
      priceCurrency: 'EUR',
      ...its,
    });
    const offers = { '@type': 'Offer', priceSpecification: [specification(5, more), specification(119, {})] };
    expect(priceOn(page(product(offers))).price).toBe(119);
  });

  test.each<[string, object]>([
    ['ended long ago, as those say that nobody keeps', { priceValidUntil: '2020-12-31' }],
    ['used', { itemCondition: 'UsedCondition' }],
    ['from one on', { eligibleQuantity: { minValue: 1 } }],
    ['by the piece', { unitCode: 'C62' }],
    ['until the end of today', { priceValidUntil: '2026-11-23' }],
    ['sold', { businessFunction: 'http://purl.org/goodrelations/v1#Sell' }],
    ['out of stock', { availability: 'OutOfStock' }],
  ])('where it is the only one it is: %s', (_what, more) => {
    expect(priceOn(page(product([offer('7.00', more)]))).price).toBe(7);
  });

  test('what is for members alone is no price', () => {
    const members = page(product([offer(7, { validForMemberTier: { name: 'gold' } })]));
    expect(() => priceOn(members)).toThrow('the page states no price');
  });

  test('an aggregate says less than its offers', () => {
    const aggregate = {
      '@type': 'AggregateOffer',
      lowPrice: 10,
      highPrice: 12,
      priceCurrency: 'EUR',
      offers: [offer(10, { availability: 'OutOfStock' }), offer(12)],
    };
    expect(priceOn(page(product(aggregate))).price).toBe(12);
  });

  test('a sale by meta elements that is over, or not yet', () => {
    const meta = (name: string, content: string) => `<meta property="product:${name}" content="${content}">`;
    const head = (start: string, end: string) =>
      productPage({
        head:
          meta('price:amount', '20.00') +
          meta('price:currency', 'EUR') +
          meta('sale_price:amount', '15.00') +
          meta('sale_price:currency', 'EUR') +
          meta('sale_price_dates:start', start) +
          meta('sale_price_dates:end', end),
      });
    expect(priceOn(head('2020-01-01T00:00+00:00', '2020-01-31T00:00+00:00')).price).toBe(20);
    expect(priceOn(head('2027-01-01T00:00+00:00', '2027-01-31T00:00+00:00')).price).toBe(20);
    expect(priceOn(head('2026-11-01T00:00+00:00', '2026-12-31T00:00+00:00')).price).toBe(15);
  });

  test('a price of nothing is one where it can be had and there is no other', () => {
    expect(priceOn(page(product([offer('0.00')])))).toMatchObject({ price: 0, currency: 'EUR' });
    expect(() => priceOn(page(product([offer(0, { availability: 'SoldOut' })])))).toThrow('no price');
  });
});

describe('a number for machines', () => {
  test.each<[string, string | null, number | null]>([
    ['29.950', 'EUR', 29.95],
    ['1299.0000', 'EUR', 1299],
    ['1.250', 'KWD', 1.25],
    ['0.00', 'EUR', 0],
    [' 12 ', null, 12],
    ['12.5', null, 12.5],
    ['1.299', null, null],
    ['1,299', 'EUR', null],
    ['1.299,00', 'EUR', null],
    ['12.-', 'EUR', null],
    ['-5', 'EUR', null],
    ['1e3', 'EUR', null],
  ])('%j (%s)', (text, currency, value) => {
    expect(machineNumber(text, currency)).toBe(value);
  });

  test.each([
    ['JSON-LD', page(product(offer('29.950')))],
    [
      'an attribute of microdata',
      productPage({
        body: `<p itemscope itemtype="https://schema.org/Product"><b itemprop="offers" itemscope>
          <i itemprop="price" content="29.950">29,95 €</i><meta itemprop="priceCurrency" content="EUR"></b></p>`,
      }),
    ],
    [
      'a meta element',
      productPage({
        head: '<meta property="product:price:amount" content="29.950"><meta property="product:price:currency" content="EUR">',
      }),
    ],
  ])('is read as such in %s', (_where, html) => {
    expect(priceOn(html).price).toBe(29.95);
  });

  test('what people see beside it is read as people do', () => {
    const html = productPage({
      body: `<p itemscope itemtype="https://schema.org/Product"><b itemprop="offers" itemscope>
        <i itemprop="price">1.299</i><meta itemprop="priceCurrency" content="EUR"></b></p>`,
    });
    expect(priceOn(html).price).toBe(1299);
  });
});

describe('a price that people see', () => {
  const seen = (markup: string) =>
    priceOn(
      productPage({
        body: `<div itemscope itemtype="http://schema.org/Product"><p itemprop="offers" itemscope>
          <span itemprop="price">${markup}</span><meta itemprop="priceCurrency" content="EUR"></p></div>`,
      }),
    ).price;

  test.each([
    ['68<sup>50</sup>', 68.5],
    ['1.299<sup>50</sup> €', 1299.5],
    ['1.299,<sup>50</sup> €', 1299.5],
    ['<b>68</b><span class="price-cents">50</span>', 68.5],
    ['68 <small>99</small>', 68.99],
    ['68 €<sup>*</sup>', 68],
  ])('%s', (markup, price) => {
    expect(seen(markup)).toBe(price);
  });

  test('with a footnote that may be cents is not clear', () => {
    expect(() => seen('68<sup>1</sup>')).toThrow('beyond doubt');
  });
});

describe('annotations that are not as the book has them', () => {
  test.each<[string, string, object]>([
    [
      'a price in the product itself, in microdata',
      `<div itemscope itemtype="http://schema.org/Product"><meta itemprop="name" content="Anvil">
        <meta itemprop="price" content="119.99"><meta itemprop="priceCurrency" content="USD"></div>`,
      { price: 119.99, currency: 'USD', name: 'Anvil', source: 'microdata' },
    ],
    [
      'microdata outside of any item',
      '<span itemprop="price" content="119.99">119.99</span><meta itemprop="priceCurrency" content="USD">',
      { price: 119.99, currency: 'USD', source: 'microdata' },
    ],
    [
      'RDFa Lite',
      `<div vocab="https://schema.org/" typeof="Product"><span property="name">Mug</span>
        <div property="offers" typeof="Offer"><span property="price" content="15.00">15,00 €</span>
        <meta property="priceCurrency" content="EUR"><link property="availability" href="https://schema.org/SoldOut">
        </div></div>`,
      { price: 15, currency: 'EUR', name: 'Mug', availability: 'SoldOut', source: 'rdfa' },
    ],
    [
      'RDFa with a prefix',
      `<div typeof="schema:Product"><p property="schema:offers" typeof="schema:Offer">
        <i property="schema:price">15,00 €</i></p></div>`,
      { price: 15, currency: 'EUR', source: 'rdfa' },
    ],
  ])('%s', (_what, body, expected) => {
    expect(priceOn(productPage({ body }))).toMatchObject(expected);
  });

  test('several loose prices are none', () => {
    const body = '<i itemprop="price" content="1">1</i><i itemprop="price" content="2">2</i>';
    expect(() => priceOn(productPage({ body }))).toThrow('no price');
  });

  test('a price in the product itself, in JSON-LD', () => {
    const flat = page({ '@type': 'Product', name: 'W', price: '12.00', priceCurrency: 'EUR' });
    expect(priceOn(flat)).toMatchObject({ price: 12, currency: 'EUR' });
  });
});

describe('JSON-LD that is not quite JSON', () => {
  const text = '{"@type":"Product","name":"Cover","offers":{"price":"149.95","priceCurrency":"GBP"}}';
  test.each<[string, string]>([
    ['a comma after the last member', text.replace('"GBP"}}', '"GBP",},}')],
    ['a semicolon after it', `${text};`],
    ['comments', text.replace('"Cover",', '"Cover", // title\n //"gtin": "",\n /* more: "x" */')],
    ['a comment with CDATA around', `/* <![CDATA[ */\n${text}\n/* ]]> */`],
    ['CDATA on the same line', `//<![CDATA[ ${text} //]]>`],
    ['a comment of HTML around', `<!-- ${text} -->`],
    ['entities', text.replaceAll('"', '&quot;')],
    ['a line break in a string', text.replace('Cover', 'Co\nver\t!')],
    ['a quote that is not escaped', text.replace('Cover', '19" Cover')],
    ['an escape that there is not', text.replace('Cover', "Bob\\'s")],
    ['a value left empty', text.replace('"Cover"', '"Cover","sku": ,"mpn":')],
    ['a value that is undefined', text.replace('"Cover"', 'undefined')],
    ['a byte order mark', `\ufeff${text}`],
    ['two documents in a row', `{"@type":"WebSite"},${text}`],
  ])('%s', (_what, script) => {
    expect(priceOn(raw(script))).toMatchObject({ price: 149.95, currency: 'GBP' });
  });

  test.each([
    ['1,299.00', 1299],
    ['1,299', 1299],
    ['12,99', 12.99],
    ['0129.50', 129.5],
  ])('a number as people say it: %s', (number, price) => {
    expect(priceOn(raw(text.replace('"149.95"', `${number} `))).price).toBe(price);
  });

  test.each<[string, string, Json | undefined]>([
    ['an object', '{"a": [1, 2, 3,], "b": true,}', { a: [1, 2, 3], b: true }],
    ['text with marks in it', '{"a": "x, // no comment; }",}', { a: 'x, // no comment; }' }],
    ['a URL', '{"a": "http://x.example//y",}', { a: 'http://x.example//y' }],
    ['words', 'not json', undefined],
    ['code', '{a: b()}', undefined],
    ['a text cut off', '{"price": "12', undefined],
    ['an object cut off', '{"price": 129.9', undefined],
  ])('%s is read, or not at all', (_what, loose, value) => {
    expect(parseLooseJson(loose)).toEqual(value);
  });

  test.each<[string, string]>([
    ['opening brackets', '['.repeat(300_000)],
    ['quotes', '"'.repeat(300_000)],
    ['comments without end', '/*'.repeat(150_000)],
    ['white space after quotes', `"${' '.repeat(1_000)}`.repeat(300)],
    ['commas', '{"a":1'.concat(',1'.repeat(150_000))],
    ['escapes', '"\\'.repeat(150_000)],
  ])('%s by the hundred thousand take no time', (_what, loose) => {
    const started = process.cpuUsage();
    parseLooseJson(loose);
    expect(process.cpuUsage(started).user).toBeLessThan(2_000_000);
  });
});

describe('currencies', () => {
  test.each<[string, readonly string[]]>([
    ['EUR', ['EUR']],
    ['eur', ['EUR']],
    ['Euro', ['EUR']],
    ['749,00 euro', ['EUR']],
    ['A$190.00', ['AUD']],
    ['USD $5', ['USD']],
    ['S$ 5', ['SGD']],
    ['5 CHF', ['CHF']],
    ['100 руб.', ['RUB']],
    ['RM 12', ['MYR']],
    ['EUR 5 / USD 6', []],
    ['5 credits', []],
    ['', []],
  ])('%j', (text, currencies) => {
    expect(currenciesIn(text)).toEqual(currencies);
  });

  test('what several are called by is the one that is wanted, and none where none is', () => {
    const dollars = page(product(offer('749.00', { priceCurrency: '$' })));
    expect(priceOn(dollars, '/widget', 'USD')).toMatchObject({ price: 749, currency: 'USD' });
    expect(priceOn(dollars, '/widget', 'CAD')).toMatchObject({ currency: 'CAD' });
    expect(priceOn(dollars)).toMatchObject({ currency: null });
    expect(() => priceOn(dollars, '/widget', 'EUR')).toThrow('not in EUR');
  });

  test('that a price names itself', () => {
    const australian = page({ '@type': 'Product', offers: { '@type': 'Offer', price: 'A$190.00' } });
    expect(priceOn(australian, '/widget', 'AUD')).toMatchObject({ price: 190, currency: 'AUD' });
  });

  test('an abbreviation ends with a point, which is none of the number', () => {
    expect(parseAmount('Rs.1,599.00', 'INR')).toEqual({ value: 1599, currency: 'INR' });
    expect(parseAmount('Rs. 99', 'INR')).toEqual({ value: 99, currency: 'INR' });
  });
});

describe('availability', () => {
  test.each<[string, string, number]>([
    ['http://schema.org/InStock', 'InStock', 0],
    ['in stock', 'InStock', 0],
    ['Out of stock', 'OutOfStock', 2],
    ['sold-out', 'SoldOut', 2],
    ['ausverkauft', 'OutOfStock', 2],
    ['Rupture de stock', 'OutOfStock', 2],
    ['売り切れ', 'OutOfStock', 2],
    ['false', 'OutOfStock', 2],
    ['schema:PreOrder', 'PreOrder', 1],
    ['limited_availability', 'LimitedAvailability', 0],
    ['ask the staff', 'ask the staff', 0],
  ])('%s', (text, name, delay) => {
    const availability = availabilityIn(text);
    expect(availability).toBe(name);
    expect(delayOf(availability)).toBe(delay);
  });
});
