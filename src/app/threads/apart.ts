import type { RoleName } from '../config/schemas.ts';

/** Whether REST has a thread of its own: where there are roles that it could hold up. The projector has one anyway. */
export function isApiApart(roles: ReadonlySet<RoleName>): boolean {
  return roles.has('api') && (['scheduler', 'worker', 'relay'] as const).some((role) => roles.has(role));
}
