/** Whether a product can be had, in schema.org's names and in the words that shops put in their place. */

const NAMES = [
  'InStock',
  'LimitedAvailability',
  'OnlineOnly',
  'InStoreOnly',
  'MadeToOrder',
  'PreOrder',
  'PreSale',
  'BackOrder',
  'Reserved',
  'OutOfStock',
  'SoldOut',
  'Discontinued',
] as const;

const BY_FOLDED: ReadonlyMap<string, string> = new Map(NAMES.map((name) => [name.toLowerCase(), name]));

/** Folded: small letters and digits only. The first that fits; refusals before what they refuse. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:oos|false|no|0|none|unavailable|notavailable|notinstock|outofstock.*|soldout.*|currentlyunavailable)$/,
    'OutOfStock',
  ],
  [/ausverkauft|nichtverfügbar|nichtauflager|vergriffen|nichtlieferbar/, 'OutOfStock'],
  [/épuisé|rupture|indisponible|agotado|nodisponible|sinstock|esgotado|indisponível/, 'OutOfStock'],
  [/esaurito|nondisponibile|uitverkocht|nietopvoorraad|nietbeschikbaar/, 'OutOfStock'],
  [/wyprzedan|niedostępn|vyprodáno|slutsåld|utsolgt|udsolgt|loppuunmyyty|elfogyott|tükendi/, 'OutOfStock'],
  [/нетвналичии|распродано|немаєвнаявності|品切れ|在庫なし|売り切れ|缺货|售罄|품절/, 'OutOfStock'],
  [
    /^(?:true|yes|1|available|availablenow|instock.*|auflager|sofortlieferbar|enstock|disponible|disponibile)$/,
    'InStock',
  ],
  [/^(?:preorder|availableforpreorder|vorbestellung|vorbestellbar)$/, 'PreOrder'],
  [/^(?:backorder|onbackorder|availableforbackorder|nachbestellt)$/, 'BackOrder'],
  [/^(?:discontinued|endoflife|eol)$/, 'Discontinued'],
];

/** As schema.org names it; what nobody knows stays as it is, and null where nothing is said. */
export function availabilityIn(text: string | null): string | null {
  if (text === null || text.trim() === '') return null;
  const name = /^(?:https?:\/\/(?:www\.)?)?schema(?:\.org)?[/:#]/i.test(text.trim())
    ? text.trim().replace(/^.*[/:#]/, '')
    : text.trim();
  const folded = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  const known = BY_FOLDED.get(folded) ?? WORDS.find(([words]) => words.test(folded))?.[1];
  return known ?? name.slice(0, 50);
}

/** 0: to be had now, as far as is known; 1: later, or elsewhere; 2: not. */
export function delayOf(availability: string | null): 0 | 1 | 2 {
  if (/^(?:PreOrder|PreSale|BackOrder|InStoreOnly)$/.test(availability ?? '')) return 1;
  return /^(?:OutOfStock|SoldOut|Discontinued|Reserved)$/.test(availability ?? '') ? 2 : 0;
}
