/** Rows of one height, of which only those in sight are there. The page itself scrolls. */
import {
  observeWindowOffset,
  observeWindowRect,
  type VirtualItem,
  Virtualizer,
  windowScroll,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useMemo, useReducer } from 'preact/hooks';

const BEYOND = 6;

export interface VirtualRows {
  readonly items: readonly VirtualItem[];
  /** Of all rows, pixels. */
  readonly height: number;
  /** Of a row from the top of the list, pixels. */
  top(item: VirtualItem): number;
  scrollTo(index: number): void;
}

export function useVirtualRows(count: number, rowHeight: number, listTop: number): VirtualRows {
  const [, redraw] = useReducer((drawn: number) => drawn + 1, 0);
  const options = {
    count,
    estimateSize: () => rowHeight,
    getScrollElement: () => window,
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    scrollMargin: listTop,
    overscan: BEYOND,
    initialOffset: () => window.scrollY,
    onChange: () => redraw(undefined),
  };
  const virtualizer = useMemo(() => new Virtualizer<Window, Element>(options), []);
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    top: (item) => item.start - listTop,
    scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }),
  };
}
