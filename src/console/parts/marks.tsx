/** How a task, a run and a slot stand, each in a shape of its own: nobody needs colours to tell them apart. */
import type { ComponentChild } from 'preact';

type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'idle';

interface Mark {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: ComponentChild;
}

const ring = <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.6" />;

const SCHEDULED: Mark = {
  word: 'scheduled',
  tone: 'idle',
  shape: (
    <>
      {ring}
      <path
        d="M8 4.6V8l2.4 1.6"
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        stroke-linecap="round"
      />
    </>
  ),
};
const PENDING: Mark = { word: 'pending', tone: 'idle', shape: ring };
const RUNNING: Mark = {
  word: 'running',
  tone: 'busy',
  shape: (
    <>
      {ring}
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
};
const COMPLETED: Mark = {
  word: 'completed',
  tone: 'good',
  shape: (
    <path
      d="M3 8.6l3.3 3.3L13 4.8"
      fill="none"
      stroke="currentColor"
      stroke-width="2.2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  ),
};
const FAILED: Mark = {
  word: 'failed',
  tone: 'bad',
  shape: (
    <>
      <path
        d="M8 1.8L15 14H1z"
        fill="currentColor"
        stroke="currentColor"
        stroke-width="1.2"
        stroke-linejoin="round"
      />
      <path d="M8 6v4M8 11.6v.8" stroke="var(--surface)" stroke-width="1.7" stroke-linecap="round" />
    </>
  ),
};
const CANCELLED: Mark = {
  word: 'cancelled',
  tone: 'idle',
  shape: (
    <>
      {ring}
      <path d="M3.9 12.1l8.2-8.2" stroke="currentColor" stroke-width="1.6" />
    </>
  ),
};
const PAUSED: Mark = {
  word: 'paused',
  tone: 'warn',
  shape: (
    <path d="M5.2 3.2v9.6M10.8 3.2v9.6" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" />
  ),
};

const MARKS: Readonly<Record<string, Mark>> = {
  scheduled: SCHEDULED,
  pending: PENDING,
  running: RUNNING,
  completed: COMPLETED,
  failed: FAILED,
  cancelled: CANCELLED,
  paused: PAUSED,
};

export interface StateProps {
  /** Of a task or a run. */
  readonly status: string;
  /** Only the shape is seen; the word is read out. */
  readonly bare?: boolean;
}

export function State({ status, bare = false }: StateProps) {
  const { word, tone, shape } = MARKS[status] ?? { ...PENDING, word: status };
  return (
    <span class={`state ${tone}`} title={bare ? word : undefined}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        {shape}
      </svg>
      <span class={bare ? 'visually-hidden' : undefined}>{word}</span>
    </span>
  );
}
