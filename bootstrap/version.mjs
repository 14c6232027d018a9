import { run } from './run.mjs';

/** The least nats-server that the service works with: atomic batches, batched direct get. */
export const LEAST_VERSION = '2.12.0';

/**
 * The version a nats-server binary says it has, as `2.15.1`.
 * @param {string} binary
 * @returns {Promise<string>} rejects when it does not run here or says something else
 */
export async function versionOf(binary) {
  const { code, output } = await run(binary, ['--version'], { timeoutMs: 10_000 });
  const version = /^nats-server: v(\d+\.\d+\.\d+)/m.exec(output)?.[1];
  if (code !== 0 || version === undefined) {
    throw new Error(`${binary} --version ended with ${code} and said: ${output.trim().slice(0, 200)}`);
  }
  return version;
}

/**
 * @param {string} a
 * @param {string} b
 * @returns {number} below, above or 0, as a sorts before, after or with b
 */
export function compareVersions(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let part = 0; part < 3; part++) {
    if (left[part] !== right[part]) return left[part] - right[part];
  }
  return 0;
}

/** @param {string} version */
export function isNewEnough(version) {
  return compareVersions(version, LEAST_VERSION) >= 0;
}
