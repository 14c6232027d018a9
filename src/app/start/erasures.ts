/** Erasures of users that were begun are finished before anything is served, and what came back from a backup goes again. */
import type { Logger } from 'pino';
import { Erasures, type ErasuresDeps } from '../../application/processes/erasures.ts';
import type { UserId } from '../../domain/shared/ids.ts';
import type { UserKeys } from '../../jetstream/codec/user-keys.ts';
import { JetStreamErasedStores } from '../../jetstream/erasure/erase-user.ts';
import { readLastFacts } from '../../jetstream/log/follow/user-fact-signals.ts';
import type { NatsAccess } from './nats-access.ts';

export type ErasingParts = Omit<ErasuresDeps, 'stores' | 'reports'> & {
  readonly logger: Logger;
  readonly nc: NatsAccess['nc'];
  readonly keys: UserKeys;
  /** Whether people's devices are told. */
  readonly hasDevices: boolean;
};

export function erasuresOf(parts: ErasingParts, isRelayed: boolean): Erasures {
  const { nc, keys, hasDevices, logger, ...deps } = parts;
  const stores = new JetStreamErasedStores({ nc, keys, isRelayed, hasDevices });
  return new Erasures({
    ...deps,
    stores,
    reports: {
      erased: (counts) => logger.info({ erased: counts }, 'a user is erased'),
      keyWasBack: () => logger.warn('the key of an erased user was back: it is destroyed again'),
      tryingAgain: (err) => logger.warn({ err }, 'erasing a user is tried again'),
    },
  });
}

/** Throws LogUnavailable. */
export async function finishErasures(parts: ErasingParts): Promise<void> {
  const erased: UserId[] = [];
  await readLastFacts(parts.nc, {
    onTier: () => {},
    onDeleted: () => {},
    onErasure: (userId, stage) => {
      if (stage !== 'requested') erased.push(userId);
    },
  });
  await erasuresOf(parts, false).finish(erased);
}
