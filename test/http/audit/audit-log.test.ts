import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseCheckpoint } from '../../../src/history/audit/checkpoint.ts';
import { entryLeaf } from '../../../src/history/audit/entry.ts';
import { parseEntryLine } from '../../../src/history/audit/lines.ts';
import { leafHash, rootAt } from '../../../src/history/audit/merkle.ts';
import { openNote } from '../../../src/history/audit/note.ts';
import { checkProof } from '../../../src/history/audit/proof.ts';
import { nodesOf, type TilePlace, tilePath } from '../../../src/history/audit/tiles.ts';
import { AUDIT_SIGNER, signCheckpoint } from '../../support/audit-signer.ts';
import { BOB, sharedStack, signed, stack } from '../../support/parts/stack.ts';

const api = sharedStack();
const LOG = '/api/v1/audit/log';

async function auditor() {
  return {
    user: null,
    headers: { authorization: `Bearer ${await signed({ sub: 'a', roles: ['auditor'] })}` },
  };
}

async function bytes(path: string): Promise<Buffer> {
  const { headers } = await auditor();
  const response = await api().app.request(`${LOG}/${path}`, { headers });
  expect([path, response.status]).toEqual([path, 200]);
  return Buffer.from(await response.arrayBuffer());
}

async function task(name = 'Buy milk'): Promise<string> {
  return (await api().call('POST', '/api/v1/tasks', { body: { name, task_type: 'todo' } })).body.task_id;
}

describe('the signed log', () => {
  it('is read by tiles that any verifier makes its root of, and entries that its leaves are made of', async () => {
    expect((await api().call('GET', `${LOG}/checkpoint`, await auditor())).status).toBe(404);
    const first = await task();
    for (let n = 0; n < 300; n++) {
      await api().call('PATCH', `/api/v1/tasks/${first}`, { body: { name: `Buy ${n}` } });
    }
    await signCheckpoint(api());
    const { text, headers } = await api().call('GET', `${LOG}/checkpoint`, await auditor());
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const opened = openNote(text, [AUDIT_SIGNER.verifier]);
    const head = parseCheckpoint(opened.kind === 'signed' ? opened.text : '');
    expect(head?.size).toBe((await api().lastSequence()) - 1);
    const { size, root } = head as NonNullable<typeof head>;
    const tile = (place: TilePlace) => bytes(`tile/${place.level}/${tilePath(place)}`);
    expect(await rootAt(nodesOf(tile, size), size)).toEqual(root);
    const bundle = await bytes('tile/entries/000');
    const leaves: Buffer[] = [];
    for (let at = 0; at < bundle.length; ) {
      const end = at + 2 + bundle.readUInt16BE(at);
      leaves.push(leafHash(bundle.subarray(at + 2, end)));
      at = end;
    }
    expect(Buffer.concat(leaves)).toEqual(await tile({ level: 0, index: 0, width: 256 }));
    const status = async (path: string) =>
      (await api().call('GET', `${LOG}/${path}`, await auditor())).status;
    for (const path of [
      'tile/0/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/64/000',
      'tile/0/x000/000',
      'tile/2/000',
    ]) {
      expect([path, await status(path)]).toEqual([path, 404]);
    }
    expect(await status(`tile/0/001.p/${size - 256}`)).toBe(200);
    expect(await status(`tile/0/001.p/${size - 255}`)).toBe(404);
  });

  it('is for auditors, and its hashes for everybody only where that is said', async () => {
    await task();
    await signCheckpoint(api());
    for (const path of ['checkpoint', 'tile/0/000.p/1', 'tile/entries/000.p/1']) {
      expect([path, (await api().call('GET', `${LOG}/${path}`)).status]).toEqual([path, 403]);
    }
    const open = await stack({ server: api().server, replace: () => ({ auditPublic: true }) });
    const status = async (path: string) => (await open.call('GET', `${LOG}/${path}`, { user: null })).status;
    expect([await status('checkpoint'), await status('tile/0/000.p/1')]).toEqual([200, 200]);
    expect(await status('tile/entries/000.p/1')).toBe(401);
  });
});

describe('a proof of a task', () => {
  it('is its events, and that the last of them is in the signed log, for its owner and auditors', async () => {
    const id = await task();
    const path = `/api/v1/audit/proof/${id}`;
    const early = await api().call('GET', path);
    expect([early.status, early.body.error_code]).toEqual([409, 'NOT_YET_SIGNED']);
    await api().call('PATCH', `/api/v1/tasks/${id}`, { body: { name: 'Buy bread' } });
    await signCheckpoint(api());
    await api().call('PATCH', `/api/v1/tasks/${id}`, { body: { name: 'later' } });
    const { status, text } = await api().call('GET', path);
    expect(status).toBe(200);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => parseEntryLine(Buffer.from(line)));
    expect(lines.map(({ kind }) => kind)).toEqual(['entry', 'entry', 'proof']);
    const [, last, proof] = lines;
    if (last?.kind !== 'entry' || proof?.kind !== 'proof') throw new Error('no proof');
    expect(
      checkProof(proof.text, entryLeaf(last), (note) => openCheckpoint(note, AUDIT_SIGNER.verifier)),
    ).toMatchObject({
      kind: 'proven',
      index: last.sequence - 1,
    });
    expect((await api().call('GET', path, await auditor())).text).toBe(text);
    expect((await api().call('GET', path, { user: BOB })).status).toBe(404);
    expect((await api().call('GET', `${path.slice(0, -1)}`)).status).toBe(404);
  });
});
