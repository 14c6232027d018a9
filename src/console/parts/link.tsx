/** Links between screens. The zone goes with them. */

import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso/router';
import { href } from '../base.ts';
import { zoneMode } from './zones.ts';

/** The address of a screen (`tasks?q=x`) in the zone that is shown. */
export function screenUrl(screen: string): string {
  if (zoneMode.value === 'mine') return href(screen);
  return href(`${screen}${screen.includes('?') ? '&' : '?'}zone=${zoneMode.value}`);
}

export interface LinkProps {
  readonly to: string;
  readonly class?: string;
  readonly label?: string;
  /** Whether it leads to where one is. */
  readonly current?: boolean;
  readonly children: ComponentChildren;
}

export function Link({ to, class: name, label, current = false, children }: LinkProps) {
  return (
    <a href={screenUrl(to)} class={name} aria-label={label} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  );
}

/** Reads and changes what stands in the query of the address: filters. Null or empty takes a member away. */
export function useFilters() {
  const { path, query, route } = useLocation();
  const change = (changes: Readonly<Record<string, string | null>>) => {
    const params = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') params.delete(name);
      else params.set(name, value);
    }
    const text = params.toString();
    route(text === '' ? path : `${path}?${text}`, true);
  };
  return { filters: query as Readonly<Record<string, string | undefined>>, change };
}

/** Goes to a screen, as a link does. */
export function useGoTo(): (screen: string) => void {
  const { route } = useLocation();
  return (screen) => route(screenUrl(screen));
}
