/** Who a device that wants to log in acts for. */
import type { UserId } from '../../domain/shared/ids.ts';

export type DeviceLogin =
  /** `expiresAt`: seconds since 1970; null: what was shown does not say. */
  | { readonly kind: 'user'; readonly userId: UserId; readonly expiresAt: number | null }
  /** The sentence holds nothing of what was shown. */
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Judges what a device shows as its password: a user's token or API key. `address`: where it connects from, '' where
 * that is not known. Never rejects.
 */
export type VerifyDevice = (password: string, address: string) => Promise<DeviceLogin>;
