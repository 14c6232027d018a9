/** What is around every screen: where to go, which zone, whether it is live, who is signed in. */

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso/router';
import { href } from '../base.ts';
import { QuickAddOpener } from '../compose/quick-add/quick-add-opener.tsx';
import { Link, useGoTo } from '../parts/link.tsx';
import { Text } from '../parts/text.tsx';
import { FIRST_SCREEN, SCREENS } from '../screens.ts';
import { signOut, viewer } from '../session.ts';
import { KeyList } from './key-list.tsx';
import { useKeys } from './keys.ts';
import { LiveDot } from './live-dot.tsx';
import { Notices, showFault } from './notices.tsx';
import { OfflineBanner } from './offline-banner.tsx';
import { ZoneMenu } from './zone-menu.tsx';

export function Frame({ children }: { readonly children: ComponentChildren }) {
  const [areKeysShown, showKeys] = useState(false);
  const goTo = useGoTo();
  useKeys([
    { key: '/', what: 'Search the tasks', run: () => search(goTo) },
    { key: 'Ctrl k', what: 'Search the tasks', run: () => search(goTo) },
    { key: '?', what: 'Show these keys', run: () => showKeys(true) },
  ]);
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        To the content
      </button>
      <header class="bar">
        <Navigation />
        <div class="bar-end">
          <QuickAddOpener />
          <LiveDot />
          <ZoneMenu />
          <UserMenu onKeys={() => showKeys(true)} />
        </div>
      </header>
      <OfflineBanner />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Notices />
      {areKeysShown ? <KeyList close={() => showKeys(false)} /> : null}
    </>
  );
}

/** No link: an address with `#` is relative to <base>, which is another page. */
function skip() {
  document.getElementById('main')?.focus();
}

function search(goTo: (screen: string) => void) {
  const field = () => document.querySelector<HTMLInputElement>('input[type=search]');
  const here = field();
  if (here !== null) return here.focus();
  goTo('tasks');
  focusWhenThere(field, FRAMES);
}

/** Within about a second the screen is there. */
const FRAMES = 60;

function focusWhenThere(field: () => HTMLElement | null, frames: number): void {
  const found = field();
  if (found !== null) found.focus();
  else if (frames > 0) requestAnimationFrame(() => focusWhenThere(field, frames - 1));
}

function Navigation() {
  const roles: readonly string[] = viewer.value?.roles ?? [];
  const { path } = useLocation();
  const [isOpen, open] = useState(false);
  useEffect(() => open(false), [path]);
  return (
    <nav aria-label="Screens" class={isOpen ? 'open' : undefined}>
      <button type="button" class="quiet menu" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
        Menu
      </button>
      <ul>
        {SCREENS.map(({ path: screen, label, role }) =>
          label === null || (role !== undefined && !roles.includes(role)) ? null : (
            <li key={screen}>
              <Link to={screen} current={isWithin(path, screen)}>
                {label}
              </Link>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}

function isWithin(path: string, screen: string): boolean {
  if (path === '/' || `${path}/` === href('')) return screen === FIRST_SCREEN;
  return path === href(screen) || path.startsWith(`${href(screen)}/`);
}

function UserMenu({ onKeys }: { readonly onKeys: () => void }) {
  const user = viewer.value;
  if (user === null) return null;
  const leave = () => signOut().catch((error: unknown) => showFault('You are still signed in', error));
  return (
    <details class="menu-box">
      <summary>
        <Text>{user.user_id}</Text>
      </summary>
      <div class="menu-list">
        <button type="button" class="quiet keyboard-only" onClick={onKeys}>
          Keys
        </button>
        <a href={href('docs')} target="_blank" rel="noopener">
          API
        </a>
        <button type="button" class="quiet" onClick={leave}>
          Sign out
        </button>
      </div>
    </details>
  );
}
