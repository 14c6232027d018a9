/** This instance in Consul's catalogue, where one is configured. */
import { ConsulRegistration } from '../../observability/consul.ts';
import { registrationOf } from '../config/consul-config.ts';
import type { Parts, Stops } from '../parts.ts';
import { VERSION } from '../version.ts';

export function registerInConsul({ config, instance, roles, health, logger }: Parts, stops: Stops): void {
  if (config.consul === null) return;
  const port = roles.api?.status().port ?? null;
  const consul = new ConsulRegistration({
    ...registrationOf(config.consul, { instance, host: config.host, port }),
    roles: [...config.roles],
    version: VERSION,
    ready: () => health.ready(),
    logger: logger.child({ component: 'consul' }),
  });
  consul.start();
  stops.push(() => consul.stop());
}
