/** Signs checkpoints of the log, in processes with the role `relay`: it tells outsiders what the log is. */

import { LogTree } from '../history/audit/log-tree.ts';
import type { SignerKeys } from '../history/audit/note.ts';
import { AuditSigner, type AuditSignerStatus } from '../history/audit/signer.ts';
import { Witness } from '../history/audit/witnesses/witness.ts';
import { Witnessing } from '../history/audit/witnesses/witnessing.ts';
import { JetStreamCheckpointLog } from '../jetstream/log/checkpoint-log.ts';
import { JetStreamStoredLog } from '../jetstream/log/stored-log.ts';
import { JetStreamAuditTiles } from '../jetstream/views/audit-tiles.ts';
import { JetStreamCosignedCheckpoints } from '../jetstream/views/cosigned-checkpoints.ts';
import { EgressPolicy } from '../outbound/egress.ts';
import { GuardedWitnessCalls } from '../outbound/witness-calls.ts';
import type { Parts } from './parts.ts';
import type { Role } from './roles/role.ts';
import { dropOutgoingKey, resolveAuditKey, SeenCheckpointFile } from './start/audit-files.ts';
import { readWitnesses } from './start/audit-policy.ts';

export class AuditSigning implements Role<AuditSignerStatus | null> {
  readonly #parts: Parts;
  #signer: AuditSigner | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws ConfigError. */
  async start(): Promise<void> {
    const { config, nc, commit, follower, clock, ids, lease } = this.#parts;
    const logger = this.#parts.logger.child({ component: 'audit' });
    const keys = await resolveAuditKey(config);
    if (keys === null) {
      logger.info('without AUDIT_KEY no checkpoints of the log are signed');
      return;
    }
    const log = new JetStreamStoredLog(nc);
    const tree = new LogTree(log, new JetStreamAuditTiles(nc), follower.seen);
    this.#signer = new AuditSigner({
      log,
      tree,
      witnessing: config.auditPolicy === null ? null : await this.#witnessing(config.auditPolicy, keys, tree),
      checkpoints: new JetStreamCheckpointLog(nc, commit),
      seen: new SeenCheckpointFile(config.dataDir),
      ...keys,
      onKeyInForce: async () => {
        if (keys.outgoing === null) return;
        if (config.auditKey !== null) logger.info('the key is changed: AUDIT_KEY may be the first alone now');
        else await dropOutgoingKey(config.dataDir, keys);
      },
      lease: lease('audit'),
      clock,
      ids,
      logger,
    });
    this.#signer.start();
  }

  /** Throws ConfigError. */
  async #witnessing(file: string, keys: SignerKeys, tree: LogTree): Promise<Witnessing> {
    const { config, nc, clock, traces } = this.#parts;
    const { witnesses, quorum } = await readWitnesses(file, keys);
    const calls = new GuardedWitnessCalls(new EgressPolicy({ allow: config.egressAllow }), traces);
    return new Witnessing({
      witnesses: witnesses.map((witness) => new Witness(witness, { tree, calls, clock })),
      quorum,
      cosigned: new JetStreamCosignedCheckpoints(nc),
      clock,
      logger: this.#parts.logger.child({ component: 'audit' }),
    });
  }

  async stop(): Promise<void> {
    await this.#signer?.stop();
  }

  /** Null: nothing is signed. */
  status(): AuditSignerStatus | null {
    return this.#signer?.status() ?? null;
  }
}
