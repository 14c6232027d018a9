import type { UserId } from '../../src/domain/shared/ids.ts';
import { tokenOf } from '../support/parts/stack.ts';

/** One frame of a stream of server-sent events, as it was sent. */
export interface Frame {
  readonly id: string | null;
  readonly event: string | null;
  readonly data: unknown;
}

export interface EventReader {
  readonly status: number;
  readonly headers: Headers;
  /** The next frame; null when the stream has ended. */
  next(): Promise<Frame | null>;
  /** Frames of events (those with `{sequence, event}`) until there are `count` of them. */
  events(count: number): Promise<Frame[]>;
  /** Everything up to and with the frame of that type. */
  until(type: string): Promise<Frame[]>;
  close(): Promise<void>;
  problem(): Promise<{ readonly error_code: string; readonly errors?: { loc: string[] }[] }>;
}

export interface FollowOptions {
  readonly user: UserId;
  readonly query?: string;
  readonly lastEventId?: string;
  readonly token?: string;
}

/** Opens `/api/v1/events/stream`, by whatever answers requests. */
export async function followEvents(
  request: (path: string, init: RequestInit) => Response | Promise<Response>,
  { user, query = '', lastEventId, token }: FollowOptions,
): Promise<EventReader> {
  const stop = new AbortController();
  const response = await request(`/api/v1/events/stream${query}`, {
    headers: {
      Authorization: `Bearer ${token ?? (await tokenOf(user))}`,
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }),
    },
    signal: stop.signal,
  });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  const next = async (): Promise<Frame | null> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const frame = text.slice(0, end);
        text = text.slice(end + 2);
        return parsed(frame);
      }
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done) return null;
      text += decoder.decode(value, { stream: true });
    }
  };
  const collect = async (
    isLast: (frame: Frame, all: readonly Frame[]) => boolean,
    keep = (_: Frame) => true,
  ) => {
    const frames: Frame[] = [];
    for (;;) {
      const frame = await next();
      if (frame === null) throw new Error(`the stream ended after ${JSON.stringify(frames.slice(-3))}`);
      if (keep(frame)) frames.push(frame);
      if (isLast(frame, frames)) return frames;
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    next,
    events: (count) => collect((_, all) => all.length === count, isEvent),
    until: (type) => collect((frame) => frame.event === type),
    close: async () => {
      stop.abort();
      await reader?.cancel().catch(() => {});
    },
    problem: async () => JSON.parse(await collectText(reader)),
  };
}

export function isEvent({ event }: Frame): boolean {
  return event?.startsWith('task.') === true;
}

function parsed(frame: string): Frame {
  const fields = new Map(
    frame.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = fields.get('data');
  return {
    id: fields.get('id') ?? null,
    event: fields.get('event') ?? null,
    data: data === undefined ? null : JSON.parse(data),
  };
}

async function collectText(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<string> {
  let text = '';
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done) return text;
    text += new TextDecoder().decode(value);
  }
}
