/** As Standard Webhooks writes it: what a receiver verifies with. */
export function platformSigningSecret(signingKey: Uint8Array): string {
  return `whsec_${Buffer.from(signingKey).toString('base64')}`;
}
