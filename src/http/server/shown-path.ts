/**
 * A path as it may be logged, traced and answered. The token of a webhook stands in its path, and whoever mistypes the
 * rest of it must not find it in a log: `/hooks.TOKEN`, `/hooks%20/TOKEN`, `/%2568ooks/TOKEN`, `/tasks/TOKEN`. So a path
 * is looked at as it is and with each layer of percent-encoding taken off, and what a secret is found in is shown without.
 */
import { maskTokens } from '../../kernel/secret-tokens.ts';

const LAYERS = 5;
/** What stands behind `hooks`, whole or not. */
const BEHIND_HOOKS = /(\/hooks[^\w-]+).+$/is;
/** Tokens of before they had a prefix: nothing else in a path is so long. Of a calendar feed, user and secret. */
const LONG = /[\w-]{65,}/g;
const FEED = /[\w-]{1,340}\.[\w-]{43}(?![\w-])/g;

export function shownPath(path: string): string {
  let layer = path;
  for (let count = 0; count < LAYERS; count++) {
    const masked = maskTokens(layer).replace(BEHIND_HOOKS, '$1***').replace(FEED, '***').replace(LONG, '***');
    if (masked !== layer) return masked;
    const decoded = layer.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (decoded === layer) break;
    layer = decoded;
  }
  return path;
}

/** The path as a URI reference (RFC 3986): what may not stand in one is percent-encoded, and it names no host. */
export function pathReference(path: string): string {
  const encoded = path.replace(/%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9_.~!$&'()*+,;=:@/%-]/gu, (one) =>
    [...Buffer.from(one)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
  return encoded.startsWith('//') ? `/.${encoded}` : encoded;
}
