import type { Caller } from './auth.ts';
import { Problem } from './problem.ts';

export function isAdmin({ roles }: Caller): boolean {
  return roles.includes('admin');
}

/** Throws 403 for everybody who is no administrator. */
export function requireAdmin(caller: Caller): void {
  if (isAdmin(caller)) return;
  throw new Problem('ROLE_REQUIRED', {
    detail: 'This takes the role admin.',
    members: { required: 'admin' },
  });
}
