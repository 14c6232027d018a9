/** The next slots in one line, and what changes of the clocks do to later ones. */
import { clockText, dayText } from '../../parts/time-text.ts';
import type { PreviewedSlot } from '../schedule/use-preview.ts';

const SHOWN = 3;
const NOTED = 2;

export interface NextSlotsProps {
  readonly slots: readonly PreviewedSlot[];
  /** In which they are shown. */
  readonly zone: string;
}

export function NextSlots({ slots, zone }: NextSlotsProps) {
  if (slots.length === 0) return <p class="warn">There is no such time ahead.</p>;
  const now = Date.now();
  const isSameTime = new Set(slots.slice(0, SHOWN).map(({ local }) => local.slice(11, 16))).size === 1;
  const noted = slots.filter(({ note }) => note !== null).slice(0, NOTED);
  return (
    <>
      <p class="soft">
        {slots.length === 1 ? 'once ' : 'next '}
        {slots.slice(0, SHOWN).map(({ at }, index) => (
          <span key={at} class="number">
            {index === 0 ? '' : ' · '}
            {index > 0 && isSameTime
              ? dayText(Date.parse(at), zone, now)
              : clockText(Date.parse(at), zone, now)}
          </span>
        ))}
        {slots.length > SHOWN ? ' …' : ''}
      </p>
      {noted.map(({ at, note }) => (
        <p key={at} class="warn">
          <small>{note}.</small>
        </p>
      ))}
    </>
  );
}
