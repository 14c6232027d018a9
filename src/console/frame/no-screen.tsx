/** In place of a screen: there is none, or it cannot be shown. */
import type { ComponentChildren } from 'preact';
import { ApiProblem } from '../api/problems.ts';
import { Link } from '../parts/link.tsx';
import { Text } from '../parts/text.tsx';
import { TraceId } from './notices.tsx';
import { ScreenPage } from './page.tsx';

export function NoSuchScreen() {
  return (
    <ScreenPage title="Not found">
      <Empty text="There is no such screen.">
        <Link to="tasks" class="button">
          To the tasks
        </Link>
      </Empty>
    </ScreenPage>
  );
}

export interface EmptyProps {
  readonly text: string;
  /** The next step. */
  readonly children?: ComponentChildren;
}

export function Empty({ text, children }: EmptyProps) {
  return (
    <div class="empty">
      <p>{text}</p>
      {children}
    </div>
  );
}

export interface FaultProps {
  readonly error: unknown;
  /** Tries again. */
  readonly retry?: () => void;
}

/** What went wrong, what to do, and what the operator finds it by. Old data stays beside it. */
export function FaultPanel({ error, retry }: FaultProps) {
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <div class="fault-panel" role="alert">
      <p>
        <Text>{error instanceof Error ? error.message : String(error)}</Text>{' '}
        {problem === null || problem.status >= 500 ? 'What is shown may be old.' : null}
      </p>
      {retry === undefined ? null : (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
      {problem?.traceId ? <TraceId id={problem.traceId} /> : null}
    </div>
  );
}
