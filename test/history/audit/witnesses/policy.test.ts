import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedCheckpoint } from '../../../../src/history/audit/checkpoint.ts';
import { parseSignerKey, type SignerKey, signerKeyText } from '../../../../src/history/audit/note.ts';
import { parseCosignerKey } from '../../../../src/history/audit/witnesses/cosignature.ts';
import {
  openTrusted,
  parsePolicy,
  type TrustPolicy,
} from '../../../../src/history/audit/witnesses/policy.ts';

const LOG = parseSignerKey(signerKeyText('log.example', Buffer.alloc(32, 3))) as SignerKey;

interface Cosigner {
  readonly name: string;
  readonly vkey: string;
  readonly id: Buffer;
  readonly key: KeyObject;
}

function cosigner(name: string): Cosigner {
  const { publicKey, privateKey: key } = generateKeyPairSync('ed25519');
  const typed = Buffer.concat([
    Buffer.of(4),
    publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
  ]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
  return { name, vkey: `${name}+${id.toString('hex')}+${typed.toString('base64')}`, id, key };
}

function cosign(note: string, { name, id, key }: Cosigner, time = 1_679_315_147n): string {
  const text = `${note.split('\n\n')[0]}\n`;
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(time);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key);
  return `${note}— ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`;
}

const [X1, X2, X3, Y1, Y2] = ['X1', 'X2', 'X3', 'Y1', 'Y2'].map((name) => cosigner(`${name}.example/w`)) as [
  Cosigner,
  Cosigner,
  Cosigner,
  Cosigner,
  Cosigner,
];
/** As in c2sp.org/tlog-policy. */
const EXAMPLE = `# two organizations
log ${LOG.vkey}

witness X1 ${X1.vkey} https://x1.example/prefix
witness X2 ${X2.vkey}
\twitness  X3\t${X3.vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 ${Y1.vkey}
witness Y2 ${Y2.vkey}
group Y-witnesses any Y1 Y2

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

function policyOf(text: string): TrustPolicy {
  const parsed = parsePolicy(Buffer.from(text));
  if (parsed.kind === 'refused') throw new Error(`${parsed.line}: ${parsed.what}`);
  return parsed.policy;
}

describe('a policy', () => {
  it('is that of c2sp.org/tlog-policy, and says which witnesses are enough', () => {
    const { logs, witnesses, isReachedBy } = policyOf(EXAMPLE);
    expect(logs.map(({ name, id }) => [name, id])).toEqual([['log.example', LOG.verifier.id]]);
    expect(witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', 'https://x1.example/prefix'],
      ['X2', null],
      ['X3', null],
      ['Y1', null],
      ['Y2', null],
    ]);
    fc.assert(
      fc.property(fc.subarray(['X1', 'X2', 'X3', 'Y1', 'Y2', 'other']), (names) => {
        const count = (letter: string) => names.filter((name) => name.startsWith(letter)).length;
        expect(isReachedBy(new Set(names))).toBe(count('X') >= 2 && count('Y') >= 1);
      }),
    );
    expect(policyOf('quorum none\n').isReachedBy(new Set())).toBe(true);
    // Octets beyond ASCII are opaque, and a key of a real witness has the id that is computed here.
    expect(parseCosignerKey('remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2')?.id).toBe(
      'da77ade7',
    );
    expect(policyOf(`witness Zeuge-Ü ${X1.vkey}\nquorum Zeuge-Ü\n`).isReachedBy(new Set())).toBe(false);
  });

  const w = `witness X1 ${X1.vkey}\n`;
  const many = (kind: (n: number) => string) => Array.from({ length: 65 }, (_, n) => kind(n)).join('\n');
  it.each([
    ['', 0, /no quorum/],
    ['quorum none\r\n', 1, /control character/],
    ['# a\n\u0000quorum none\n', 2, /control character/],
    ['quorum none\nquorum none\n', 2, /a quorum already/],
    ['quorum X1\n', 1, /defined before/],
    [`${w}quorum X1 X1\n`, 2, /one name/],
    ['witnes X1\n', 1, /begins with none of/],
    [`witness X1 ${LOG.vkey}\nquorum X1\n`, 1, /cosigner key/],
    [`log ${X1.vkey}\nquorum none\n`, 1, /Ed25519 verifier key/],
    [`log ${LOG.vkey} a b\nquorum none\n`, 1, /and a URL/],
    [`witness none ${X1.vkey}\n`, 1, /a name already/],
    [`${w}witness X2 ${X1.vkey}\n`, 2, /key is there already/],
    [`${w}witness X1 ${X2.vkey}\n`, 2, /a name already/],
    [`log ${LOG.vkey}\nlog ${LOG.vkey}\n`, 2, /key is there already/],
    [`${w}group g 2 X1\nquorum g\n`, 2, /1 to 1/],
    [`${w}group g 0 X1\nquorum g\n`, 2, /1 to 1/],
    [`${w}group g 01 X1\nquorum g\n`, 2, /1 to 1/],
    [`${w}group g all\nquorum g\n`, 2, /and members/],
    [`${w}group g all none\nquorum g\n`, 2, /none is not defined/],
    [`${w}group g all g\nquorum g\n`, 2, /g is not defined/],
    [`${w}group g any X1\ngroup h any X1 g\nquorum h\n`, 3, /a member twice/],
    [`${many((n) => `witness w${n} ${cosigner(`w${n}`).vkey}`)}\nquorum none\n`, 65, /more than 64/],
    [`#${'x'.repeat(70_000)}\nquorum none\n`, 0, /larger than/],
  ])('that is wrong is refused by its line (%#)', (text, line, what) => {
    expect(parsePolicy(Buffer.from(text))).toEqual({
      kind: 'refused',
      line,
      what: expect.stringMatching(what),
    });
  });

  it('takes a checkpoint that enough have cosigned, and ignores who it does not know', () => {
    const policy = policyOf(EXAMPLE);
    const note = signedCheckpoint({ size: 7, root: Buffer.alloc(32, 1) }, LOG);
    const enough = cosign(cosign(cosign(cosign(note, X1), X3), cosigner('stranger')), Y2);
    expect(openTrusted(enough, policy)).toMatchObject({
      kind: 'checkpoint',
      checkpoint: { size: 7 },
      cosigners: ['X1', 'X3', 'Y2'],
    });
    const short = cosign(cosign(cosign(note, X1), X3), X2);
    const other = { ...Y1, name: 'other' };
    const elsewhere = cosign(signedCheckpoint({ size: 8, root: Buffer.alloc(32, 1) }, LOG), Y1)
      .split('\n')
      .at(-2);
    const refused: [string, string][] = [
      [short, 'QUORUM_NOT_REACHED'],
      [note, 'QUORUM_NOT_REACHED'],
      [cosign(cosign(short, other), X1), 'QUORUM_NOT_REACHED'],
      [`${short}${elsewhere}\n`, 'FORGED_COSIGNATURE'],
      [enough.replace(/(Y2\.example\/w \S{20})\S/, '$1_').replace('_', 'B'), 'FORGED_COSIGNATURE'],
      [enough.replace('log.example', 'log.elsewhere'), 'FORGED_SIGNATURE'],
      [enough.replaceAll('\n', '\r\n'), 'MALFORMED_NOTE'],
      [Array.from({ length: 16 }).reduce<string>((so) => cosign(so, X1), note), 'TOO_MANY_SIGNATURES'],
    ];
    for (const [text, fault] of refused)
      expect(openTrusted(text, policy)).toEqual({ kind: 'refused', fault });
  });
});
