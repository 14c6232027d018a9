/**
 * Who may see how the service is inside: its parts, its figures. On loopback everybody may, for nobody else comes there;
 * on any other address an administrator, or who shows the token that is for nothing else (a Prometheus).
 */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface MonitoringSettings {
  /** Whether it listens on loopback only. */
  readonly isOpen: boolean;
  /** `MONITORING_TOKEN`; null: administrators only. */
  readonly token: string | null;
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Whether the request shows the token. */
export function showsMonitoringToken(request: Request, { token }: MonitoringSettings): boolean {
  const shown = BEARER.exec(request.headers.get('authorization') ?? '')?.[1];
  return token !== null && shown !== undefined && timingSafeEqual(sha256(shown), sha256(token));
}

/** `HOST` as an address of the machine itself. */
export function isLoopback(host: string): boolean {
  return /^(127(\.\d{1,3}){3}|\[?::1\]?|localhost)$/i.test(host);
}

/** Equal lengths for the comparison in constant time. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
