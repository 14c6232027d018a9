import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openCheckpoint, parseCheckpoint, signedCheckpoint } from '../../../src/history/audit/checkpoint.ts';
import { leafHash, nodeHash } from '../../../src/history/audit/merkle.ts';
import {
  isKeyName,
  openNote,
  parseSignerKey,
  parseVerifierKey,
  type SignerKey,
  signerKeyText,
  signNote,
  type VerifierKey,
} from '../../../src/history/audit/note.ts';
import { checkProof, parseProof, proofText } from '../../../src/history/audit/proof.ts';

/** The example of c2sp.org/signed-note. */
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;
const known = parseVerifierKey(VKEY) as VerifierKey;
/** The key pair that Go's note package is tested with, and a note of it. */
const GO_SKEY = 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz';
const GO_VKEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

const signer = (name: string, fill = 7) =>
  parseSignerKey(signerKeyText(name, Buffer.alloc(32, fill))) as SignerKey;

describe('signed notes', () => {
  it('are those of c2sp.org/signed-note and of Go', () => {
    expect(openNote(NOTE, [known])).toMatchObject({ kind: 'signed', text: 'This is an example message.\n' });
    const go = parseSignerKey(GO_SKEY) as SignerKey;
    expect(go.vkey).toBe(GO_VKEY);
    const note = signNote(
      'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n',
      go,
    );
    expect(openNote(note, [parseVerifierKey(GO_VKEY) as VerifierKey]).kind).toBe('signed');
  });

  it('are signed with keys whose text is read back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), fc.nat(255), (name, fill) => {
        fc.pre(isKeyName(name));
        const key = signer(name, fill);
        const verifier = parseVerifierKey(key.vkey) as VerifierKey;
        expect(openNote(signNote('text\n\nmore\n', key), [verifier])).toMatchObject({
          kind: 'signed',
          text: 'text\n\nmore\n',
        });
      }),
    );
  });

  it('with signatures of others too are good, and without one of a known key are not', () => {
    const [, line = ''] = NOTE.split('\n\n');
    const [, other = ''] = signNote('This is an example message.\n', signer('other.example')).split('\n\n');
    expect(openNote(NOTE.replace(line, other + line), [known]).kind).toBe('signed');
    expect(openNote(NOTE.replace(line, other), [known])).toEqual({
      kind: 'refused',
      fault: 'UNKNOWN_SIGNER',
    });
    const namesake = signNote('This is an example message.\n', signer('example.com/foo'));
    expect(openNote(namesake, [known])).toEqual({ kind: 'refused', fault: 'UNKNOWN_SIGNER' });
    const many = NOTE.replace(line, other.repeat(15) + line);
    expect(openNote(many, [known]).kind).toBe('signed');
    expect(openNote(NOTE.replace(line, other.repeat(16) + line), [known])).toEqual({
      kind: 'refused',
      fault: 'TOO_MANY_SIGNATURES',
    });
  });

  it('that were changed are refused, by name', () => {
    const wrong: [string, string][] = [
      [NOTE.replace('example message', 'Example message'), 'FORGED_SIGNATURE'],
      [NOTE.replaceAll('\n', '\r\n'), 'MALFORMED_NOTE'],
      [NOTE.replace('\n\n', '\n'), 'MALFORMED_NOTE'],
      [NOTE.trimEnd(), 'MALFORMED_NOTE'],
      [NOTE.replace('— ', '- '), 'MALFORMED_NOTE'],
      [NOTE.replace('QM=', 'QN='), 'MALFORMED_NOTE'],
      [NOTE.replace('an', 'a\u0000n'), 'MALFORMED_NOTE'],
      ['', 'MALFORMED_NOTE'],
    ];
    for (const [note, fault] of wrong) {
      expect([note, openNote(note, [known])]).toEqual([note, { kind: 'refused', fault }]);
    }
    for (const text of ['', 'a+b', VKEY.replace('530d', '530e'), VKEY.replace('+Aek', '+Bek'), `${VKEY}AA`]) {
      expect([text, parseVerifierKey(text)]).toEqual([text, null]);
    }
    expect(parseSignerKey(GO_SKEY.replace('PRIVATE', 'PUBLIC'))).toBeNull();
    for (const name of ['', 'a b', 'a+b', 'a\u2003b', 'a\nb']) expect(isKeyName(name)).toBe(false);
  });
});

describe('checkpoints', () => {
  const key = signer('log.example/one');
  const root = leafHash(Buffer.from('x'));

  it('say origin, size and root, and are signed for their origin', () => {
    const note = signedCheckpoint({ size: 20_852_163, root }, key);
    expect(note.split('\n').slice(0, 3)).toEqual(['log.example/one', '20852163', root.toString('base64')]);
    expect(openCheckpoint(note, key.verifier)).toMatchObject({
      kind: 'checkpoint',
      checkpoint: { origin: 'log.example/one', size: 20_852_163, root },
    });
    const foreign = signNote(`log.example/two\n5\n${root.toString('base64')}\n`, key);
    expect(openCheckpoint(foreign, key.verifier)).toEqual({ kind: 'refused', fault: 'FOREIGN_ORIGIN' });
  });

  it('are read strictly', () => {
    const b64 = root.toString('base64');
    expect(parseCheckpoint(`o\n0\n${b64}\nmore\n`)).toMatchObject({ size: 0 });
    for (const text of [
      `o\n01\n${b64}\n`,
      `o\n-1\n${b64}\n`,
      `o\n1e3\n${b64}\n`,
      `o\n9007199254740993\n${b64}\n`,
      `\n1\n${b64}\n`,
      `o\n1\n${b64.slice(1)}\n`,
      `o\n1\n${b64}`,
      `o\n1\n${b64}\n\nmore\n`,
      'o\n1\n',
    ]) {
      expect([text, parseCheckpoint(text)]).toEqual([text, null]);
    }
  });
});

describe('proofs', () => {
  const key = signer('log.example/one');
  const [left, right] = [leafHash(Buffer.from('left')), leafHash(Buffer.from('right'))];
  const head = { size: 2, root: nodeHash(left, right) };
  const checkpoint = signedCheckpoint(head, key);
  const text = proofText({ index: 1, hashes: [left], checkpoint });
  const open = (note: string) => openCheckpoint(note, key.verifier);

  it('prove a leaf by the public key alone', () => {
    expect(text.split('\n').slice(0, 4)).toEqual([
      'c2sp.org/tlog-proof@v1',
      'index 1',
      left.toString('base64'),
      '',
    ]);
    expect(checkProof(text, right, open)).toEqual({
      kind: 'proven',
      index: 1,
      checkpoint: { origin: 'log.example/one', ...head },
    });
    const extra = text.replace('index', 'extra eHl6\nindex');
    expect(checkProof(extra, right, open).kind).toBe('proven');
  });

  it('that are cut short, foreign, forged, or of another place are refused by name', () => {
    const foreign = signNote(`log.example/two\n2\n${head.root.toString('base64')}\n`, key);
    const forged = checkpoint.replace(/^log.example\/one\n2/, 'log.example/one\n3');
    const wrong: [string, string][] = [
      [text.slice(0, 60), 'MALFORMED_PROOF'],
      [text.slice(0, -10), 'MALFORMED_NOTE'],
      [text.replaceAll('\n', '\r\n'), 'MALFORMED_PROOF'],
      [proofText({ index: 1, hashes: [left], checkpoint: foreign }), 'FOREIGN_ORIGIN'],
      [proofText({ index: 1, hashes: [left], checkpoint: forged }), 'FORGED_SIGNATURE'],
      [
        proofText({ index: 1, hashes: [left], checkpoint: signedCheckpoint(head, signer('x')) }),
        'UNKNOWN_SIGNER',
      ],
      [proofText({ index: 2, hashes: [left], checkpoint }), 'INDEX_NOT_IN_TREE'],
      [proofText({ index: 0, hashes: [left], checkpoint }), 'NOT_INCLUDED'],
      [proofText({ index: 1, hashes: [right], checkpoint }), 'NOT_INCLUDED'],
      [proofText({ index: 1, hashes: [], checkpoint }), 'NOT_INCLUDED'],
      [text.replace('index 1', 'index 01'), 'MALFORMED_PROOF'],
    ];
    for (const [proof, fault] of wrong) {
      expect([proof, checkProof(proof, right, open)]).toEqual([proof, { kind: 'refused', fault }]);
    }
    expect(parseProof('')).toBeNull();
  });
});
