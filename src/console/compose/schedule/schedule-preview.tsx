/** The next runs in the zone of their schedule and the viewer's, side by side, with what changes of the clocks do to them. */
import { Text } from '../../parts/text.tsx';
import { clockText, dayText, placeOf } from '../../parts/time-text.ts';
import { viewerZone } from '../../parts/zones.ts';
import { clockChanges } from '../wall-time.ts';
import type { PlannedChange } from './planned-change.ts';
import type { PreviewedSchedule, PreviewedSlot } from './use-preview.ts';

/** How many are shown first, of one schedule and of several, and how many more of those that clocks change. */
const FIRST = 5;
const FIRST_OF_SEVERAL = 8;
const NOTED = 4;
const YEAR_MS = 366 * 86_400_000;

export interface SchedulePreviewProps {
  readonly slots: readonly PreviewedSlot[];
  /** Those that the slots are of; at least one. */
  readonly schedules: readonly PreviewedSchedule[];
  /** What saving does to the runs that were planned; null: the task had none. */
  readonly planned: PlannedChange | null;
}

export function SchedulePreview({ slots, schedules, planned }: SchedulePreviewProps) {
  const now = Date.now();
  const zones = [...new Set([viewerZone, ...schedules.map(({ timezone }) => timezone)])];
  const isOne = schedules.length === 1;
  const first = isOne ? FIRST : FIRST_OF_SEVERAL;
  const shown = slots.filter(({ note }, index) => index < first || note !== null).slice(0, first + NOTED);
  const zoneOf = ({ schedule_id }: PreviewedSlot) =>
    schedules.find(({ id }) => id === schedule_id)?.timezone ?? viewerZone;
  const isElsewhere = zones.length > 1;
  return (
    <div class="schedule-preview">
      {planned === null ? null : <PlannedWords planned={planned} zone={zones.at(-1) ?? viewerZone} />}
      {slots.length === 0 ? <p class="warn">There is no such time ahead.</p> : null}
      <table>
        <caption class="visually-hidden">The next runs</caption>
        <thead>
          <tr>
            <th scope="col">yours ({placeOf(viewerZone)})</th>
            {isElsewhere ? <th scope="col">task{isOne ? ` (${placeOf(zones[1] ?? '')})` : ''}</th> : null}
            {isOne ? null : <th scope="col">schedule</th>}
            <th scope="col">
              <span class="visually-hidden">Change of the clocks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((slot) => (
            <tr key={slot.at}>
              <td class="number">{fullText(Date.parse(slot.at), viewerZone, now)}</td>
              {isElsewhere ? (
                <td class="number">
                  {fullText(Date.parse(slot.at), zoneOf(slot), now)}
                  {isOne ? '' : ` ${placeOf(zoneOf(slot))}`}
                </td>
              ) : null}
              {isOne ? null : (
                <td>
                  <Text>{slot.schedule_id}</Text>
                </td>
              )}
              <td class="note">{slot.note === null ? null : <Text>{slot.note}</Text>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ClockChanges zones={zones} now={now} />
    </div>
  );
}

/** With its day also where that is today: the column is read downwards. */
function fullText(at: number, zone: string, now: number): string {
  const time = clockText(at, zone, at);
  return `${dayText(at, zone, now)} ${time}`;
}

function PlannedWords({
  planned: { goes, comes, through },
  zone,
}: {
  readonly planned: PlannedChange;
  readonly zone: string;
}) {
  if (goes.length === 0 && comes.length === 0) return <p class="soft">The planned runs stay as they are.</p>;
  const until = through === null ? '' : ` until ${dayText(through, zone, Date.now())}`;
  return (
    <p class="planned">
      {goes.length} planned {goes.length === 1 ? 'run goes' : 'runs go'}, {comes.length}{' '}
      {comes.length === 1 ? 'comes' : 'come'}
      {until}.
    </p>
  );
}

function ClockChanges({ zones, now }: { readonly zones: readonly string[]; readonly now: number }) {
  const changes = zones
    .flatMap((zone) => clockChanges(zone, now, now + YEAR_MS).map((change) => ({ ...change, zone })))
    .sort((a, b) => a.at - b.at);
  if (changes.length === 0) return null;
  return (
    <details class="clock-changes">
      <summary>Changes of the clocks within a year</summary>
      <ul>
        {changes.map(({ at, byMinutes, zone }) => (
          <li key={`${zone}${at}`}>
            <span class="number">{dayText(at, zone, now)}</span> {placeOf(zone)}: clocks go{' '}
            {byMinutes > 0 ? 'forward' : 'back'} by {lengthOf(Math.abs(byMinutes))}, to{' '}
            {clockText(at, zone, at)}
          </li>
        ))}
      </ul>
    </details>
  );
}

function lengthOf(minutes: number): string {
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
