/**
 * Prices as pages write them. A price that is read wrongly makes a false alarm, so what can be read in two ways is
 * not read at all.
 */

export interface Amount {
  readonly value: number;
  /** ISO 4217; null where the text does not say, or says `$`, `¥` or `kr`, which are several. */
  readonly currency: string | null;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** Longer ones first: `US$` is no `$`. What several currencies are called by stands for each of them. */
const NAMES: readonly (readonly [name: string, ...currencies: string[]])[] = [
  ['US$', 'USD'],
  ['CA$', 'CAD'],
  ['AU$', 'AUD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['NT$', 'TWD'],
  ['MX$', 'MXN'],
  ['Mex$', 'MXN'],
  ['R$', 'BRL'],
  ['A$', 'AUD'],
  ['C$', 'CAD'],
  ['S$', 'SGD'],
  ['$', 'USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD', 'TWD', 'MXN', 'ARS', 'CLP', 'COP'],
  ['€', 'EUR'],
  ['£', 'GBP'],
  ['₹', 'INR'],
  ['₩', 'KRW'],
  ['₺', 'TRY'],
  ['₽', 'RUB'],
  ['₴', 'UAH'],
  ['₪', 'ILS'],
  ['₫', 'VND'],
  ['฿', 'THB'],
  ['₱', 'PHP'],
  ['₦', 'NGN'],
  ['₨', 'INR', 'PKR', 'LKR', 'NPR', 'MUR'],
  ['円', 'JPY'],
  ['¥', 'JPY', 'CNY'],
  ['￥', 'JPY', 'CNY'],
  ['元', 'CNY', 'TWD', 'HKD'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['Ft', 'HUF'],
  ['lei', 'RON'],
  ['лв', 'BGN'],
  ['руб', 'RUB'],
  ['грн', 'UAH'],
  ['TL', 'TRY'],
  ['RM', 'MYR'],
  ['Rp', 'IDR'],
  ['Rs', 'INR', 'PKR', 'LKR', 'NPR', 'MUR'],
  ['kr', 'SEK', 'NOK', 'DKK', 'ISK'],
  ['euro', 'EUR'],
  ['euros', 'EUR'],
  ['pounds sterling', 'GBP'],
  ['pounds', 'GBP'],
  ['yen', 'JPY'],
  ['yuan', 'CNY'],
  ['RMB', 'CNY'],
  ['franken', 'CHF'],
  ['swiss francs', 'CHF'],
  ['rupees', 'INR', 'PKR', 'LKR', 'NPR', 'MUR'],
  ['us dollars', 'USD'],
  ['dollars', 'USD', 'CAD', 'AUD', 'NZD', 'HKD', 'SGD'],
];

const PATTERNS = NAMES.map(([name, ...currencies]) => ({
  currencies,
  pattern: new RegExp(
    `${/^\p{L}/u.test(name) ? '(?<!\\p{L})' : ''}${name.replaceAll('$', '\\$')}${/\p{L}$/u.test(name) ? '(?!\\p{L})' : ''}`,
    'giu',
  ),
}));
/** Codes that people write in small letters too. */
const CODE = /(?<!\p{L})(?:[A-Z]{3}|eur|usd|gbp|chf|cad|aud|pln|sek|nok|dkk)(?!\p{L})/gu;

const THOUSANDTHS: ReadonlySet<string> = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
const MOST = 1e12;
const MOST_CHARACTERS = 100;

/** The codes that a text may mean: several for `$`, none where it names no currency, or two. */
export function currenciesIn(text: string): readonly string[] {
  if (text.length > MOST_CHARACTERS) return [];
  const whole = text.trim().toUpperCase();
  if (CURRENCIES.has(whole)) return [whole];
  const codes = [...text.matchAll(CODE)].map(([it]) => it.toUpperCase()).filter((it) => CURRENCIES.has(it));
  let rest = text;
  const named = PATTERNS.flatMap(({ pattern, currencies }) => {
    const without = rest.replace(pattern, ' ');
    const isNamed = without !== rest;
    rest = without;
    return isNamed ? [currencies] : [];
  });
  const all = [...new Set(codes)].map((code) => [code]);
  // `USD $5` says it twice, the second time less clearly.
  const [first, ...others] = [...all, ...named].toSorted((a, b) => a.length - b.length);
  const isOne = first !== undefined && others.every((other) => first.every((code) => other.includes(code)));
  return isOne ? first : [];
}

/** The code of a currency written as code, symbol or word; null for anything else. */
function currencyOf(text: string): string | null {
  const [only, another] = currenciesIn(text);
  return only !== undefined && another === undefined ? only : null;
}

/** Stands before decimals that a page sets apart, as in `68<sup>50</sup>`. */
export const SET_APART = '\u2063';

const NUMBER = /\d+(?:[.,'’\s]\d+)*/gu;
const MACHINE_NUMBER = /^(?:\d+)(?:\.(\d+))?$/;

/**
 * A number for machines, as schema.org wants them: a point parts the fraction, however long it is. Null for what is
 * written for people, and for what may be thousands in a currency that is not known.
 */
export function machineNumber(text: string, currency: string | null): number | null {
  const number = MACHINE_NUMBER.exec(text.trim());
  if (number === null || Number(text) > MOST) return null;
  const mayBeThousands = currency === null && /^[1-9]\d{0,2}\.\d{3}$/.test(text.trim());
  return mayBeThousands ? null : Number(text);
}

/** `1.299,00 €`, `$1,299.00`, `CHF 1’299.-`. Null where there is no price above 0, or none that is beyond doubt. */
export function parseAmount(given: string, knownCurrency: string | null): Amount | null {
  if (given.length > MOST_CHARACTERS || given.includes('%')) return null;
  const text = given.includes(SET_APART) ? withDecimals(given) : given;
  const currency = knownCurrency ?? currencyOf(text);
  const [number, another] = [...text.matchAll(NUMBER)];
  // A mark before it leaves open what it parts: `.99`; but for that of an abbreviation: `Rs.99`.
  if (number === undefined || another !== undefined || UNCLEAR_BEFORE.test(text.slice(0, number.index)))
    return null;
  const value = numberIn(number[0].replace(/['’\s]/gu, ' '), currency);
  return value === null || value <= 0 || value > MOST ? null : { value, currency };
}

const UNCLEAR_BEFORE = /(?:[-−–]\s*|(?<!\p{L})[.,])$/u;

/** `1.299⁣50` to `1299.50`; anything but two digits that are set apart is something else: a footnote. */
function withDecimals(text: string): string {
  const parts = new RegExp(`(\\d[\\d.,'’\\s]*?)[.,]?\\s*${SET_APART}\\s*(\\d{2})(?!\\d)`, 'u');
  const read = text.replace(parts, (all, whole: string, decimals: string) =>
    isGrouped(whole.replace(/['’\s]/gu, ' ')) ? `${whole.replace(/\D/g, '')}.${decimals}` : all,
  );
  return read.replaceAll(SET_APART, ' ');
}

function numberIn(number: string, currency: string | null): number | null {
  const decimal = decimalMark(number, currency);
  if (decimal === 'unclear') return null;
  const at = decimal === null ? -1 : number.lastIndexOf(decimal);
  const whole = at < 0 ? number : number.slice(0, at);
  const fraction = at < 0 ? '' : number.slice(at + 1);
  return isGrouped(whole) && /^\d*$/.test(fraction)
    ? Number(`${whole.replace(/\D/g, '')}.${fraction || '0'}`)
    : null;
}

/** Thousands by one and the same mark, or as India groups them. */
const GROUPED = [
  /^\d+$/,
  /^\d{1,3}(?:,\d{3})+$/,
  /^\d{1,3}(?:\.\d{3})+$/,
  /^\d{1,3}(?: \d{3})+$/,
  /^\d{1,2}(?:,\d{2})+,\d{3}$/,
];

function isGrouped(whole: string): boolean {
  return GROUPED.some((grouped) => grouped.test(whole));
}

/** Which of `.` and `,` parts the fraction, if any. */
function decimalMark(number: string, currency: string | null): '.' | ',' | null | 'unclear' {
  const marks = number.replace(/[^.,]/g, '');
  const last = marks.at(-1);
  if (last !== '.' && last !== ',') return null;
  const others = marks.slice(0, -1);
  if (others.includes(last)) return others.split('').every((mark) => mark === last) ? null : 'unclear';
  if (others !== '' || number.includes(' ')) return last;
  const [whole = '', fraction = ''] = number.split(last);
  if (fraction.length !== 3 || whole.length > 3 || whole.startsWith('0')) return last;
  // `1.299` is 1299 where money has two decimals, and nobody knows what where it may have three.
  if (currency === null || THOUSANDTHS.has(currency)) return 'unclear';
  return null;
}
