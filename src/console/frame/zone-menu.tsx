/** Mine, the task's, or UTC: for everything on the page. */

import { now } from '../parts/time.tsx';
import { clockText, placeOf } from '../parts/time-text.ts';
import { chooseZone, viewerZone, type ZoneMode, zoneMode } from '../parts/zones.ts';

export function ZoneMenu() {
  const mode = zoneMode.value;
  const zone = mode === 'utc' ? 'UTC' : viewerZone;
  return (
    <label class="zone" title={mode === 'task' ? "Each time in its task's zone" : zone}>
      <span class="visually-hidden">Times in the zone</span>
      <select value={mode} onChange={(event) => chooseZone(event.currentTarget.value as ZoneMode)}>
        <option value="mine">{placeOf(viewerZone)} (mine)</option>
        <option value="task">The task's zone</option>
        <option value="utc">UTC</option>
      </select>
      <span class="clock" aria-hidden="true">
        {clockText(now.value, zone, now.value)}
      </span>
    </label>
  );
}
