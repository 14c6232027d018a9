import { run } from '../run.mjs';

/**
 * The least nats-server of each line that has one, oldest first: what the service works with (atomic batches, batched
 * direct get) and no advisory is known of. Lines between and before them have none, later lines are all right.
 * Named here and nowhere else. Last raised for GHSA-jxxm-27vp-c3m5, GHSA-fcjp-h8cc-6879 and GHSA-7qmq-8cc4-hxwg: what
 * devices get by MQTT.
 */
const LEAST_VERSIONS = ['2.12.12', '2.14.3'];

/** `2.12.12, 2.14.3 or later` */
export const LEAST_TEXT = `${LEAST_VERSIONS.join(', ')} or later`;

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

/** @param {string} version as `2.15.1`; what follows the numbers (`-preview.1`) counts for nothing */
export function isNewEnough(version) {
  const numbers = /^\d+\.\d+\.\d+/.exec(version)?.[0];
  if (numbers === undefined) return false;
  const least = LEAST_VERSIONS.find((one) => lineOf(one) === lineOf(numbers)) ?? LEAST_VERSIONS.at(-1) ?? '';
  return compareVersions(numbers, least) >= 0;
}

function lineOf(version) {
  return version.split('.').slice(0, 2).join('.');
}
