/** Events as their owners may see them: opened, with the secrets of their configs masked. */
import { LRUCache } from 'lru-cache';
import type { TaskTypeCatalog } from '../application/ports/task-types.ts';
import type { Views } from '../application/ports/views.ts';
import { maskedEvent } from '../application/queries/masked-event.ts';
import type { RecordedTaskEvent } from '../domain/shared/event.ts';
import type { TaskId, UserId } from '../domain/shared/ids.ts';
import type { TaskType } from '../domain/task/status.ts';
import { mostEntries } from '../kernel/most-entries.ts';

export interface ShownEventsDeps {
  readonly catalog: TaskTypeCatalog;
  /** A task's events after a sequence, the oldest first. */
  readonly firstEvent: (userId: UserId, taskId: TaskId) => Promise<RecordedTaskEvent | null>;
  readonly views: Pick<Views, 'task'>;
  readonly cloudEventOf: (event: RecordedTaskEvent) => object;
}

const KNOWN_TYPES = 10_000;

export class ShownEvents {
  readonly #deps: ShownEventsDeps;
  /** A task's type never changes. */
  readonly #types = new LRUCache<TaskId, TaskType>(mostEntries(KNOWN_TYPES));

  constructor(deps: ShownEventsDeps) {
    this.#deps = deps;
  }

  /** `{"sequence", "event"}` in one line. Throws LogUnavailable. */
  async textOf(event: RecordedTaskEvent): Promise<string> {
    return JSON.stringify({ sequence: event.meta.sequence, event: await this.documentOf(event) });
  }

  /** The CloudEvent alone. Throws LogUnavailable. */
  async documentOf(event: RecordedTaskEvent): Promise<object> {
    const { catalog, cloudEventOf } = this.#deps;
    return cloudEventOf(maskedEvent(event, await this.#typeOf(event), catalog));
  }

  async #typeOf(event: RecordedTaskEvent): Promise<TaskType> {
    const { user_id, task_id } = event.meta;
    const known = event.type === 'task.created' ? event.data.task_type : this.#types.get(task_id);
    const type = known ?? (await this.#read(user_id, task_id));
    this.#types.set(task_id, type);
    return type;
  }

  async #read(userId: UserId, taskId: TaskId): Promise<TaskType> {
    const { views, firstEvent } = this.#deps;
    const viewed = await views.task(userId, taskId);
    if (viewed !== null) return viewed.state.task_type;
    const first = await firstEvent(userId, taskId);
    if (first?.type !== 'task.created') throw new Error(`task ${taskId} does not begin with its creation`);
    return first.data.task_type;
  }
}
