// nats-server from its official release. An archive is unpacked only after its SHA-256 was found to be the one
// pinned here or, for a platform without a pin, the one in the release's own SHA256SUMS, read over https.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

const RELEASE = {
  version: '2.15.1',
  base: 'https://github.com/nats-io/nats-server/releases/download',
  /** SHA-256 of the release's .tar.gz, by platform. */
  pins: {
    'linux-amd64': 'bf5edc7b1ce98e885c368cb43a886eb148dc5d0551d99f3cf6141fb5e1954c70',
    'linux-arm64': 'e2fbab4cad7d3c76e3052eb959570393c9d73ba756b70bf8e9eea61e9ae6d49c',
    'linux-arm7': 'ddac3887f9b0e17d657d1124bfd648d2f3d98b8b12a0918a0443eff079d2c238',
    'linux-ppc64le': '4918414d24b16c30e71352e362b2d89e9e47c557514cefb5d4c6f2523cfee73d',
    'linux-s390x': '478644ef83c46f585f9714b05201b5596e718cdd55ef295fb31abef6a71b4646',
  },
};

const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64', arm: 'arm7', ppc64: 'ppc64le', s390x: 's390x' };
/** How long a server may take to begin an answer, and to stay silent within one. */
const CONNECT_TIMEOUT_MS = 5_000;
const SILENCE_TIMEOUT_MS = 20_000;

/**
 * Fetches the release for this platform into a folder; NATS_SERVER_RELEASES in the environment is the base
 * address of a mirror.
 * @param {string} folder
 * @param {{env: NodeJS.ProcessEnv}} context
 * @param {{version: string, base: string, pins: Record<string, string>}} [release]
 * @returns {Promise<string>} path of the executable
 */
export async function fetchRelease(folder, { env }, release = RELEASE) {
  const platform = platformName();
  const base = (env.NATS_SERVER_RELEASES || release.base).replace(/\/+$/, '');
  const archiveName = `nats-server-v${release.version}-${platform}.tar.gz`;
  const expected =
    release.pins[platform] ?? (await listedChecksum(`${base}/v${release.version}/SHA256SUMS`, archiveName));
  const archive = await download(`${base}/v${release.version}/${archiveName}`);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new Error(`${archiveName} has SHA-256 ${actual} instead of ${expected}: refused`);
  }
  const binary = join(folder, 'nats-server');
  writeFileSync(binary, fileInTar(gunzipSync(archive), 'nats-server'));
  return binary;
}

export function platformName(platform = process.platform, arch = process.arch) {
  const architecture = ARCHITECTURES[arch];
  if ((platform !== 'linux' && platform !== 'darwin') || architecture === undefined) {
    throw new Error(`no release is known for ${platform} ${arch}`);
  }
  return `${platform}-${architecture}`;
}

async function listedChecksum(address, archiveName) {
  const { protocol, hostname } = new URL(address);
  if (protocol !== 'https:' && hostname !== '127.0.0.1' && hostname !== 'localhost') {
    throw new Error(`${address}: checksums are only taken over https`);
  }
  const list = (await download(address)).toString('utf8');
  for (const line of list.split('\n')) {
    const [checksum, name] = line.trim().split(/\s+\*?/);
    if (name === archiveName && /^[0-9a-f]{64}$/.test(checksum)) return checksum;
  }
  throw new Error(`${address} lists no checksum for ${archiveName}`);
}

/** @returns {Promise<Buffer>} the whole body; rejects with a sentence on any fault */
async function download(address) {
  const controller = new AbortController();
  const timeoutAfter = (ms, what) =>
    setTimeout(() => controller.abort(new Error(`${address}: ${what} for ${ms / 1000} s`)), ms);
  let timer = timeoutAfter(CONNECT_TIMEOUT_MS, 'no answer');
  try {
    const response = await fetch(address, { signal: controller.signal, redirect: 'follow' });
    if (!response.ok || response.body === null) throw new Error(`${address} answers ${response.status}`);
    const chunks = [];
    for await (const chunk of response.body) {
      clearTimeout(timer);
      timer = timeoutAfter(SILENCE_TIMEOUT_MS, 'nothing more came');
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const announced = response.headers.get('content-length');
    if (
      announced !== null &&
      Number(announced) !== body.length &&
      !response.headers.has('content-encoding')
    ) {
      throw new Error(`${address} ended after ${body.length} of ${announced} bytes`);
    }
    return body;
  } catch (error) {
    if (controller.signal.aborted) throw controller.signal.reason;
    throw error.cause === undefined ? error : new Error(`${address}: ${error.cause.message}`);
  } finally {
    clearTimeout(timer);
  }
}

/** Content of the regular file of this name, in any folder of a ustar archive. */
function fileInTar(tar, name) {
  for (let at = 0; at + 512 <= tar.length; ) {
    const text = (from, length) =>
      tar
        .subarray(at + from, at + from + length)
        .toString('latin1')
        .split('\0')[0];
    const path = text(0, 100);
    const size = Number.parseInt(text(124, 12), 8) || 0;
    const kind = text(156, 1);
    if ((kind === '0' || kind === '') && path.split('/').at(-1) === name) {
      return tar.subarray(at + 512, at + 512 + size);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`no ${name} in the archive`);
}
