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

/** Longer ones first: `US$` is no `$`. */
const SYMBOLS: readonly (readonly [string, string])[] = [
  ['US$', 'USD'],
  ['CA$', 'CAD'],
  ['AU$', 'AUD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['R$', 'BRL'],
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
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
];

const THOUSANDTHS: ReadonlySet<string> = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
const MOST = 1e12;

/** The code of a currency written as code or symbol; null for anything else. */
export function currencyOf(text: string): string | null {
  const code = text.trim().toUpperCase();
  if (CURRENCIES.has(code)) return code;
  const named = [...text.matchAll(/(?<![\p{L}])[A-Z]{3}(?![\p{L}])/gu)]
    .map(([it]) => it)
    .filter((it) => CURRENCIES.has(it));
  const signs = SYMBOLS.filter(([symbol]) => text.includes(symbol)).map(([, its]) => its);
  const found = new Set([...named, ...signs]);
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

const NUMBER = /\d+(?:[.,'’\s]\d+)*/gu;

/** `1.299,00 €`, `$1,299.00`, `CHF 1’299.-`. Null where there is no price above 0, or none that is beyond doubt. */
export function parseAmount(text: string, knownCurrency: string | null): Amount | null {
  if (text.length > 100 || text.includes('%')) return null;
  const currency = knownCurrency ?? currencyOf(text);
  const [number, another] = [...text.matchAll(NUMBER)];
  // A mark before it leaves open what it parts: `.99`.
  if (number === undefined || another !== undefined || /(?:[-−–]\s*|[.,])$/.test(text.slice(0, number.index)))
    return null;
  const value = numberIn(number[0].replace(/['’\s]/gu, ' '), currency);
  return value === null || value <= 0 || value > MOST ? null : { value, currency };
}

function numberIn(number: string, currency: string | null): number | null {
  const decimal = decimalMark(number, currency);
  if (decimal === 'unclear') return null;
  const at = decimal === null ? -1 : number.lastIndexOf(decimal);
  const whole = at < 0 ? number : number.slice(0, at);
  const fraction = at < 0 ? '' : number.slice(at + 1);
  const isGrouped = GROUPED.some((grouped) => grouped.test(whole));
  return isGrouped && /^\d*$/.test(fraction)
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
