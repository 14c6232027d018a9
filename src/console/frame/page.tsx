/** What every screen is put into: its title, what can be done there, and its content. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { labelText } from '../parts/text.tsx';

export interface PageProps {
  readonly title: string;
  /** Shown in place of the plain title. */
  readonly heading?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function ScreenPage({ title, heading, actions, children }: PageProps) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${labelText(title)} · Tasks`;
  }, [title]);
  // Who came by a link goes on reading here.
  useEffect(() => {
    if (document.activeElement === document.body || document.activeElement?.closest('nav')) return;
    head.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header class="page-head">
        <h1 ref={head} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {actions === undefined ? null : <div class="actions">{actions}</div>}
      </header>
      {children}
    </>
  );
}

/** Rows that are still to come; they are as high as those. */
export function Skeleton({ rows = 6, label }: { readonly rows?: number; readonly label: string }) {
  return (
    <div class="skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} />
      ))}
    </div>
  );
}
