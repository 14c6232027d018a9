// Which executables of nats-server in the cache are run: those whose SHA-256 is pinned here, or was noted beside them
// when they were fetched, right after their archive's checksum or apt had vouched for them. So what was damaged, and
// what somebody only put there, is not run. (Whoever may write as this user can write the note too.)
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';

/** Of the packages that distributions have, by where they were seen. */
const PINNED = {
  'Debian forky, 2.15.1, amd64': '25379e8f6ff59d0f9b96f06b3572da8c513dfe97fe54f693bb03aa802b87480c',
};

/** @param {string} binary */
export function sha256Of(binary) {
  return createHash('sha256').update(readFileSync(binary)).digest('hex');
}

/**
 * Notes that an executable with this checksum was verified. Several processes may note at once.
 * @param {string} binary where it will be
 * @param {string} sha256
 */
export function noteChecksum(binary, sha256) {
  appendFileSync(noteOf(binary), `${sha256}\n`, { mode: 0o600 });
}

/** @param {string} binary */
export function isVerified(binary) {
  const sha256 = sha256Of(binary);
  return Object.values(PINNED).includes(sha256) || notedFor(binary).includes(sha256);
}

function notedFor(binary) {
  try {
    return readFileSync(noteOf(binary), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function noteOf(binary) {
  return `${binary}.sha256`;
}
