/**
 * The document of a feed, whatever surrounds it, parsed. The parser expands no entities of a document's own and loads
 * nothing; what it accepts although it is cut off in the middle is refused here.
 */
import { type AnyFeed, DetectError, MalformedError, ParseError, parseFeed } from 'feedsmith';
import type { Json, JsonObject } from '../../domain/shared/json.ts';
import { ExecutionFailure } from '../executor.ts';
import { isJsonObject } from '../foreign/foreign-json.ts';
import { parseLooseJson } from '../foreign/loose-json.ts';

/** Throws ExecutionFailure FEED_INVALID. */
export function parsedFeed(document: string): AnyFeed {
  const text = document.replace(/^[\s\ufeff\0]+/, '');
  if (text.startsWith('{')) return parsedJson(text);
  const whole = upToItsEnd(text);
  try {
    const parsed = parseFeed(whole ?? text);
    if (whole !== null) return parsed;
  } catch (cause) {
    throw invalid(cause);
  }
  throw new ExecutionFailure('FEED_INVALID', 'the feed ends in the middle', { retryable: true });
}

function invalid(cause: unknown): unknown {
  if (cause instanceof DetectError) {
    return new ExecutionFailure('FEED_INVALID', 'the answer is not a feed', { retryable: false, cause });
  }
  const isFault =
    cause instanceof MalformedError || cause instanceof ParseError || cause instanceof RangeError;
  if (!isFault) return cause;
  if (cause instanceof MalformedError && /external entit/i.test(String((cause.cause as Error)?.message))) {
    const message = 'the feed wants something loaded into it (an external entity), which is never done';
    return new ExecutionFailure('FEED_INVALID', message, { retryable: false, cause });
  }
  return new ExecutionFailure('FEED_INVALID', 'the feed is malformed', { retryable: true, cause });
}

const ROOT = /<(?:[\w.-]+:)?(?:rss|feed|rdf)(?=[\s>/])/i;
/** What may hold anything, end tags too. */
const OPAQUE = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;
const TAG = /<(\/?)(?:[\w.-]+:)?(?:rss|feed|rdf)(?=[\s>/])[^>]*>/iy;

/** Without the scripts, comments and other feeds that servers add; null where its end is missing. */
function upToItsEnd(text: string): string | null {
  let depth = 0;
  let at = ROOT.exec(text)?.index ?? -1;
  while (at >= 0) {
    const opaque = OPAQUE.find(([begins]) => text.startsWith(begins, at));
    if (opaque !== undefined) {
      const end = text.indexOf(opaque[1], at + opaque[0].length);
      if (end < 0) return null;
      at = text.indexOf('<', end + opaque[1].length);
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(text);
    if (tag !== null) {
      if (tag[1] === '/') depth--;
      else if (!tag[0].endsWith('/>')) depth++;
      if (depth === 0) return text.slice(0, TAG.lastIndex);
    }
    at = text.indexOf('<', at + 1);
  }
  return null;
}

function parsedJson(text: string): AnyFeed {
  const json = parseLooseJson(text.replace(/\}[^}]*$/, '}'));
  if (json === undefined) {
    const message = text.includes('}') ? 'the feed is malformed' : 'the feed ends in the middle';
    throw new ExecutionFailure('FEED_INVALID', message, { retryable: true });
  }
  const rss = isJsonObject(json) && isJsonObject(json.rss) ? json.rss : null;
  if (rss !== null && isJsonObject(rss.channel)) return rssInJson(rss.channel);
  try {
    return parseFeed(JSON.stringify(json));
  } catch (cause) {
    throw invalid(cause);
  }
}

/** RSS in JSON: the elements of RSS 2.0 as members, one item as itself and several as a list. */
function rssInJson(channel: JsonObject): AnyFeed {
  const given = channel.item ?? channel.items ?? [];
  const items = (Array.isArray(given) ? (given as readonly Json[]) : [given]).filter(isJsonObject);
  const feed = {
    items: items.map((item) => {
      const guid = textOfMember(item.guid);
      return {
        ...member('title', textOfMember(item.title)),
        ...member('link', textOfMember(item.link)),
        ...member('description', textOfMember(item.description)),
        ...member('pubDate', textOfMember(item.pubDate)),
        ...(guid === null ? {} : { guid: { value: guid } }),
        categories: [item.category ?? []].flat().flatMap((it) => {
          const name = textOfMember(it as Json);
          return name === null ? [] : [{ name }];
        }),
      };
    }),
  };
  return { format: 'rss', feed } as unknown as AnyFeed;
}

function member(name: string, text: string | null): Record<string, string> {
  return text === null ? {} : { [name]: text };
}

/** Elements with attributes are objects, whose text has one of these names. */
function textOfMember(value: Json | undefined): string | null {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (!isJsonObject(value)) return null;
  return textOfMember(value['#value'] ?? value['#text'] ?? value._ ?? value.$t);
}
