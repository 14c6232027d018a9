/** Whether what is shown follows what happens. A press pauses it, and lets it catch up. */
import { isPaused, liveState, togglePaused } from '../live/live.ts';

const WORDS = {
  live: 'live',
  silent: 'no news',
  connecting: 'connecting',
  paused: 'paused',
} as const;
const TITLES = {
  live: 'Shows what happens as it happens. Press to pause.',
  silent: 'Nothing has been heard for twenty seconds: what is shown may be old.',
  connecting: 'The connection is gone and is being made again: what is shown may be old.',
  paused: 'What happens is not shown. Press to go on, from where it stopped.',
} as const;

export function LiveDot() {
  const state = isPaused.value ? 'paused' : liveState.value;
  return (
    <button
      type="button"
      class={`live ${state}`}
      title={TITLES[state]}
      aria-pressed={isPaused.value}
      onClick={togglePaused}
    >
      <span class="dot" aria-hidden="true" />
      {WORDS[state]}
    </button>
  );
}
