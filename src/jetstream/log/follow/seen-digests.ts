/** What the tail of this process has taken last, for the tree over the log: subjects and hashes without the bodies. */
import type { EntryDigest, RecentDigests } from '../../../application/ports/log/audit.ts';
import type { Sequence } from '../../../domain/shared/ids.ts';
import type { LogMessage } from './log-message.ts';

/** What a burst appends between two checkpoints; some 200 bytes each. */
const KEPT = 8_192;

export class SeenDigests implements RecentDigests {
  #digests: EntryDigest[] = [];

  /** In the order of the log; after a gap nothing from before it is known any more. */
  add(messages: readonly LogMessage[]): void {
    for (const { sequence, subject, hash } of messages) {
      const last = this.#digests.at(-1);
      if (last !== undefined && sequence !== last.sequence + 1) this.#digests = [];
      this.#digests.push({ sequence, subject, hash });
    }
    // Not for each message: moving what stays costs as much as it is long.
    if (this.#digests.length >= 2 * KEPT) this.#digests = this.#digests.slice(-KEPT);
  }

  forget(): void {
    this.#digests = [];
  }

  between(after: Sequence, through: Sequence): readonly EntryDigest[] | null {
    const first = this.#digests[0]?.sequence ?? Number.POSITIVE_INFINITY;
    const last = this.#digests.at(-1)?.sequence ?? 0;
    if (after + 1 < first || through > last) return null;
    return this.#digests.slice(after + 1 - first, through + 1 - first);
  }
}
