/** A task's history, made by the deciders, as messages of the log: for logs that are made faster than a service makes them. */
import type { Ids } from '../../src/application/ports/clock.ts';
import type { Append } from '../../src/application/ports/log/log.ts';
import type { Decision } from '../../src/domain/shared/decision.ts';
import {
  type ExecutionId,
  NO_HASH,
  NO_REVISION,
  NO_SEQUENCE,
  type Sequence,
  type TaskId,
  type UserId,
} from '../../src/domain/shared/ids.ts';
import type { Instant } from '../../src/domain/shared/instant.ts';
import type { AttemptOutcome } from '../../src/domain/task/commands.ts';
import { finishExecution, startExecution } from '../../src/domain/task/decide/execution.ts';
import type { TaskEvent } from '../../src/domain/task/events/events.ts';
import { advance, type TaskSnapshot } from '../../src/domain/task/evolve/snapshot.ts';
import type { TaskState } from '../../src/domain/task/state.ts';
import { CLOUD_EVENTS_JSON, encodeEvent } from '../../src/jetstream/codec/codec.ts';
import type { SealingKey } from '../../src/jetstream/codec/sealing.ts';
import type { BatchMessage } from '../../src/jetstream/connection/atomic-batch.ts';
import { taskSubject } from '../../src/jetstream/connection/subjects.ts';

/** Takes what is to be stored next. */
export type TakeMessage = (message: BatchMessage) => Promise<void>;

export class SeededTask {
  readonly taskId: TaskId;
  readonly #userId: UserId;
  readonly #ids: Ids;
  readonly #key: SealingKey;
  readonly #store: TakeMessage;
  #snapshot: TaskSnapshot | null = null;

  /** `key`: the user's. */
  constructor(userId: UserId, created: Instant, ids: Ids, key: SealingKey, store: TakeMessage) {
    this.taskId = ids.taskId(created);
    this.#userId = userId;
    this.#ids = ids;
    this.#key = key;
    this.#store = store;
  }

  /** As of the last event; throws before the first. */
  get state(): TaskState {
    if (this.#snapshot === null) throw new Error('a task that is not seeded yet');
    return this.#snapshot.state;
  }

  async append(time: Instant, decision: Decision<TaskEvent>): Promise<TaskState> {
    if (decision.kind !== 'event') throw new Error(`not seeded: ${JSON.stringify(decision)}`);
    const after = this.#snapshot ?? { sequence: NO_SEQUENCE, revision: NO_REVISION, hash: NO_HASH };
    const context = { actor: 'bench', correlation_id: 'bench', causation_id: null, traceparent: null };
    const entry: Append = {
      userId: this.#userId,
      taskId: this.taskId,
      eventId: this.#ids.eventId(time),
      time,
      event: decision.event,
      context,
      after,
    };
    const { body, hash } = encodeEvent(entry, this.#key);
    const meta = {
      user_id: this.#userId,
      task_id: this.taskId,
      id: entry.eventId,
      time,
      revision: (after.revision + 1) as TaskSnapshot['revision'],
      // Where it will stand is not known yet, and no decision asks for it.
      sequence: (after.sequence + 1) as Sequence,
      hash,
      prevhash: after.hash,
    };
    this.#snapshot = advance(this.#snapshot, { ...decision.event, meta: { ...meta, ...context } });
    await this.#store({
      subject: taskSubject(this.#userId, this.taskId),
      headers: {
        'Nats-Msg-Id': entry.eventId,
        'Content-Type': CLOUD_EVENTS_JSON,
        'Event-Type': decision.event.type,
      },
      payload: body,
    });
    return this.#snapshot.state;
  }

  /** From its request to its end. */
  async run(
    now: Instant,
    request: (state: TaskState, id: ExecutionId) => Decision<TaskEvent>,
    outcome: AttemptOutcome,
  ) {
    const attempt = { now, execution_id: this.#ids.executionId(now), attempt: 1 };
    const claim = `${attempt.execution_id}.1.0`;
    const requested = await this.append(now, request(this.state, attempt.execution_id));
    const start = { ...attempt, worker_id: 'bench', claim, redelivered: false };
    const started = await this.append(now, startExecution(requested, start));
    return this.append(now, finishExecution(started, { ...attempt, duration_ms: 5, outcome }));
  }
}
