const PART =
  /(^|[-_])(auth|authorization|authentication|cookie|token|secret|key|password|passwd|pass|credentials?|signature|session|jwt)([-_]|$)/i;
const END = /(token|secret|key|password|signature|cookie|authorization)$/i;
const HARMLESS: readonly string[] = ['idempotency-key'];

/**
 * Whether a header of that name is likely to carry a credential (`Authorization`, `Cookie`, `X-API-Key`,
 * `webhook-signature`, …): it is shown as `***` and never sent on to another origin.
 */
export function isCredentialName(header: string): boolean {
  return !HARMLESS.includes(header.toLowerCase()) && (PART.test(header) || END.test(header));
}
