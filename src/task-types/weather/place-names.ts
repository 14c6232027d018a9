/**
 * How people name places: "London, UK", "Springfield, IL", "San Francisco CA". A geocoder knows plain names, and says
 * of each in which region and country it lies; what stands beside the name chooses among them.
 */
import { foldedPart } from './place-folding.ts';
import { COUNTRY_ALIASES, REGION_CODES, SPELLINGS } from './region-codes.ts';

/** What a geocoder is to be asked for, and what must hold of its answer. */
export interface PlaceReading {
  readonly name: string;
  readonly within: readonly string[];
}

export interface PlaceRegions {
  readonly country?: string | undefined;
  readonly country_code?: string | undefined;
  readonly admin1?: string | undefined;
  readonly admin2?: string | undefined;
}

/** Calls to a geocoder for one place. */
const MOST_READINGS = 5;

/** The likeliest first. */
export function readingsOf(wanted: string): readonly PlaceReading[] {
  const [name = wanted, ...within] = wanted
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const readings = [{ name, within }, ...withoutComma(name, within)];
  const respelled = readings.flatMap((reading) =>
    otherNames(reading.name).map((other) => ({ ...reading, name: other })),
  );
  const all = new Map([...readings, ...respelled].map((it) => [JSON.stringify(it).toLowerCase(), it]));
  return [...all.values()].slice(0, MOST_READINGS);
}

/** "San Francisco CA": the last word may be a region, or the last two a country. */
function withoutComma(name: string, within: readonly string[]): readonly PlaceReading[] {
  const words = name.split(/\s+/);
  return [1, 2].flatMap((count) => {
    const region = words.slice(-count).join(' ');
    const rest = words.slice(0, -count).join(' ');
    return rest !== '' && isRegion(region) ? [{ name: rest, within: [region, ...within] }] : [];
  });
}

function isRegion(text: string): boolean {
  const folded = foldedPart(text);
  return (
    countriesCalled(folded).size > 0 ||
    Object.values(REGION_CODES).some((codes) => Object.hasOwn(codes, folded))
  );
}

function otherNames(name: string): readonly string[] {
  const spelling = SPELLINGS[foldedPart(name)];
  const shorter = [name.replace(/\s+city$/i, ''), name.replace(/^(?:the|city of|greater)\s+/i, '')];
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '');
  return [...(spelling === undefined ? [] : [spelling]), ...shorter, plain].filter(
    (other) => other !== name && other.length > 1,
  );
}

/** Whether each part names a region or the country that the place lies in. */
export function liesWithin(place: PlaceRegions, parts: readonly string[]): boolean {
  const code = place.country_code?.toUpperCase() ?? '';
  const names = [place.country, place.country_code, place.admin1, place.admin2].map((it) =>
    regionName(it ?? ''),
  );
  const region = regionName(place.admin1 ?? '');
  return parts.every((part) => {
    const folded = foldedPart(part);
    const codes = REGION_CODES[code] ?? {};
    const isItsCode = Object.hasOwn(codes, folded) && foldedPart(codes[folded] ?? '') === region;
    return names.includes(regionName(part)) || isItsCode || countriesCalled(folded).has(code);
  });
}

/** "State of Berlin" is Berlin. */
function regionName(text: string): string {
  return foldedPart(text).replace(
    /^(?:(?:free )?state|province|region|county|republic|kingdom) of (?:the )?/,
    '',
  );
}

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'sv', 'tr', 'ru', 'ja', 'zh'];
let countries: ReadonlyMap<string, ReadonlySet<string>> | null = null;

function countriesCalled(folded: string): ReadonlySet<string> {
  countries ??= countryNames();
  return countries.get(folded) ?? NONE;
}

const NONE: ReadonlySet<string> = new Set();

/** Codes by every name in some languages, and by what else people say. */
function countryNames(): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const add = (name: string, code: string) => {
    const known = names.get(name);
    if (known === undefined) names.set(name, new Set([code]));
    else known.add(code);
  };
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
    for (const first of letters) {
      for (const second of letters) {
        const name = display.of(first + second);
        if (name !== undefined) add(foldedPart(name), first + second);
      }
    }
  }
  for (const [name, code] of Object.entries(COUNTRY_ALIASES)) add(name, code);
  return names;
}
