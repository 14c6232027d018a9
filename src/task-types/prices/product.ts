/** Which product a page is about, and which of its variants: by their URLs, query and all, else the first. */
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';
import { isReference, listed, type NodesById, nodeId, textIn, typesOf } from './schema-org.ts';

export interface PageAddress {
  readonly url: string;
  readonly canonical: string | null;
}

/** A product, and everything that may be an offer of it. */
export interface ChosenProduct {
  readonly node: JsonObject;
  readonly offers: readonly JsonObject[];
}

/** How surely a URL is that of the page: of it alone; by its canonical address; in general; perhaps; not. */
type Closeness = 4 | 3 | 2 | 1 | 0 | -1 | -2;
const ITSELF: Closeness = 4;
const ELSEWHERE: Closeness = -1;
/** The same page for another product or variant. */
const CONFLICTING: Closeness = -2;
const UNKNOWN = 0.5;

/** Null where the page names no product with an offer, or several that all have pages of their own. */
export function chosenProduct(
  nodes: readonly JsonObject[],
  byId: NodesById,
  page: PageAddress,
): ChosenProduct | null {
  const groups = new Map<JsonObject, JsonObject>();
  for (const node of nodes) for (const variant of listed(node.hasVariant, byId)) groups.set(variant, node);
  const products = nodes.filter((node) => isOffered(node) || listed(node.hasVariant, byId).some(isOffered));
  const typed = products.filter((node) => typesOf(node).some((type) => /Product/.test(type)));
  const ranked = [...typed, ...products.filter((node) => !typed.includes(node))].map((node) => ({
    node,
    closeness: closenessOf(node, page) ?? UNKNOWN,
  }));
  const best = ranked.reduce<(typeof ranked)[number] | null>(
    (one, other) => (one === null || other.closeness > one.closeness ? other : one),
    null,
  );
  if (best === null) return bareOffer(nodes);
  if (best.closeness < 0 && ranked.length > 1) return null;
  const group = best.closeness < 2 ? groups.get(best.node) : undefined;
  const node = group ?? best.node;
  return { node, offers: offersOf(node, byId, page) };
}

/** With a price of its own, or an offer. */
function isOffered(node: JsonObject): boolean {
  if (node.offers !== undefined) return true;
  return node.price !== undefined && typesOf(node).some((type) => /Product/.test(type));
}

/** An offer that stands alone: its page names no product. */
function bareOffer(nodes: readonly JsonObject[]): ChosenProduct | null {
  const node = nodes.find((it) => typesOf(it).some((type) => type === 'Offer' || type === 'AggregateOffer'));
  return node === undefined ? null : { node, offers: [node] };
}

/** Those of the product and of its variants; where some are of this very address, these alone. */
function offersOf(node: JsonObject, byId: NodesById, page: PageAddress): readonly JsonObject[] {
  const own = node.offers === undefined && node.price !== undefined ? [node] : listed(node.offers, byId);
  const ofVariants = listed(node.hasVariant, byId).flatMap((variant) =>
    variant.offers === undefined
      ? variant.price === undefined
        ? []
        : [variant]
      : listed(variant.offers, byId),
  );
  const offers = [...own, ...ofVariants].map((offer) => ({
    offer,
    closeness: closenessOfUrl(textIn(offer.url), page),
  }));
  const isQueried = new URL(page.url).search !== '';
  const meant = isQueried ? offers.filter(({ closeness }) => closeness === ITSELF) : [];
  const fitting = meant.length > 0 ? meant : offers.filter(({ closeness }) => closeness !== CONFLICTING);
  return fitting.map(({ offer }) => offer);
}

/** By the URLs of a node, or of its only offer; null where it has none that says anything. */
function closenessOf(node: JsonObject, page: PageAddress): Closeness | null {
  const id = nodeId(node);
  const [offer, another] = Array.isArray(node.offers) ? (node.offers as readonly Json[]) : [node.offers];
  const ofOffer =
    another === undefined && isJsonObject(offer) && !isReference(offer) ? textIn(offer.url) : null;
  // A fragment alone is a name within whatever page it stands in.
  const own = [textIn(node.url), id?.startsWith('#') ? null : id, textIn(node.mainEntityOfPage), ofOffer];
  const known = own.map((url) => closenessOfUrl(url, page)).filter((it) => it !== null);
  return known.length === 0 ? null : (Math.max(...known) as Closeness);
}

function closenessOfUrl(text: string | null, page: PageAddress): Closeness | null {
  if (text === null || !URL.canParse(text, page.url)) return null;
  const url = new URL(text, page.url);
  // A front page is that of the shop.
  if (!/^https?:$/.test(url.protocol) || (pathOf(url) === '' && url.search === '')) return null;
  const direct = compared(url, new URL(page.url));
  if (direct !== ELSEWHERE || page.canonical === null || !URL.canParse(page.canonical, page.url))
    return direct;
  return compared(url, new URL(page.canonical, page.url)) > 0 ? 3 : direct;
}

/** Hosts are no witness: shops have several, and mirrors. */
function compared(url: URL, page: URL): Closeness {
  const [path, pagePath] = [pathOf(url), pathOf(page)];
  if (path !== pagePath) return isEndOf(path, pagePath) || isEndOf(pagePath, path) ? 1 : ELSEWHERE;
  const own = queryOf(url);
  const asked = queryOf(page);
  if ([...own].some(([name, value]) => asked.has(name) && asked.get(name) !== value)) return CONFLICTING;
  if (own.size === 0) return asked.size === 0 ? ITSELF : 2;
  return [...own.keys()].every((name) => asked.has(name)) ? ITSELF : 1;
}

function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

/** `/widget` of `/en/widget`. */
function isEndOf(path: string, whole: string): boolean {
  return path.length > 1 && whole.endsWith(path);
}

function queryOf(url: URL): ReadonlyMap<string, string> {
  return new Map([...url.searchParams].filter(([name]) => !/^(?:utm_|fbclid$|gclid$)/i.test(name)));
}
