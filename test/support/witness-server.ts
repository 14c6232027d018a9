/**
 * A witness as c2sp.org/tlog-witness describes it, on loopback. Whether a log has only grown it sees by code of its own, straight
 * from the definition in RFC 6962, 2.1.2, and nothing of the service's.
 */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const parent = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right);

export interface Cosigned {
  readonly size: number;
  readonly root: string;
}

export interface WitnessServer {
  readonly name: string;
  /** As a policy has it. */
  readonly vkey: string;
  readonly url: string;
  readonly host: string;
  /** What it cosigned last, and how often it was asked, and at most at once. */
  readonly last: Cosigned | null;
  readonly asked: number;
  readonly mostAtOnce: number;
  /** Statuses in the order in which it answered. */
  readonly answers: readonly number[];
  /** Seconds that its clock is ahead. */
  clockAhead: number;
  /** A bad day: answers in its place. It may call `well` to have the request handled as usual. */
  badDay: ((response: ServerResponse, well: () => void) => void) | null;
  /** Forgets, or believes that it has cosigned. */
  believe(cosigned: Cosigned | null): void;
  stop(): Promise<void>;
}

/** Cosigns checkpoints of the log whose verifier key this is. */
export async function startWitness(name: string, logKeys: () => readonly string[]): Promise<WitnessServer> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const id = sha256(Buffer.from(`${name}\n`), Buffer.of(4), raw).subarray(0, 4);
  const state = {
    last: null as Cosigned | null,
    asked: 0,
    atOnce: 0,
    mostAtOnce: 0,
    answers: [] as number[],
  };

  function handled(body: string): { status: number; type?: string; text?: string } {
    const split = body.indexOf('\n\n');
    const [first = '', ...proof] = body.slice(0, split).split('\n');
    const [, digits] = /^old (0|[1-9]\d*)$/.exec(first) ?? [];
    if (split < 0 || digits === undefined || proof.length > 63) return { status: 400 };
    const note = body.slice(split + 2);
    const end = note.indexOf('\n\n');
    const text = note.slice(0, end + 1);
    const [origin, size = '', root = ''] = text.split('\n');
    const known = logKeys()
      .map(parseKey)
      .filter((key) => key.name === origin);
    if (known.length === 0) return { status: 404 };
    const signatures = note
      .slice(end + 2)
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' '));
    const isSigned = signatures.some(([dash, by, encoded = '']) => {
      const bytes = Buffer.from(encoded, 'base64');
      const key = known.find((one) => one.name === by && one.id === bytes.subarray(0, 4).toString('hex'));
      return dash === '—' && key !== undefined && verify(null, Buffer.from(text), key.key, bytes.subarray(4));
    });
    if (!isSigned) return { status: 403 };
    const [old, now] = [Number(digits), Number(size)];
    if (old > now) return { status: 400 };
    if (old !== (state.last?.size ?? 0)) {
      return { status: 409, type: 'text/x.tlog.size', text: `${state.last?.size ?? 0}\n` };
    }
    const hashes = proof.map((line) => Buffer.from(line, 'base64'));
    if (!hasGrown(state.last, { size: now, root }, hashes)) return { status: 422 };
    state.last = { size: now, root };
    const time = Math.floor(Date.now() / 1_000) + witness.clockAhead;
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time));
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
    return { status: 200, text: `— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n` };
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    state.asked++;
    state.mostAtOnce = Math.max(state.mostAtOnce, ++state.atOnce);
    response.once('close', () => state.atOnce--);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const well = () => {
        const isAdd = request.method === 'POST' && request.url === '/w/add-checkpoint';
        const { status, type, text } = isAdd ? handled(Buffer.concat(chunks).toString()) : { status: 404 };
        state.answers.push(status);
        response.writeHead(status, { 'content-type': type ?? 'text/plain; charset=utf-8' }).end(text ?? '');
      };
      if (witness.badDay === null) well();
      else witness.badDay(response, well);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const witness: WitnessServer = {
    name,
    vkey: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(4), raw]).toString('base64')}`,
    url: `http://${host}/w`,
    host,
    get last() {
      return state.last;
    },
    get asked() {
      return state.asked;
    },
    get mostAtOnce() {
      return state.mostAtOnce;
    },
    answers: state.answers,
    clockAhead: 0,
    badDay: null,
    believe: (cosigned) => {
      state.last = cosigned;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  onTestFinished(() => witness.stop());
  return witness;
}

function parseKey(vkey: string): { name: string; id: string; key: KeyObject } {
  // In base64 a plus may come too.
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([^+]+)\+(.+)$/.exec(vkey) ?? [];
  const spki = Buffer.concat([
    Buffer.from('302a300506032b6570032100', 'hex'),
    Buffer.from(encoded, 'base64').subarray(1),
  ]);
  return { name, id, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

function hasGrown(older: Cosigned | null, newer: Cosigned, proof: readonly Buffer[]): boolean {
  if (older === null || older.size === 0) return proof.length === 0;
  const oldRoot = Buffer.from(older.root, 'base64');
  const left = [...proof];
  const next = () => {
    const hash = left.shift();
    if (hash?.length !== 32) throw new RangeError('the proof is too short');
    return hash;
  };
  // SUBPROOF(m, D[n], b): the hashes of the first m and of all n leaves.
  const both = (m: number, n: number, whole: boolean): [Buffer, Buffer] => {
    if (m === n) {
      const hash = whole ? oldRoot : next();
      return [hash, hash];
    }
    let k = 1;
    while (k * 2 < n) k *= 2;
    if (m <= k) {
      const [was, is] = both(m, k, whole);
      return [was, parent(is, next())];
    }
    const [was, is] = both(m - k, n - k, false);
    const sibling = next();
    return [parent(sibling, was), parent(sibling, is)];
  };
  try {
    const [was, is] = both(older.size, newer.size, true);
    return left.length === 0 && was.equals(oldRoot) && is.toString('base64') === newer.root;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
