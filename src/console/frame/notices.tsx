/** What was just done, with a way back for ten seconds, and what went wrong, until it is taken note of. */
import { signal } from '@preact/signals';
import { ApiProblem } from '../api/problems.ts';
import { Text } from '../parts/text.tsx';
import { lengthText } from '../parts/time-text.ts';
import { useKeys } from './keys.ts';

const UNDO_MS = 10_000;

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly traceId: string | null;
  readonly isFault: boolean;
  readonly undo: (() => void) | null;
}

const notices = signal<readonly Notice[]>([]);
let last = 0;

/** Says that something is done; `undo` is offered for ten seconds. Answers how to take it away before. */
export function showNotice(text: string, undo: (() => void) | null = null, forMs = UNDO_MS): () => void {
  const id = show({ text, undo, traceId: null, isFault: false });
  setTimeout(() => dismiss(id), forMs);
  return () => dismiss(id);
}

export function showFault(doing: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  const traceId = error instanceof ApiProblem ? error.traceId : null;
  const wait = error instanceof ApiProblem ? error.retryAfter : null;
  const later = wait === null ? '' : ` Try again in ${lengthText(wait * 1_000)}.`;
  show({ text: `${doing}: ${reason}${later}`, undo: null, traceId, isFault: true });
}

function show(notice: Omit<Notice, 'id'>): number {
  last += 1;
  notices.value = [...notices.value.slice(-3), { ...notice, id: last }];
  return last;
}

function dismiss(id: number): void {
  notices.value = notices.value.filter((one) => one.id !== id);
}

export function Notices() {
  const undoable = notices.value.findLast(({ undo }) => undo !== null);
  const undo = (notice: Notice) => {
    dismiss(notice.id);
    notice.undo?.();
  };
  useKeys([{ key: 'u', what: 'Undo', run: () => undoable && undo(undoable) }]);
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.value.map((notice) => (
        <div key={notice.id} class={notice.isFault ? 'notice fault' : 'notice'}>
          <p>
            <Text>{notice.text}</Text>
            {notice.traceId === null ? null : <TraceId id={notice.traceId} />}
          </p>
          {notice.undo === null ? null : (
            <button type="button" onClick={() => undo(notice)}>
              Undo
            </button>
          )}
          <button type="button" class="quiet" aria-label="Dismiss" onClick={() => dismiss(notice.id)}>
            ✕
          </button>
        </div>
      ))}
    </div>
  );
}

/** What the operator finds the request by. */
export function TraceId({ id }: { readonly id: string }) {
  return (
    <button type="button" class="trace" onClick={() => void navigator.clipboard?.writeText(id)}>
      Copy trace id <code>{id}</code>
    </button>
  );
}
