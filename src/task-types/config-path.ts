import type { Json, JsonObject } from '../domain/shared/json.ts';
import type { SecretPath } from './executor.ts';
import { isJsonObject } from './foreign/foreign-json.ts';

/** Names match in any case: `authorization: ***` keeps what was stored as `Authorization`. */
export function valueAt(config: JsonObject, path: SecretPath): Json | undefined {
  return path.reduce<Json | undefined>((value, name) => {
    if (!isJsonObject(value)) return undefined;
    if (Object.hasOwn(value, name)) return value[name];
    const same = Object.keys(value).find((key) => key.toLowerCase() === name.toLowerCase());
    return same === undefined ? undefined : value[same];
  }, config);
}
