/**
 * Reloads what the events that came have changed: a task, and the lists it may stand in. At once for the first event,
 * together for those that follow it closely, so that ten thousand runs cost a few calls and not ten thousand.
 */
import { queryClient } from '../api/query-client.ts';
import { onNews } from './live.ts';

const TOGETHER_MS = 400;

let touched = new Set<string>();
let isAll = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let lastMs = Number.NEGATIVE_INFINITY;

export function startRefreshing(): void {
  onNews((news) => {
    if (news.kind === 'gap') isAll = true;
    else if (news.kind === 'event') touched.add(news.event.taskId);
    else return;
    const sinceMs = performance.now() - lastMs;
    if (timer === undefined) timer = setTimeout(refresh, Math.max(0, TOGETHER_MS - sinceMs));
  });
}

function refresh(): void {
  const ids = touched;
  const all = isAll;
  touched = new Set();
  isAll = false;
  timer = undefined;
  lastMs = performance.now();
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [kind, id] }) => all || kind !== 'task' || ids.has(String(id)),
  });
}
