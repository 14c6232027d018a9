/** `task-service import`: an exported log into an empty one, or behind what of it is there. */
import { hostname } from 'node:os';
import type { Config } from '../../app/config/config.ts';
import { resolveSecrets } from '../../app/start/local-secrets.ts';
import { type NatsAccess, openNats } from '../../app/start/nats-access.ts';
import { provisionAs } from '../../app/start/provisioning.ts';
import type { StoredEntry } from '../../application/ports/log/audit.ts';
import type { Sequence } from '../../domain/shared/ids.ts';
import { entryLeaf } from '../../history/audit/entry.ts';
import { GrowingTree } from '../../history/audit/merkle.ts';
import type { ExportManifest } from '../../history/moving/manifest.ts';
import { EntryChains, exportedEntries, readExportManifest } from '../../history/moving/read-export.ts';
import { UnusableData } from '../../history/unusable-data.ts';
import { UserKeys } from '../../jetstream/codec/user-keys.ts';
import { ImportedLog } from '../../jetstream/log/import-entries.ts';
import { JetStreamStoredLog } from '../../jetstream/log/stored-log.ts';
import { requireNoRestore } from '../../jetstream/snapshots/restore-mark.ts';
import { createLogger } from '../../observability/logging.ts';
import { placeInLog } from '../auditing/audit-verify.ts';
import { UsageError } from '../usage-error.ts';
import { aloneWith, requireNoInstance } from './alone.ts';
import { countAsTold } from './count-as-told.ts';
import { KeysToImport } from './import-keys.ts';
import { optionsGiven } from './options.ts';
import { requireKeyOfOrigin } from './require-key.ts';

export const IMPORT_HELP = `  import --from <folder>
          checks a whole export, then appends its events byte for byte, with their sequences, to an empty log or one that
          they begin with; only while no instance runs; goes on where an earlier one was broken off
            --keys <file>          the keys that were exported with it
            --tell-others          other services and devices are told what is imported (they are not)
`;

type Print = (line: string) => void;

const EVERYBODY = { userId: null, taskId: null };
/** Room for an event's subject and headers in a message. */
const OVERHEAD = 4_096;

/** Throws UsageError, UnusableData, ConfigError, ServiceRuns, LogUnavailable. */
export async function importFrom(args: readonly string[], config: () => Config, print: Print): Promise<void> {
  const given = optionsGiven(args, ['from', 'keys'], ['tell-others']);
  const { from } = given;
  if (from === undefined) throw new UsageError('import takes --from');
  const settings = config();
  requireKeyOfOrigin(settings);
  const manifest = await readExportManifest(from);
  const source: Source = { folder: from, manifest };
  const { largest } = await checkWhole(source);
  const { secretsKeys } = await resolveSecrets(settings);
  const keys = given.keys === undefined ? null : await KeysToImport.read(given.keys, secretsKeys);
  const logger = createLogger({ level: 'error', format: settings.logFormat });
  const access = await openNats(settings, logger, `task-service import ${hostname()}`);
  try {
    const { nc } = access;
    const room = (nc.info?.max_payload ?? 0) - OVERHEAD;
    if (largest > room) throw new UnusableData(`an event of ${largest} bytes is more than this server takes`);
    await requireNoRestore(nc);
    await provisionAs(settings, nc);
    await requireNoInstance(nc, logger);
    const done = await aloneWith(nc, () => append(nc, source, keys));
    if (!given['tell-others']) {
      await countAsTold(nc, new UserKeys(nc, secretsKeys), manifest.last_sequence as Sequence);
    }
    const { appended, there } = done;
    print(`imported: ${appended} events behind ${there}, root ${manifest.root}`);
  } finally {
    await access.close();
  }
}

interface Source {
  readonly folder: string;
  readonly manifest: ExportManifest;
}

/** All that can be seen without a server; answers the size of the largest event. Throws UnusableData. */
async function checkWhole({ folder, manifest }: Source): Promise<{ largest: number }> {
  // Of what comes before, the server knows: it is checked there.
  const chains = manifest.after === 0 ? new EntryChains(placeInLog) : null;
  const tree = new GrowingTree();
  let largest = 0;
  for await (const entry of exportedEntries(folder, manifest, manifest.after)) {
    chains?.add(entry);
    tree.add(entryLeaf(entry));
    largest = Math.max(largest, entry.body.length);
  }
  if (manifest.after === 0) requireRoot(tree, manifest, 'the events are not those that the manifest names');
  return { largest };
}

async function append(
  nc: NatsAccess['nc'],
  source: Source,
  keys: KeysToImport | null,
): Promise<{ readonly appended: number; readonly there: number }> {
  const { folder, manifest } = source;
  const log = new JetStreamStoredLog(nc);
  const there = await log.lastSequence();
  if (there < manifest.after) {
    throw new UnusableData(
      `the log ends with event ${there}: first import what comes before ${manifest.after + 1}`,
    );
  }
  if (there > manifest.last_sequence) {
    throw new UnusableData(
      `the log holds events behind ${manifest.last_sequence}, the last one of the export`,
    );
  }
  const imported = new ImportedLog(nc, there);
  await checkPrefix(log, source, there, (entry) => imported.found(entry));
  await keys?.check(nc, there === 0);
  await keys?.store(nc);
  for await (const entry of exportedEntries(folder, manifest, there)) await imported.add(entry);
  await imported.finish();
  await checkStored(log, manifest);
  return { appended: imported.appended, there };
}

/** What is there must be what the export has, and what it follows. Throws UnusableData. */
async function checkPrefix(
  log: JetStreamStoredLog,
  { folder, manifest }: Source,
  there: Sequence,
  onFound: (entry: StoredEntry) => void,
): Promise<void> {
  const after = manifest.after as Sequence;
  const tree = new GrowingTree();
  const chains = after === 0 ? null : new EntryChains(placeInLog);
  for await (const page of log.pages(EVERYBODY, 0 as Sequence, after)) {
    for (const entry of page) {
      requirePlace(entry, tree);
      chains?.add(entry);
      tree.add(entryLeaf(entry));
      onFound(entry);
    }
  }
  const exported = exportedEntries(folder, manifest, after);
  for await (const page of log.pages(EVERYBODY, after, there)) {
    for (const entry of page) {
      const { value: other } = await exported.next();
      requirePlace(entry, tree);
      if (other === undefined || !isSame(entry, other)) {
        throw new UnusableData(`event ${entry.sequence} of the log is not that of the export`);
      }
      chains?.add(entry);
      tree.add(entryLeaf(entry));
      onFound(entry);
    }
  }
  if (tree.size !== there) throw new UnusableData(`the log has no event ${tree.size + 1}`);
  if (chains === null) {
    await exported.return(undefined);
    return;
  }
  for await (const entry of exported) {
    chains.add(entry);
    tree.add(entryLeaf(entry));
  }
  requireRoot(tree, manifest, `the log is not what the export goes on behind event ${after}`);
}

/** Read back as it is stored now. Throws UnusableData. */
async function checkStored(log: JetStreamStoredLog, manifest: ExportManifest): Promise<void> {
  const tree = new GrowingTree();
  for await (const page of log.pages(EVERYBODY, 0 as Sequence, manifest.last_sequence as Sequence)) {
    for (const entry of page) {
      requirePlace(entry, tree);
      tree.add(entryLeaf(entry));
    }
  }
  requireRoot(tree, manifest, 'THE LOG IS NOT WHAT WAS EXPORTED: do not start the service on it');
}

function requirePlace({ sequence }: StoredEntry, { size }: GrowingTree): void {
  if (sequence !== size + 1) throw new UnusableData(`the log has no event ${size + 1}`);
}

function requireRoot(tree: GrowingTree, { root, last_sequence }: ExportManifest, otherwise: string): void {
  if (tree.size === last_sequence && tree.root().toString('base64') === root) return;
  throw new UnusableData(`${otherwise}: its root over ${last_sequence} events is another than ${root}`);
}

function isSame(one: StoredEntry, other: StoredEntry): boolean {
  return (
    one.sequence === other.sequence &&
    one.subject === other.subject &&
    Buffer.from(one.body).equals(Buffer.from(other.body))
  );
}
