/**
 * What happens, as it happens. One page of a browser holds the stream and tells the others, for a browser has few
 * connections to one service: whoever gets the lock holds it, and the next one goes on from the last event that was told.
 *
 *     stream ── page with the lock ──┬── its own listeners
 *                                    └── BroadcastChannel ── the other pages
 */
import { effect, signal } from '@preact/signals';
import { href } from '../base.ts';
import { session } from '../session.ts';
import { EventStreamClient } from './event-stream-client.ts';

/** An event of one of the caller's tasks. */
export interface LiveEvent {
  readonly sequence: number;
  readonly type: string;
  readonly taskId: string;
}

/** What the page with the stream tells: an event, how far it has come, or that something may have been missed. */
export type LiveNews =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'heard'; readonly through: number }
  | { readonly kind: 'gap' }
  | { readonly kind: 'lost' };

/** The service says something every fifteen seconds at least. */
const SILENT_MS = 20_000;
const NAME = `task-service-live ${href('')}`;

export const liveState = signal<'connecting' | 'live' | 'silent'>('connecting');
export const isPaused = signal(false);

const listeners = new Set<(news: LiveNews) => void>();
let through: number | null = null;
let kept: LiveNews[] = [];
let silence: ReturnType<typeof setTimeout> | undefined;

/** Answers how to stop listening. */
export function onNews(listen: (news: LiveNews) => void): () => void {
  listeners.add(listen);
  return () => listeners.delete(listen);
}

export function togglePaused(): void {
  isPaused.value = !isPaused.value;
  if (isPaused.value) return;
  const missed = kept;
  kept = [];
  for (const news of missed) tell(news);
}

/** Follows for as long as somebody is signed in. */
export function startLive(): void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = ({ data }: MessageEvent<LiveNews>) => hear(data);
  effect(() => {
    if (session.value.state !== 'in') return;
    const end = new AbortController();
    void hold(channel, end.signal);
    return () => {
      end.abort();
      through = null;
    };
  });
}

async function hold(channel: BroadcastChannel, signal: AbortSignal): Promise<void> {
  const stream = () =>
    new EventStreamClient({
      after: () => through,
      news: (news) => {
        channel.postMessage(news);
        hear(news);
      },
    }).follow(signal);
  try {
    if (navigator.locks === undefined) await stream();
    else await navigator.locks.request(NAME, { signal }, stream);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function hear(news: LiveNews): void {
  if (news.kind === 'lost') {
    clearTimeout(silence);
    liveState.value = 'connecting';
    return;
  }
  liveState.value = 'live';
  clearTimeout(silence);
  silence = setTimeout(() => {
    liveState.value = 'silent';
  }, SILENT_MS);
  if (news.kind === 'heard') through = Math.max(through ?? 0, news.through);
  if (news.kind === 'event') through = Math.max(through ?? 0, news.event.sequence);
  if (!isPaused.value) tell(news);
  // What is missed while it is paused is asked for anew as a whole.
  else if (news.kind === 'event' || news.kind === 'gap') kept = [{ kind: 'gap' }];
}

function tell(news: LiveNews): void {
  for (const listen of listeners) listen(news);
}
