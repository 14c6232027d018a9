/**
 * Keys of the whole page and of its screens: single letters, never while somebody types or with a modifier; and those
 * with Ctrl (on a Mac also Cmd), which act while somebody types, too. The last one bound to a key is the one that acts.
 */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

export interface KeyBinding {
  /** As `KeyboardEvent.key` has it: `j`, `?`, `ArrowLeft`; after `Ctrl ` where it is pressed with that. */
  readonly key: string;
  /** What it does, for the list of keys. */
  readonly what: string;
  readonly run: () => void;
}

const layers = signal<readonly (readonly KeyBinding[])[]>([]);

/** All that act now, each key once. */
export function boundKeys(): readonly KeyBinding[] {
  return [...new Map(layers.value.flat().map((binding) => [binding.key, binding])).values()];
}

/** Binds for as long as the component is there; `run` is always that of the last drawing. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const current = useRef(bindings);
  current.current = bindings;
  const names = bindings.map(({ key }) => key).join(' ');
  useEffect(() => {
    const layer = current.current.map(({ key, what }, index) => ({
      key,
      what,
      run: () => current.current[index]?.run(),
    }));
    layers.value = [...layers.value, layer];
    return () => {
      layers.value = layers.value.filter((one) => one !== layer);
    };
  }, [names]);
}

document.addEventListener('keydown', (event) => {
  const isWithCtrl = event.ctrlKey || event.metaKey;
  if (event.altKey || event.defaultPrevented || (!isWithCtrl && isTyping(event.target))) return;
  if (document.querySelector('dialog[open]') !== null) return;
  const pressed = isWithCtrl ? `Ctrl ${event.key}` : event.key;
  const binding = boundKeys().find(({ key }) => key === pressed);
  // What stands under the focus has keys of its own.
  if (binding === undefined || (event.key === ' ' && isPressed(event.target))) return;
  event.preventDefault();
  binding.run();
});

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]') !==
      null
  );
}

/** A link is not pressed by it: in lists the focus is on that of a row. */
function isPressed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, summary, input') !== null;
}
