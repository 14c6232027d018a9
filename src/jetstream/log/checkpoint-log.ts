/** Signed checkpoints in TASK_LOG, and changes of the key that signs them, events of a subject of their own. */
import type { NatsConnection } from '@nats-io/transport-node';
import type { CheckpointAppend, CheckpointLog, LoggedCheckpoint } from '../../application/ports/log/audit.ts';
import type { Upcasters } from '../../domain/shared/event.ts';
import {
  appendedMeta,
  cloudEvent,
  encodedDocument,
  factMetaOf,
  malformed,
  readDocument,
  versionsOf,
} from '../codec/codec.ts';
import { readLast } from '../connection/leader-read.ts';
import { CHECKPOINTS_SUBJECT, LOG_STREAM } from '../connection/subjects.ts';
import type { GroupCommit } from './commit/group-commit.ts';

const CHECKPOINT = 'audit.checkpoint';
const KEY_CHANGED = 'audit.key_changed';
const UPCASTERS: Upcasters<typeof CHECKPOINT | typeof KEY_CHANGED> = { [CHECKPOINT]: [], [KEY_CHANGED]: [] };
/** As `EVENT_VERSIONS`. */
export const AUDIT_EVENT_VERSIONS = versionsOf(UPCASTERS);
const ACTOR = 'service:audit';

export class JetStreamCheckpointLog implements CheckpointLog {
  readonly #nc: NatsConnection;
  readonly #commit: GroupCommit;

  constructor(nc: NatsConnection, commit: GroupCommit) {
    this.#nc = nc;
    this.#commit = commit;
  }

  /** Throws also UnreadableEvent. */
  async last(): Promise<LoggedCheckpoint | null> {
    const message = await readLast(this.#nc, LOG_STREAM, CHECKPOINTS_SUBJECT);
    if (message === null) return null;
    const { data, document } = readDocument(message, UPCASTERS);
    const { sequence, revision, hash, time } = factMetaOf(message, document);
    if (typeof data.note !== 'string') throw malformed(message, 'no note');
    const isChange = document.type === KEY_CHANGED;
    if (isChange && typeof data.to !== 'string') throw malformed(message, 'no key');
    return {
      sequence,
      revision,
      hash,
      time,
      note: data.note,
      keyChangedTo: isChange ? String(data.to) : null,
    };
  }

  async append({
    note,
    keyChange,
    eventId,
    time,
    after,
  }: CheckpointAppend): Promise<'appended' | 'conflict'> {
    const context = { actor: ACTOR, correlation_id: eventId, causation_id: null, traceparent: null };
    const type = keyChange === null ? CHECKPOINT : KEY_CHANGED;
    const document = cloudEvent(
      type,
      AUDIT_EVENT_VERSIONS[type],
      { ...keyChange, note },
      { subject: 'checkpoints', ...appendedMeta({ eventId, time, context, after }) },
    );
    const outcome = await this.#commit.append([
      {
        subject: CHECKPOINTS_SUBJECT,
        eventId,
        eventType: type,
        expected: after.sequence,
        body: encodedDocument(document).body,
      },
    ]);
    return outcome.kind === 'stored' ? 'appended' : 'conflict';
  }
}
