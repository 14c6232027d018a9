/** The next runs in the task's zone and the viewer's, side by side, with what changes of the clocks do to them. */
import { Text } from '../../parts/text.tsx';
import { clockText, dayText, placeOf } from '../../parts/time-text.ts';
import { viewerZone } from '../../parts/zones.ts';
import { clockChanges } from '../wall-time.ts';
import type { PlannedChange } from './planned-change.ts';
import type { PreviewedSlot } from './use-preview.ts';

/** How many are shown first, and how many more of those that clocks change. */
const FIRST = 5;
const NOTED = 4;
const YEAR_MS = 366 * 86_400_000;

export interface SchedulePreviewProps {
  readonly slots: readonly PreviewedSlot[];
  readonly zone: string;
  /** What saving does to the runs that were planned; null: the task had none. */
  readonly planned: PlannedChange | null;
}

export function SchedulePreview({ slots, zone, planned }: SchedulePreviewProps) {
  const now = Date.now();
  const zones = [...new Set([viewerZone, zone])];
  const shown = slots.filter(({ note }, index) => index < FIRST || note !== null).slice(0, FIRST + NOTED);
  return (
    <div class="schedule-preview">
      {planned === null ? null : <PlannedWords planned={planned} zone={zone} />}
      {slots.length === 0 ? <p class="warn">There is no such time ahead.</p> : null}
      <table>
        <caption class="visually-hidden">The next runs</caption>
        <thead>
          <tr>
            {zones.map((each) => (
              <th key={each} scope="col">
                {each === viewerZone ? 'yours' : 'task'} ({placeOf(each)})
              </th>
            ))}
            <th scope="col">
              <span class="visually-hidden">Change of the clocks</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ at, note }) => (
            <tr key={at}>
              {zones.map((each) => (
                <td key={each} class="number">
                  {fullText(Date.parse(at), each, now)}
                </td>
              ))}
              <td class="note">{note === null ? null : <Text>{note}</Text>}</td>
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
