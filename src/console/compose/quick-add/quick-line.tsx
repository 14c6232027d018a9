/** The line itself: what is read from it lies marked under the text. Backspace after a mark turns it into words. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Chip, LinePart } from './quick-add.ts';

export interface QuickLineProps {
  readonly text: string;
  readonly parts: readonly LinePart[];
  readonly change: (text: string) => void;
  readonly refuse: (part: LinePart) => void;
  /** The id of what describes it. */
  readonly describedBy: string;
}

export function QuickLine({ text, parts, change, refuse, describedBy }: QuickLineProps) {
  const input = useRef<HTMLInputElement>(null);
  const marks = useRef<HTMLDivElement>(null);
  const follow = () => {
    if (marks.current && input.current) marks.current.scrollLeft = input.current.scrollLeft;
  };
  useLayoutEffect(follow, [text]);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.setSelectionRange(text.length, text.length);
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const part = event.key === 'Backspace' && input.current ? partEndingAt(parts, input.current) : null;
    if (part === null) return;
    event.preventDefault();
    refuse(part);
  };
  return (
    <div class="quick-line">
      <div class="quick-marks" aria-hidden="true" ref={marks}>
        {parts.map((part, index) => (
          <span key={index} class={part.chip === null ? undefined : `mark mark-${part.chip.kind}`}>
            {part.text}
          </span>
        ))}
      </div>
      <input
        ref={input}
        type="text"
        autofocus
        aria-label="Task"
        aria-describedby={describedBy}
        placeholder="water plants every mon 8am #home"
        autoComplete="off"
        autoCapitalize="off"
        maxLength={500}
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onScroll={follow}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The chip right before the caret, where nothing is selected. */
function partEndingAt(
  parts: readonly LinePart[],
  { selectionStart, selectionEnd }: HTMLInputElement,
): LinePart | null {
  if (selectionStart !== selectionEnd) return null;
  return parts.find(({ chip }) => chip !== null && chip.end === selectionStart) ?? null;
}

/** What its ✕ is called. */
export function refusalLabel(chip: Chip, text: string): string {
  const what = { when: 'a time', tag: 'a tag', priority: 'a priority', type: 'a type of task' }[chip.kind];
  return `“${text.trim()}” is not ${what}`;
}
