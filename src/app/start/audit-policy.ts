/** The policy of `AUDIT_POLICY`: which witnesses are asked, and how many are enough. */
import { readFile } from 'node:fs/promises';
import type { SignerKeys } from '../../history/audit/note.ts';
import { MOST_SIGNATURES } from '../../history/audit/note.ts';
import { type PolicyWitness, parsePolicy, type TrustPolicy } from '../../history/audit/witnesses/policy.ts';
import { parseTarget } from '../../outbound/egress.ts';
import { ConfigError } from '../config/config.ts';

export interface AskedWitnesses {
  readonly witnesses: readonly (PolicyWitness & { readonly url: string })[];
  readonly quorum: TrustPolicy['isReachedBy'];
}

/** Beside the log's own signatures, of which there are two while its key is changed. */
const MOST_ASKED = MOST_SIGNATURES - 2;

/** Throws ConfigError. */
export async function readWitnesses(file: string, keys: SignerKeys): Promise<AskedWitnesses> {
  const wrong = (what: string) => new ConfigError([`AUDIT_POLICY: ${file}: ${what}`]);
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw wrong(`cannot be read (${error.code})`);
  });
  const parsed = parsePolicy(bytes);
  if (parsed.kind === 'refused') {
    throw wrong(parsed.line === 0 ? parsed.what : `line ${parsed.line}: ${parsed.what}`);
  }
  const { logs, witnesses, isReachedBy } = parsed.policy;
  const { name, id } = keys.signer.verifier;
  if (logs.length > 0 && !logs.some((log) => log.name === name && log.id === id)) {
    throw wrong(`it names logs, and none of them is this one, ${keys.signer.vkey}`);
  }
  const asked = witnesses.flatMap((witness) => {
    const { url } = witness;
    if (url === null) return [];
    const target = parseTarget(url);
    if (!(target instanceof URL)) throw wrong(`the URL of the witness ${witness.name} is ${target.refused}`);
    return [{ ...witness, url }];
  });
  if (asked.length === 0) throw wrong('it names no witness with a URL');
  if (asked.length > MOST_ASKED) throw wrong(`it names more than ${MOST_ASKED} witnesses with a URL`);
  if (!isReachedBy(new Set(asked.map((witness) => witness.name)))) {
    throw wrong('the witnesses that have a URL are never enough for its quorum');
  }
  return { witnesses: asked, quorum: isReachedBy };
}
