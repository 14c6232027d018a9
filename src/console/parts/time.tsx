/** An instant as people read it, in the zone that the page shows; from near by it says how far away it is. */
import { signal } from '@preact/signals';
import { clockText, distanceText, exactText, placeOf, showTheSame } from './time-text.ts';
import { shownZone, viewerZone, zoneMode } from './zones.ts';

const TICK_MS = 1_000;
const NEAR_MS = 3_600_000;

/** The present, once a second; who reads it is drawn again with it. */
export const now = signal(Date.now());
setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, TICK_MS);
document.addEventListener('visibilitychange', () => {
  now.value = Date.now();
});

export interface MomentProps {
  /** RFC 3339. */
  readonly at: string;
  /** Of the task it belongs to; null: it has none. */
  readonly zone?: string | null;
  /** Says how far away it is, where that is less than an hour. */
  readonly near?: boolean;
  /** To the second, with its day and zone. */
  readonly exact?: boolean;
}

export function Moment({ at, zone = null, near = false, exact = false }: MomentProps) {
  const instant = Date.parse(at);
  const shown = shownZone(zone);
  const textOf = (instant: number) =>
    exact ? exactText(instant, shown) : clockText(instant, shown, Date.now());
  return (
    <time class="moment" dateTime={at} title={titleOf(instant, shown, zone)}>
      {near ? <Near instant={instant} zone={shown} /> : textOf(instant)}
      <Elsewhere instant={instant} shown={shown} />
    </time>
  );
}

function Near({ instant, zone }: { readonly instant: number; readonly zone: string }) {
  const present = now.value;
  const distance = Math.abs(instant - present) < NEAR_MS ? distanceText(instant, present) : null;
  return <>{distance ?? clockText(instant, zone, present)}</>;
}

/** A clock that is not the viewer's is named, and the viewer's is beside it. */
function Elsewhere({ instant, shown }: { readonly instant: number; readonly shown: string }) {
  if (zoneMode.value === 'mine' || showTheSame(instant, shown, viewerZone)) return null;
  return (
    <span class="soft">{` ${placeOf(shown)} · ${clockText(instant, viewerZone, Date.now())} yours`}</span>
  );
}

function titleOf(instant: number, shown: string, task: string | null): string {
  const zones = new Set([shown, viewerZone, ...(task === null ? [] : [task])]);
  return [...zones].map((zone) => `${exactText(instant, zone)} (${zone})`).join('\n');
}
