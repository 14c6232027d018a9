/** A message of an event trigger as the run that it asks for gets it. */
import type { TriggerMessage } from '../../application/ports/work/trigger-messages.ts';
import { parseExactJson } from '../../domain/shared/exact-json.ts';
import { isStorable, type Json, type JsonObject } from '../../domain/shared/json.ts';

/** Of a run's trigger data, serialised. */
const MAX_BYTES = 64 * 1024;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

export interface ReadMessage {
  /** Undefined where the message is no JSON: no filter lets it through. */
  readonly payload: Json | undefined;
  /** `payload` is the JSON, or the text that the message is, null for an empty one. */
  readonly trigger_data: JsonObject;
}

/** Or why nothing can be run with it. */
export function readMessage(message: TriggerMessage): ReadMessage | { readonly unfit: string } {
  if (message.payload.length > MAX_BYTES) return { unfit: 'larger than 64 KiB' };
  let text: string;
  try {
    text = UTF8.decode(message.payload);
  } catch {
    return { unfit: 'not UTF-8' };
  }
  const payload = parsed(text);
  if (payload !== undefined && !isStorable(payload)) {
    return { unfit: 'nested too deep, a number out of range, or half a surrogate pair' };
  }
  const { subject, sequence, published_at } = message;
  const shown = payload ?? (text === '' ? null : text);
  const trigger_data = { subject, sequence, published_at, payload: shown };
  if (Buffer.byteLength(JSON.stringify(trigger_data)) > MAX_BYTES) return { unfit: 'larger than 64 KiB' };
  return { payload, trigger_data };
}

function parsed(text: string): Json | undefined {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}
