import type { NatsConnection } from '@nats-io/transport-node';
import type { StorageFigures } from '../../application/ports/measures.ts';
import { jetstreamApi } from '../connection/api.ts';
import { unavailableOr } from '../connection/errors.ts';

interface AccountInfo {
  readonly storage: number;
  readonly limits: { readonly max_storage: number };
}

/** How much of its file storage the account has taken. Throws LogUnavailable. */
export async function storageFigures(nc: NatsConnection): Promise<StorageFigures> {
  try {
    const { storage, limits } = await jetstreamApi<AccountInfo>(nc, 'INFO');
    return { used: storage, limit: limits.max_storage > 0 ? limits.max_storage : null };
  } catch (error) {
    throw unavailableOr(error);
  }
}
