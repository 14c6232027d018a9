/**
 * Keeps a calendar in step with calendar_event tasks. Whatever a message tells, the task is looked at as it is now and
 * the calendar brought to that: so messages may come late, twice or in any order.
 *
 *     task            link       call
 *     as it should    none       POST, the event's id is kept as the link
 *     changed         event      PUT
 *     gone            event      DELETE, the link is emptied
 *
 * A task that was made from a calendar event is never sent back.
 */
import type { RelayStateStore } from '../../application/ports/platform.ts';
import type { TaskQueries } from '../../application/queries/queries.ts';
import { instantFromRfc3339, plusMs } from '../../domain/shared/instant.ts';
import type { JsonObject } from '../../domain/shared/json.ts';
import type { TaskState } from '../../domain/task/state.ts';
import { KeyedQueue } from '../../kernel/keyed-queue.ts';
import type { PublishedEvent } from '../published/published-event.ts';
import type { ServiceClient } from './service-client.ts';

const PATH = '/api/v1/calendar/events';
const GONE = [404, 410];

export interface CalendarDeps {
  readonly client: ServiceClient;
  readonly queries: Pick<TaskQueries, 'task'>;
  readonly records: RelayStateStore;
}

interface Link {
  /** In the calendar; null: there is none any more. */
  readonly event_id: string | null;
  /** What the calendar was told last. */
  readonly sent: string | null;
  readonly version: number;
}

export class Calendar {
  readonly #deps: CalendarDeps;
  readonly #queues = new KeyedQueue();

  constructor(deps: CalendarDeps) {
    this.#deps = deps;
  }

  /** One message of a task after another: two at once would both find no link. */
  bringInStep(told: PublishedEvent, signal: AbortSignal): Promise<void> {
    return this.#queues.run(`${told.taskId} ${told.userId}`, () => this.#bringInStep(told, signal));
  }

  async #bringInStep({ userId, taskId, traceparent }: PublishedEvent, signal: AbortSignal): Promise<void> {
    const task = await this.#deps.queries.task(userId, taskId);
    if (task === null || task.state.task_type !== 'calendar_event' || isFromCalendar(task.state)) return;
    const key = ['calendar', userId, taskId] as const;
    const link = await this.#link(key);
    const wanted = eventOf(task.state);
    const sent = wanted === null ? null : JSON.stringify(wanted);
    if (sent === link.sent) return;
    const event_id = await this.#call(link, wanted, { task: task.state, traceparent }, signal);
    const stored = await this.#deps.records.put(key, { event_id, sent }, link.version);
    if (stored === null) throw new Error('another process brings the calendar in step');
  }

  async #link(key: readonly ['calendar', string, string]): Promise<Link> {
    const stored = await this.#deps.records.get(key);
    const { event_id = null, sent = null } = stored?.value ?? {};
    return {
      event_id: typeof event_id === 'string' ? event_id : null,
      sent: typeof sent === 'string' ? sent : null,
      version: stored?.version ?? 0,
    };
  }

  /** The event's id after the call. The call's id follows from the link's version: a repeat has the same. */
  async #call(
    link: Link,
    wanted: JsonObject | null,
    { task, traceparent }: { readonly task: TaskState; readonly traceparent: string | null },
    signal: AbortSignal,
  ): Promise<string | null> {
    const { client } = this.#deps;
    const id = `${task.task_id}.${link.version}`;
    if (link.event_id === null) {
      const saysDone = (body: JsonObject) => idIn(body) !== null;
      const call = { method: 'POST', path: PATH, body: wanted, id, traceparent, saysDone } as const;
      return idIn((await client.call(call, signal)).body);
    }
    const path = `${PATH}/${encodeURIComponent(link.event_id)}`;
    if (wanted !== null) {
      await client.call({ method: 'PUT', path, body: wanted, id, traceparent }, signal);
      return link.event_id;
    }
    const owner = `?user_id=${encodeURIComponent(task.user_id)}`;
    const call = { method: 'DELETE', path: `${path}${owner}`, body: null, id, alreadySo: GONE } as const;
    await client.call({ ...call, traceparent }, signal);
    return null;
  }
}

function isFromCalendar({ metadata }: TaskState): boolean {
  return typeof metadata.calendar_event_id === 'string';
}

/** Null where the calendar is to hold none. */
function eventOf(task: TaskState): JsonObject | null {
  const { event_title, event_time, duration_minutes, location } = task.config;
  const start = typeof event_time === 'string' ? instantFromRfc3339(event_time) : null;
  if (task.deleted_at !== null || task.resting_status === 'cancelled' || start === null) return null;
  const minutes = typeof duration_minutes === 'number' ? duration_minutes : null;
  return {
    user_id: task.user_id,
    title: typeof event_title === 'string' ? event_title : task.name,
    description: task.description,
    start_time: start,
    end_time: minutes === null ? null : plusMs(start, minutes * 60_000),
    location: typeof location === 'string' ? location : null,
    source: 'task-service',
    external_id: task.task_id,
  };
}

/** Null where there is none: without its id an event could never be changed. */
function idIn(body: JsonObject): string | null {
  const id = body.event_id ?? body.id;
  if (typeof id === 'string' && id !== '') return id;
  return typeof id === 'number' ? String(id) : null;
}
