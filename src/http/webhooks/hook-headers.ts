/** The headers of a webhook's call, as its run is told them. */
import type { JsonObject } from '../../domain/shared/json.ts';
import { isCredentialName } from '../../kernel/credential-names.ts';

const MAX_HEADERS = 64;
const MAX_CHARACTERS = 1_024;

/** What belongs to the way here, not to the message. */
const OF_THE_WAY =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-length|accept-encoding|expect|via|forwarded|x-forwarded-.*|x-real-ip|proxy-.*|traceparent|tracestate)$/;

/** By their names in lower case, the first 64, each cut at 1,024 characters; none that is likely to carry a credential. */
export function shownHeaders({ headers }: Request): JsonObject {
  const shown = [...headers]
    .filter(([name]) => !OF_THE_WAY.test(name) && !isCredentialName(name))
    .slice(0, MAX_HEADERS)
    .map(([name, value]) => [name, value.slice(0, MAX_CHARACTERS).toWellFormed()] as const);
  return Object.fromEntries(shown);
}
