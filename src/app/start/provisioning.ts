/** What the configuration asks of the server's streams, the same for the service and for each command. */

import {
  type Declaration,
  loadDeclarations,
  type Wanted,
} from '../../jetstream/provisioning/declarations.ts';
import { type ProvisionReport, provision } from '../../jetstream/provisioning/provision.ts';
import { replicasCarried } from '../../jetstream/provisioning/replicas.ts';
import { PUBLISHED_STREAM } from '../../jetstream/publishing/published-stream.ts';
import type { Config } from '../config/config.ts';
import type { NatsAccess } from './nats-access.ts';

/** What other services tell. */
export const INBOX_STREAM = 'PLATFORM_EVENTS';

export type ProvisioningConfig = Pick<
  Config,
  'replicas' | 'notificationServiceUrl' | 'walletServiceUrl' | 'calendarServiceUrl' | 'platformSubjects'
>;

export interface Provisioning {
  readonly replicas: number;
  readonly declarations: readonly Declaration[];
  readonly report: ProvisionReport;
}

/** Throws as `provision`. */
export async function provisionAs(config: ProvisioningConfig, nc: NatsAccess['nc']): Promise<Provisioning> {
  const replicas = config.replicas ?? (await replicasCarried(nc));
  const declarations = await loadDeclarations(undefined, wantedBy(config));
  return { replicas, declarations, report: await provision(nc, { replicas, declarations }) };
}

/** Of all that, only these streams, for a command beside a service that has made the others. Throws as `provision`. */
export async function provisionOnly(
  { replicas }: Pick<Config, 'replicas'>,
  nc: NatsAccess['nc'],
  names: readonly string[],
): Promise<void> {
  const declarations = (await loadDeclarations()).filter(({ name }) => names.includes(name));
  await provision(nc, { replicas: replicas ?? (await replicasCarried(nc)), declarations });
}

/** Consumers only of services that are called. */
export function wantedBy(config: Omit<ProvisioningConfig, 'replicas'>): Wanted {
  const { notificationServiceUrl, walletServiceUrl, calendarServiceUrl, platformSubjects } = config;
  const urls = {
    notification: notificationServiceUrl,
    wallet: walletServiceUrl,
    calendar: calendarServiceUrl,
  };
  const called = Object.entries(urls).filter(([, url]) => url !== null);
  return {
    subjects: { [INBOX_STREAM]: platformSubjects },
    consumers: called.map(([name]) => `${PUBLISHED_STREAM}/${name}`),
  };
}
