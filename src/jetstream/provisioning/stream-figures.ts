import type { NatsConnection } from '@nats-io/transport-node';
import { jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';
import { loadDeclarations } from './declarations.ts';

export interface StreamFigures {
  readonly name: string;
  readonly messages: number;
  /** On disk. */
  readonly bytes: number;
  readonly last_sequence: number;
}

interface StreamInfo {
  readonly state: { readonly messages: number; readonly bytes: number; readonly last_seq: number };
}

/** What one stream takes on disk. Throws LogUnavailable. */
export async function streamBytes(nc: NatsConnection, name: string): Promise<number> {
  try {
    return (await jetstreamApi<StreamInfo>(nc, `STREAM.INFO.${name}`)).state.bytes;
  } catch (error) {
    throw unavailableOr(error);
  }
}

/** How much every declared stream holds, and each of `others`. Throws LogUnavailable. */
export async function streamFigures(
  nc: NatsConnection,
  others: readonly string[] = [],
): Promise<StreamFigures[]> {
  const declared = (await loadDeclarations()).map(({ name }) => name);
  try {
    return await Promise.all(
      [...declared, ...others].map(async (name) => {
        const { state } = await jetstreamApi<StreamInfo>(nc, `STREAM.INFO.${name}`);
        return { name, messages: state.messages, bytes: state.bytes, last_sequence: state.last_seq };
      }),
    );
  } catch (error) {
    throw unavailableOr(error);
  }
}
