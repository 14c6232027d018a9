/** Figures as the table shows them. */

import type { Load } from '../load/http-load.ts';
import type { Spent } from './cores.ts';

export function shown({ perSecond, p50Ms, p95Ms, p99Ms, others }: Load): string {
  if (others > 0) throw new Error(`${others} answers were not as expected`);
  return `${whole(perSecond)} / s, p50 ${ms(p50Ms)}, p95 ${ms(p95Ms)}, p99 ${ms(p99Ms)}`;
}

/** Of one of so many operations. */
export function each(spent: Spent | null, operations: number): string {
  if (spent === null) return '';
  const { serviceMs, serverMs } = spent;
  const [service, server] = [serviceMs / operations, serverMs / operations];
  return `${(service + server).toFixed(2)} ms (${service.toFixed(2)} + ${server.toFixed(2)})`;
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

export function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ms`;
}
